"""Rules: cards whose answer is judged have what it takes to judge it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from course.authoring.check.subject import Subject
from course.authoring.execute import Job, run_jobs
from course.bank import Card
from course.problems import Problem


def judged(subject: Subject) -> Iterator[Problem]:
    """A complete topic offers options on each choice card, and has code and its tests on each syntax card."""
    for index, card in enumerate(subject.bank.record.cards if subject.complete else ()):
        if card.kind == "choice" and not card.options:
            todo = "Add three or more, as in a question: text, correct, why, misconception."
            yield subject.bank.problem(f"the choice card `{card.id}` has no `options`.", todo, "cards", index, "front")
        if card.kind == "syntax" and not card.tests:
            todo = "Add assertions that run after the `starter` with the learner's code in it."
            yield subject.bank.problem(f"the syntax card `{card.id}` has no `tests`.", todo, "cards", index, "front")


def typed(subject: Subject, done: Callable[[str], None]) -> Iterator[Problem]:
    """The code on the back of a syntax card passes its tests; its starter alone does not."""
    bank = subject.bank
    cards: list[tuple[int, Card, str, str]] = []
    for index, card in enumerate(bank.record.cards):
        if not card.tests:
            continue
        if card.code is None:
            todo = "Begin a line with ```python, write the code below it, and end it with ```."
            yield bank.problem(f"the back of `{card.id}` shows no Python code.", todo, "cards", index, "back")
            continue
        cards.append((index, card, card.code, card.tests))
    programs = [Job(card.id, (card.program(code), tests)) for _, card, code, tests in cards]
    starters = [Job(card.id, (card.untouched(), tests)) for _, card, _, tests in cards]
    results = run_jobs([*programs, *starters], done, library=subject.library)
    for (index, card, _, _), told, untouched in zip(cards, results, results[len(cards) :], strict=False):
        if error := next((outcome for outcome in told if outcome.error), None):
            what = f"the code on the back of `{card.id}` does not pass: {error.says}."
            yield bank.problem(what, "Correct the back, the starter or the tests.", "cards", index, "back")
        if not untouched[-1].error:
            what = f"the starter of `{card.id}` passes although nothing was typed."
            yield bank.problem(what, "Make the tests ask for what is to be typed.", "cards", index, "tests")
