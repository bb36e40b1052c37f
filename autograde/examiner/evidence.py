"""Evidence: whether a test that ran in the student's process can be believed. Never a proof; a person decides."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograde.examiner.altering import altered_comparisons, altered_literals, comparisons, literals
from autograde.examiner.plan import Control, Examination, Inside, Way
from autograde.examiner.reference import has_passed
from autograde.kernel.ran import Ran
from autograde.kernel.session import Dead, Failed, Session
from autograde.task import Problem, Weight

WATCHING = "autograde.examiner.inside.watching"
SECONDS_MORE = 5.0
WORTH_A_LOOK = re.compile(
    r"_getframe|currentframe|\binspect\b|\bgc\b|get_ipython|__main__|\bglobals\b|\blocals\b|\bIn\b|\b_ih?\b|\bctypes\b"
    r"|settrace|setprofile|addaudithook|ast_transformers|input_transformers|\bbuiltins\b|__builtins__|__eq__|__ne__"
    r"|co_consts|f_back|tb_frame|linecache|history|\bos\.(_exit|fork|write|dup|kill)|SystemExit|\bexit\b|\bquit\b"
    r"|\bexec\b|\beval\b|__import__|importlib|\bsetattr\b|__code__|__class__|__getattr|\bvars\b|__dict__|\bmock\b|\bANY\b"
    r"|sys\.modules|\bast\b|\bcompile\b|\bthreading\b|\batexit\b|\bsignal\b|\bmemoryview\b|/proc|\bcodecs\b|b64|fromhex"
    r"|\bpytest\b|unittest|IPython|ipykernel|metaclass|\bmarshal\b|\bpickle\b|displayhook|formatters|__init_subclass__"
)
"""Words in answers after which each test is controlled. They accuse nobody: honest work uses them, too."""


def possible_controls(source: str) -> list[Control]:
    """Every control that can be made of a test."""
    found = [Control(Way.GARBAGE)]
    for way, count in ((Way.LITERALS, literals(source)), (Way.COMPARISONS, comparisons(source))):
        if count:
            found.append(Control(way))
        if count > 1:
            found += [Control(way, only) for only in range(count)]
    return found


def controls_of(source: str, kinds: dict[str, str], controls: Sequence[Control]) -> list[dict[str, Any]]:
    """What a session is asked for, for controls of a test."""
    wanted: list[dict[str, Any]] = []
    for control in controls:
        altered: str | None = source
        if control.way is Way.LITERALS:
            altered = altered_literals(source, control.only)
        elif control.way is Way.COMPARISONS:
            altered = altered_comparisons(source, control.only)
        how = "garbage" if control.way is Way.GARBAGE else "altered"
        wanted.append({"how": how, "kinds": kinds, "source": altered or source, "token": secrets.token_hex(8)})
    return wanted


class Evidence:
    """Judges the test cells of one notebook inside of a student's session, and looks for signs of tampering.

    `answers` are the sources of the student's own cells. `choose` picks the cell that is controlled without a reason.
    """

    def __init__(
        self,
        session: Session,
        examination: Examination,
        *,
        student: str,
        answers: Iterable[str] = (),
        choose: Callable[[Sequence[str]], str] = secrets.choice,
    ) -> None:
        self.problems: list[Problem] = []
        self.doubts: dict[str, str] = {}
        """Cells whose outcome is not to be believed, and why: they have no points of this run."""
        self._session = session
        self._examination = examination
        self._student = student
        self._alias = ""
        self._births = 0
        told = [source for source in answers if source not in examination.given]
        self._suspected = any(WORTH_A_LOOK.search(source) for source in told) or _rebinds(told, examination)
        able = [each.cell for each in examination.inside if each.controls]
        self._chosen = choose(able) if able else ""
        self._controlled = False
        self.begin()

    def begin(self) -> None:
        """Takes note of what there is; to be called before the student's first cell, and is by the constructor."""
        self._alias = f"_{secrets.token_hex(8)}"
        self._births = self._session.births
        origins = sorted({origin for each in self._examination.inside for origin in each.origins})
        try:
            self._session.do(f"{WATCHING}:begin", alias=self._alias, origins=origins)
        except (Dead, Failed):
            self._births = 0

    def judge(self, cell: str, source: str, *, seconds: float, count: int | None = None) -> Ran:
        """What became of a test cell; where it cannot be believed, `doubts` says why."""
        plan = self._examination.find_inside(cell) or Inside(cell=cell, why="")
        token = secrets.token_hex(8)
        restored: list[str] = []
        unseen = ""
        try:
            if self._births != self._session.births or not self._session.alive:
                self._begin_again()
            restored = self._session.do(f"{self._alias}:before", token=token)
        except (Dead, Failed) as error:
            unseen = f"What has to be looked at before a test could not be looked at ({error})."
        ran = self._session.run(source, seconds=seconds, count=count)
        if unseen and has_passed(ran):
            self._doubt(cell, unseen)
        elif not unseen and self._births == self._session.births and self._session.alive:
            self._look(plan, source, ran, restored, seconds)
        return ran

    def _begin_again(self) -> None:
        """The student's code has ended its process: what there was before its first cell is not known any more."""
        self._suspected = True
        self._session.do("builtins:callable")
        self.begin()

    def _look(self, plan: Inside, source: str, ran: Ran, restored: Sequence[str], seconds: float) -> None:
        passed = has_passed(ran)
        controls = plan.controls if passed and self._is_to_be_controlled(plan, restored) else ()
        if not self._suspected and not restored:
            controls = tuple(control for control in controls if control.only is None)
        wanted = controls_of(source, plan.kinds, controls)
        try:
            limit = min(seconds, SECONDS_MORE + 2 * ran.seconds)
            told = self._session.do(
                f"{self._alias}:after", wanted=wanted, limit=limit, seconds=SECONDS_MORE + limit * len(wanted)
            )
        except (Dead, Failed) as error:
            if passed:
                self._doubt(plan.cell, f"What has to be looked at after a test could not be looked at ({error}).")
            return
        if not passed:
            return
        if not told["reached"]:
            self._doubt(plan.cell, "The test ended before its last line, and was said to have passed.")
            return
        self._hold_to_value(plan, ran, told)
        self._believe_controls(plan.cell, controls, told, restored)

    def _is_to_be_controlled(self, plan: Inside, restored: Sequence[str]) -> bool:
        if self._suspected or restored:
            return True
        cells = [each.cell for each in self._examination.inside]
        is_due = plan.cell in cells and cells.index(plan.cell) >= cells.index(self._chosen) if self._chosen else False
        return is_due and not self._controlled

    def _believe_controls(
        self, cell: str, controls: Sequence[Control], told: dict[str, Any], restored: Sequence[str]
    ) -> None:
        self._controlled = self._controlled or bool(controls)
        for control, outcome in zip(controls, told["controls"], strict=True):
            if outcome is not None and outcome == [True, told["shown"]]:
                changed = f" Replaced were: {', '.join(restored[:5])}." if restored else ""
                self._doubt(cell, WHAT[control.way] + changed)
                return
        if controls and all(outcome is None for outcome in told["controls"]):
            self._tell(
                "not controlled",
                cell,
                "The test passed, but it could not be run again to see whether it can fail.",
                LOOK,
            )

    def _hold_to_value(self, plan: Inside, ran: Ran, told: dict[str, Any]) -> None:
        """Partial credit is what the last expression gave, whatever was shown."""
        results = [output for output in ran.outputs if output.output_type == "execute_result"]
        if told["kind"] == "builtins.NoneType":
            forged = results
        else:
            forged = results[:-1]
            text = results[-1].get("data", {}).get("text/plain", "") if results else ""
            is_number = told["shown"] is not None
            is_other = is_number and not _is_same_number(text, told["shown"])
            if results and (is_other or (not is_number and _is_number(text) and told["kind"] != plan.credit)):
                forged = results
        if forged:
            ran.outputs[:] = [output for output in ran.outputs if not any(output is each for each in forged)]
            self._doubt(plan.cell, "It showed a result that is not the value of its last line.")

    def _doubt(self, cell: str, why: str) -> None:
        self.doubts[cell] = why
        self._tell("tampering suspected", cell, why, f"The cell has no points of this run. {LOOK}")

    def _tell(self, kind: str, cell: str, what: str, do: str) -> None:
        notebook = self._examination.notebook
        self.problems.append(
            Problem(
                kind=kind, weight=Weight.LOOK, student=self._student, notebook=notebook, cell=cell, what=what, do=do
            )
        )


LOOK = "Look at the code of this submission, and grade it by hand."
WHAT = {
    Way.GARBAGE: "The test passes, but it passes as well when the answers are replaced by nonsense.",
    Way.LITERALS: "The test passes, but it passes as well when it expects other values.",
    Way.COMPARISONS: "The test passes, but what it gets equals other values than the expected ones, too.",
}


def _rebinds(answers: Sequence[str], examination: Examination) -> bool:
    """Whether answers seem to give another meaning to a name of the instructor's that tests use."""
    names = sorted({re.escape(name) for each in examination.inside for name in each.others})
    if not names:
        return False
    name = f"(?:{'|'.join(names)})"
    words = re.compile(
        rf"(?:\bdef|\bclass|\bimport|\bas|\bfor|,)\s+{name}\b|\b{name}(?:\.\w+)*\s*(?:[-+*/|&]?=[^=]|,|:=)"
    )
    return any(words.search(source) for source in answers)


def _is_number(text: Any) -> bool:
    try:
        float("".join(text))
    except (TypeError, ValueError):
        return False
    return True


def _is_same_number(text: Any, shown: str) -> bool:
    try:
        return abs(float("".join(text)) - float(shown)) <= 1e-6 * max(1.0, abs(float(shown)))
    except (TypeError, ValueError):
        return "".join(text) == shown
