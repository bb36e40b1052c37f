"""Rules: the reference passes, the untouched cell fails, each known wrong answer fails with its own message."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from course.authoring.check.subject import Subject, at
from course.authoring.execute import Job, Outcome, run_jobs
from course.authoring.manuscript import Cell, Manuscript
from course.authoring.marks import Mark
from course.problems import Problem

SOLUTION = re.compile(r"^(?P<indent>[ \t]*)### BEGIN SOLUTION.*?### END SOLUTION[^\n]*$", re.M | re.S)
SHOWS = re.compile(r"# shows: (?P<message>.+)")
HINTS, WRONG = 3, 2


@dataclass(frozen=True)
class Trial:
    """One way through a notebook: what stands in which answer cell."""

    text: Manuscript
    cells: tuple[Cell, ...]
    job: Job

    def outcomes(self, results: list[Outcome], role: str, id: str | None = None) -> list[tuple[Cell, Mark, Outcome]]:
        """How the cells of that role (and answer) ended."""
        return [
            (cell, mark, outcome)
            for cell, outcome in zip(self.cells, results, strict=True)
            if (mark := cell.mark) and mark.role == role and id in (None, mark.id)
        ]


def ladders(subject: Subject) -> Iterator[Problem]:
    """Hints say something; a complete topic has enough of them, and enough wrong answers, for each answer."""
    for text in subject.texts:
        for cell, mark in text.marked("hint"):
            if not cell.source.strip():
                yield at(text, cell, f"a hint of `{mark.id}` is empty.", "Write the hint or remove the cell.")
        for cell, mark in text.marked("wrong"):
            if not SHOWS.match(cell.source):
                todo = "Begin the cell with `# shows: ` and a part of the message that the learner must see."
                yield at(text, cell, f"`{mark.tag}` does not say what its learner must see.", todo)
        for cell, mark in text.marked("answer"):
            if not SOLUTION.search(cell.source):
                todo = "Put the solution between `### BEGIN SOLUTION` and `### END SOLUTION`."
                yield at(text, cell, f"the answer `{mark.id}` has no solution region.", todo)
            for role, least, name in (("hint", HINTS, "hints"), ("wrong", WRONG, "known wrong answers")):
                count = sum(1 for _ in text.marked(role, mark.id))
                if subject.complete and count < least:
                    what = f"the answer `{mark.id}` has {count} {name}; {least} are owed."
                    form = "hint:ID" if role == "hint" else "wrong:ID:NAME"
                    yield at(text, cell, what, f"Add cells with `{form}` behind its tests.")


def graded(subject: Subject, done: Callable[[str], None]) -> Iterator[Problem]:
    """Runs every text with answers: with the references, untouched, and once for each known wrong answer."""
    for text in subject.texts:
        if not text.answers:
            continue
        wrong = [
            (cell, mark) for cell, mark in text.marked("wrong") if mark.id in text.answers and SHOWS.match(cell.source)
        ]
        trials = [_trial(text, "references", {}), _trial(text, "untouched", dict.fromkeys(text.answers))]
        trials += [_trial(text, mark.tag, {mark.id: cell.source}, until=mark.id) for cell, mark in wrong]
        results = run_jobs([trial.job for trial in trials], done, library=subject.library)
        yield from _references_pass(trials[0], results[0])
        yield from _untouched_fails(trials[1], results[1])
        for (cell, mark), trial, result in zip(wrong, trials[2:], results[2:], strict=True):
            yield from _wrong_fails(cell, mark, trial, result)


def starter(source: str) -> str:
    """What nbgrader leaves of an answer cell for the learner."""
    return SOLUTION.sub(r"\g<indent># YOUR CODE HERE\n\g<indent>raise NotImplementedError()", source)


def _trial(text: Manuscript, name: str, instead: dict[str, str | None], until: str | None = None) -> Trial:
    """The notebook's code cells with other answers in place; `until` leaves out what follows that answer's tests."""
    cells = [cell for cell in text.cells if cell.built and cell.kind == "code"]
    if until:
        last = max(n for n, cell in enumerate(cells) if cell.mark and cell.mark.id == until)
        cells = cells[: last + 1]
    sources = []
    for cell in cells:
        source = cell.source
        if cell.mark and cell.mark.role == "answer" and cell.mark.id in instead:
            other = instead[cell.mark.id]
            source = starter(source) if other is None else other
        sources.append(source)
    return Trial(text, tuple(cells), Job(f"{text.path.parent.name}: {name}", tuple(sources)))


def _references_pass(trial: Trial, results: list[Outcome]) -> Iterator[Problem]:
    for cell, outcome in zip(trial.cells, results, strict=True):
        mark = cell.mark
        name = f"`{mark.grade_id}`" if mark else "a cell"
        if outcome.error and "raises-exception" not in cell.tags:
            what = f"with the reference answers, {name} fails: {outcome.says}."
            yield at(trial.text, cell, what, "Correct the solution or the test.")
        elif mark and mark.role == "test" and outcome.stderr:
            last = outcome.stderr.splitlines()[-1]
            what = f"the test {name} writes to stderr, which costs its points in nbgrader: {last}."
            yield at(trial.text, cell, what, "Silence the warning where it comes from.")


def _untouched_fails(trial: Trial, results: list[Outcome]) -> Iterator[Problem]:
    for cell, mark, outcome in trial.outcomes(results, "test"):
        if not outcome.error:
            what = f"the test `{mark.grade_id}` passes although nothing was written."
            yield at(trial.text, cell, what, "Make it ask for what the learner has to write.")


def _wrong_fails(cell: Cell, mark: Mark, trial: Trial, results: list[Outcome]) -> Iterator[Problem]:
    expected = SHOWS.match(cell.source)["message"].strip()  # type: ignore[index]
    failed = [outcome for _, _, outcome in trial.outcomes(results, "test", mark.id) if outcome.error]
    own = trial.outcomes(results, "answer", mark.id)[0][2]
    if own.error:
        what = f"the wrong answer `{mark.tag}` does not run: {own.says}."
        yield at(trial.text, cell, what, "Write it as a learner would: code that runs and is wrong.")
    elif not failed:
        yield at(trial.text, cell, f"the wrong answer `{mark.tag}` passes every test.", "Add the test that it needs.")
    elif not any(expected in outcome.message for outcome in failed):
        shown = " / ".join(outcome.says for outcome in failed)
        what = f"the wrong answer `{mark.tag}` fails with another message: {shown}."
        yield at(trial.text, cell, what, "Correct `# shows:`, or the assertion's message.")
