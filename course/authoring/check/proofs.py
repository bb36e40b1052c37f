"""Rules: every proof holds, every exam task can be solved and is not solved already."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from course.authoring.check.subject import Subject
from course.authoring.execute import Job, run_jobs
from course.bank import JUDGEMENT, Card, Question, Task
from course.problems import Problem


def proofs(subject: Subject, done: Callable[[str], None]) -> Iterator[Problem]:
    """Each proof asserts something and passes, alone in a fresh process."""
    bank = subject.bank
    places, jobs = [], []
    for section, index, item in bank.record.items():
        if not isinstance(item, Question | Card) or item.proof.strip() == JUDGEMENT:
            continue
        if reason := _asserts_nothing(item.proof):
            todo = "Assert the claim, or say `proof: judgement` where no program can settle it."
            yield bank.problem(f"the proof of `{item.id}` {reason}.", todo, section, index, "proof")
            continue
        places.append((section, index, item.id))
        jobs.append(Job(item.id, (item.proof,)))
    for (section, index, id), [outcome] in zip(places, run_jobs(jobs, done, library=subject.library), strict=True):
        if outcome.error:
            todo = "Correct the claim or the proof."
            yield bank.problem(f"the proof of `{id}` fails: {outcome.says}.", todo, section, index, "proof")


def tasks(subject: Subject, done: Callable[[str], None]) -> Iterator[Problem]:
    """The reference of an exam task passes its tests; its starter does not."""
    items: list[tuple[int, Task]] = list(enumerate(subject.bank.record.tasks))
    jobs = [Job(f"{task.id}", (code, task.tests)) for _, task in items for code in (task.reference, task.starter)]
    results = run_jobs(jobs, done, library=subject.library)
    for number, (index, task) in enumerate(items):
        [reference, passed], [_, untouched] = results[2 * number], results[2 * number + 1]
        if error := next((outcome for outcome in (reference, passed) if outcome.error), None):
            what = f"the reference of `{task.id}` does not pass: {error.says}."
            yield subject.bank.problem(what, "Correct the reference or the tests.", "tasks", index, "reference")
        if not untouched.error:
            what = f"the starter of `{task.id}` passes already."
            yield subject.bank.problem(what, "Make the tests ask for what is to be written.", "tasks", index, "starter")


def _asserts_nothing(proof: str) -> str | None:
    try:
        tree = ast.parse(proof)
    except SyntaxError as error:
        return f"is not Python ({error.msg}, its line {error.lineno})"
    return None if any(isinstance(node, ast.Assert) for node in ast.walk(tree)) else "asserts nothing"
