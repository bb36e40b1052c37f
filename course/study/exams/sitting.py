"""The desk at which exams are sat: from the choice of an exam through questions and code to the report."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from course.bank import Question
from course.study.desk import View
from course.study.exams.blueprints import blueprints, find_blueprint
from course.study.exams.exam import LONGEST, Given, Run
from course.study.exams.forms import draw
from course.study.exams.handing_in import last_events
from course.study.exams.pages import (
    answered,
    asked_again,
    caveats_of,
    entry_of,
    handing_in_page,
    item_page,
    list_page,
    nothing,
    ordered,
    paused_page,
    start_page,
)
from course.study.exams.readiness import chance_of_form, chances, too_little
from course.study.exams.report import report
from course.study.exams.syntax import syntax_error
from course.study.library import Library
from course.study.memory import Memory
from course.study.progress import TopicProgress
from course.study.running import Outcome, run_tests

GRACE = 2_000
"""Milliseconds before the end at which it is the end: a click may travel that long."""
DRIFT = 3
"""Seconds by which the clock on the page may be wrong."""

RunCode = Callable[[str, str], Outcome]


class Sitting:
    """Exams of one learner. What was begun goes on where it was, whoever opens it; no key is shown before its end."""

    def __init__(
        self,
        memory: Memory,
        library: Library,
        blueprint: str | None = None,
        topics: Callable[[], Iterable[TopicProgress]] = tuple,
        run_code: RunCode = run_tests,
    ):
        if blueprint is not None:
            find_blueprint(blueprint)
        self.memory = memory
        self.library = library
        self._blueprint = blueprint
        self._topics = topics
        self._run_code = run_code
        self._here: str | None = None
        self._sat: str | None = None
        self._report: str | None = None
        self._asked = ""
        """What waits for a second click: "hand-in" or "drop"."""
        self._checked: tuple[str, str, str] | None = None
        """The task and the code that was last looked at for being Python, and what was said of it."""
        self._outcomes: dict[str, Outcome] = {}
        self._left = 0
        self._drawn: View = {}
        self._waiting: tuple[str, int] | None = None
        self._open()

    def view(self) -> View:
        """The page that is open now; `state` names it."""
        run = self._run()
        if run is None:
            page = self._page_between()
        elif run.handed is not None:
            tasks = self._to_run(run)
            page = handing_in_page(run, sum(id in self._outcomes for id in tasks), len(tasks))
        elif self._stands(run):
            page = paused_page(run, self.library) | {"leaving": self._asked == "drop"}
        else:
            page = self._item_page(run)
        return {"kind": "exam", **page}

    def act(self, event: Mapping[str, Any]) -> None:
        """Takes what the learner does; `{"type": "tick"}` says that the exam is still open."""
        kind = event.get("type")
        if kind not in _ACTS:
            raise ValueError(f"this is nothing that can be done in an exam: {event}")
        run = self._run()
        if run is not None and self._over(run):
            self._hand_in(run, "time")
            return
        if kind != "tick":
            self._asked = ""
        getattr(self, _ACTS[kind])(event)

    # What is open

    def _run(self) -> Run | None:
        """The exam that is being sat at this desk."""
        run = self.memory.state.exams.running()
        if run is None or self._blueprint not in (None, run.blueprint):
            return None
        self._blueprint, self._sat = run.blueprint, run.run
        if self._here not in run.ids:
            self._here = run.here if run.here in run.ids else run.ids[0]
        return run

    def _open(self) -> None:
        """Goes on with an exam that was interrupted: nothing was open since its last word, so that time is free."""
        run = self._run()
        if run is None or run.handed is not None or run.paused:
            return
        now, _ = self.memory.now()
        if now - run.last > LONGEST:
            self._waiting = run.run, run.last  # The learner may be elsewhere; the clock waits for them.
        else:
            self._note("exam-resume", run)

    def _stands(self, run: Run) -> bool:
        """Whether the clock stands: it is paused, or nobody has gone on with it since it was interrupted."""
        return run.paused or self._waiting == (run.run, run.last)

    def _over(self, run: Run) -> bool:
        return run.handed is None and not self._stands(run) and run.left(self.memory.now()[0]) <= GRACE

    def _page_between(self) -> View:
        if page := self._report_page():
            return page
        state = self.memory.state
        if self._blueprint is None:
            return list_page(state, self.library)
        blueprint = blueprints().get(self._blueprint)  # That of a run may be gone from the course.
        return start_page(state, self.library, blueprint) if blueprint else list_page(state, self.library)

    def _going(self, event: Mapping[str, Any]) -> Run:
        run = self._run()
        if run is None or run.handed is not None:
            raise ValueError("No exam is running here. Run the cell again to see how things stand.")
        if self._stands(run):
            raise ValueError("The exam is paused. Go on with it first.")
        if event.get("run", run.run) != run.run:
            raise ValueError("That belongs to another exam. Run the cell again to see how things stand.")
        return run

    def _item(self, run: Run, event: Mapping[str, Any]) -> str:
        item = event.get("item")
        if item not in run.ids:
            raise ValueError(f"this exam has no item {item!r}")
        return str(item)

    def _note(self, kind: str, run: Run, **data: Any) -> None:
        self.memory.record(kind, {"run": run.run, **data})

    # What the learner does

    def _choose(self, event: Mapping[str, Any]) -> None:
        try:
            find_blueprint(str(event.get("blueprint")))
        except LookupError as error:
            raise ValueError(str(error.args[0])) from None
        self._blueprint, self._report, self._sat = str(event["blueprint"]), None, None

    def _back(self, event: Mapping[str, Any]) -> None:
        self._blueprint = self._report = self._sat = None

    def _again(self, event: Mapping[str, Any]) -> None:
        self._report = self._sat = None

    def _go_on(self, event: Mapping[str, Any]) -> None:
        if run := self.memory.state.exams.running():
            self._blueprint = run.blueprint

    def _show_report(self, event: Mapping[str, Any]) -> None:
        run = self.memory.state.exams.runs.get(str(event.get("run")))
        if run is None or run.finished is None:
            raise ValueError("There is no report of that exam.")
        self._blueprint, self._report = run.blueprint, run.run

    def _start(self, event: Mapping[str, Any]) -> None:
        if self._blueprint is None:
            raise ValueError("Choose an exam first.")
        exams = self.memory.state.exams
        if (running := exams.running()) is not None:
            self._blueprint = running.blueprint  # Begun in another notebook, or a second click.
            return
        blueprint = find_blueprint(self._blueprint)
        number = exams.next_form(blueprint.id)
        if event.get("form", number) != number:
            return  # The same click again, after that form is over.
        at, _ = self.memory.now()
        run = f"{blueprint.id}-{number}-{at}"
        seed = int.from_bytes(hashlib.sha256(run.encode()).digest()[:4], "big")
        form = draw(blueprint, self.library, number, seed, exams.asked(), exams.met)
        if form is None:
            raise ValueError(nothing(blueprint))
        ability = self.memory.state.ability
        known = not too_little(ability, self.library, blueprint)
        entries = [entry_of(self.library, section, id) for section, id in form.items]
        data = {
            "run": run,
            "blueprint": blueprint.id,
            "form": number,
            "items": [list(item) for item in form.items],
            "about": [entry.about() for entry in entries if entry],
            "minutes": form.minutes,
            "seed": seed,
            "pass_mark": blueprint.pass_mark,
            "task_points": blueprint.task_points,
            "covered": len(form.covered),
            "share": form.share,
            "repeated": form.repeated,
            "predicted": round(chance_of_form(ability, self.library, form), 4) if known else None,
            "chances": chances(ability, self.library, form) if known else [],
        }
        self._report = self._here = None
        self._outcomes = {}
        self.memory.record("exam-start", data, id=run)

    def _go(self, event: Mapping[str, Any]) -> None:
        run = self._going(event)
        item = self._item(run, event)
        if item != self._here:
            self._note("exam-tick", run, item=item)
            self._here = item

    def _answer(self, event: Mapping[str, Any]) -> None:
        run = self._going(event)
        item = self._item(run, event)
        entry, number = entry_of(self.library, run.section(item), item), event.get("option")
        if entry is None or not isinstance(entry.item, Question) or not isinstance(number, int):
            raise ValueError(f"this is no answer to a question: {event}")
        options = ordered(entry.item, run.seed)
        if not 0 <= number < len(options):
            raise ValueError(f"`{item}` has no option {number}")
        own = options[number]
        given = Given(own.text, own.correct, own.misconception, len(options))
        if run.answers.get(item) != given:
            # What is right today: the bank may be worded anew before the end.
            told = {"right": given.right, "misconception": given.misconception, "options": given.options}
            self._note("exam-answer", run, item=item, chosen=given.text, **told)

    def _code(self, event: Mapping[str, Any]) -> None:
        run = self._going(event)
        item, code = self._item(run, event), event.get("code")
        entry = self.library.tasks.get(item)
        if run.section(item) != "tasks" or entry is None or not isinstance(code, str):
            raise ValueError(f"this is no code for a task: {event}")
        given = Given(code, blank=code.strip() in ("", entry.item.starter.strip()))
        if run.answers.get(item) != given:
            self._note("exam-answer", run, item=item, code=code, blank=given.blank)

    def _mark(self, event: Mapping[str, Any]) -> None:
        run = self._going(event)
        item, marked = self._item(run, event), bool(event.get("marked"))
        if (item in run.marked) != marked:
            self._note("exam-mark", run, item=item, marked=marked)

    def _pause(self, event: Mapping[str, Any]) -> None:
        run = self._run()
        if run is not None and run.handed is None and not self._stands(run):
            self._note("exam-pause", run)

    def _resume(self, event: Mapping[str, Any]) -> None:
        run = self._run()
        if run is not None and run.handed is None and self._stands(run):
            self._waiting = None
            self._note("exam-resume", run)

    def _tick(self, event: Mapping[str, Any]) -> None:
        run = self._run()
        if run is None or run.handed is not None or self._stands(run):
            return
        self._note("exam-tick", run, item=self._here)
        shown = event.get("shown")
        left = run.seconds_left(self.memory.now()[0])
        if isinstance(shown, int | float) and abs(shown - left) > DRIFT:
            self._drawn = {}

    def _wish_to_hand_in(self, event: Mapping[str, Any]) -> None:
        run = self._run()
        if run is None or run.handed is not None:
            return
        run = self._going(event)
        done = all(answered(run, self.library, id) for id in run.ids) and not run.marked
        if event.get("sure") or done:
            self._hand_in(run, "learner")
        else:
            self._asked = "hand-in"

    def _drop(self, event: Mapping[str, Any]) -> None:
        """Leaves an exam for good, after a second click: as if it had never been begun."""
        run = self._run()
        if run is None or event.get("run", run.run) != run.run:
            return
        if event.get("sure"):
            self._note("exam-drop", run)
        else:
            self._asked = "drop"

    def _check(self, event: Mapping[str, Any]) -> None:
        """Says whether code is Python, and keeps it; no test is run."""
        self._code(event)
        said = syntax_error(event["code"]) or "This is Python. Whether it is right, nobody says yet."
        self._checked = str(event["item"]), event["code"], said

    def _cancel(self, event: Mapping[str, Any]) -> None:
        pass  # What was asked is forgotten with every act.

    def _grade(self, event: Mapping[str, Any]) -> None:
        """Runs the next task of an exam that was handed in; the last one ends it."""
        run = self._run()
        if run is None or run.handed is None:
            return
        waiting = [id for id in self._to_run(run) if id not in self._outcomes]
        done = len(self._to_run(run)) - len(waiting)
        if waiting and event.get("done", done) == done:
            entry = self.library.tasks[waiting[0]]
            self._outcomes[waiting[0]] = self._run_code(run.answers[waiting[0]].text, entry.item.tests)
        self._finish_if_graded()

    # Handing in

    def _hand_in(self, run: Run, by: str) -> None:
        self._asked = ""
        self.memory.record("exam-hand-in", {"run": run.run, "by": by})
        self._outcomes = {}
        self._finish_if_graded()

    def _to_run(self, run: Run) -> list[str]:
        """The tasks whose code has to be run; what was left as it was is open, and needs no run."""
        known = self.library.tasks
        return [id for kind, id in run.items if kind == "tasks" and id in known and answered(run, self.library, id)]

    def _finish_if_graded(self) -> None:
        run = self._run()
        if run is None or run.handed is None or any(id not in self._outcomes for id in self._to_run(run)):
            return
        # In one transaction, and under ids that a second desk would use, too.
        self.memory.journal.add(last_events(run, self.library, self._outcomes))
        self.memory.refresh()
        self._report = run.run

    # Pages

    def _item_page(self, run: Run) -> View:
        assert self._here is not None
        page = item_page(run, self.library, self._here)
        page["confirm"] = asked_again(page) if self._asked == "hand-in" else None
        page["leaving"] = self._asked == "drop"
        if self._checked and self._checked[:2] == (self._here, page["item"].get("code")):
            page["item"]["checked"] = self._checked[2]
        if page != self._drawn:
            # Between two ticks a clock keeps its time: without this, the page would be drawn anew for nothing.
            self._drawn = page
            self._left = run.seconds_left(self.memory.now()[0])
        return page | {"left": self._left}

    def _report_page(self) -> View | None:
        """The report that was asked for, or that of the exam that was sat here and is over."""
        exams = self.memory.state.exams
        run = exams.runs.get(self._report or self._sat or "")
        if run is None or run.finished is None:
            return None
        told = report(run, exams, self.library, self._topics())
        return {"state": "report", "blueprint": run.blueprint, "caveats": caveats_of(run)} | told


_ACTS: dict[Any, str] = {
    "choose": "_choose",
    "back": "_back",
    "again": "_again",
    "go-on": "_go_on",
    "report": "_show_report",
    "start": "_start",
    "go": "_go",
    "answer": "_answer",
    "code": "_code",
    "mark": "_mark",
    "pause": "_pause",
    "resume": "_resume",
    "tick": "_tick",
    "hand-in": "_wish_to_hand_in",
    "cancel": "_cancel",
    "drop": "_drop",
    "check": "_check",
    "grade": "_grade",
}
