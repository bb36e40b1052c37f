"""Answers to cards that can be judged: options, words in a gap, and code that runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from course.bank import Card, Option
from course.study.cards.gaps import compare, wanted
from course.study.cards.session import TRIED, Try
from course.study.library import Entry
from course.study.running import Lines, Outcome, run_tests

Run = Callable[[str, str, Lines], Outcome]

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
QUICK = {"choice": 8_000, "gap": 8_000, "code": 45_000}
"""Milliseconds in which whoever knows the answer well has given it."""
TOLD = 3
"""Failed checks that are told at once; more of them help nobody."""
PATIENCE = 10.0
"""Seconds that the code of a card may run."""

Way = Literal["options", "gap", "code", "think"]


def run_card(code: str, tests: str, lines: Lines) -> Outcome:
    """Runs the code of a card against its tests; `lines` are those that were typed."""
    return run_tests(code, tests, timeout=PATIENCE, lines=lines)


def way(card: Card) -> Way:
    """How a card is answered: by choosing, by typing a word or code, or in the mind."""
    if card.options:
        return "options"
    if card.kind == "cloze":
        return "gap"
    return "code" if card.tests else "think"


def chosen(entry: Entry[Card], options: Sequence[Option], place: Any, ms: int) -> tuple[str, dict[str, Any]]:
    """The event of an option that was chosen, by its place among those that were offered."""
    if not isinstance(place, int) or not 0 <= place < len(options):
        raise ValueError(f"the card has no option {place}")
    option = options[place]
    return "answer", {
        "question": entry.id,
        "chosen": option.text,
        "right": option.correct,
        "misconception": option.misconception,
        "confidence": None,
        "options": len(options),
        "ms": ms,
        "where": "cards",
        "form": "choice",
    } | entry.about()


def typed(id: str, entry: Entry[Card], gap: int, text: Any, ms: int, run: Run) -> tuple[str, dict[str, Any]]:
    """The event of words or code that were typed; code is run for it."""
    if not isinstance(text, str) or not text.strip():
        raise ValueError("nothing is typed yet")
    card = entry.item
    data: dict[str, Any] = {"card": id, "typed": text, "ms": ms}
    if gap:
        found = compare(text, wanted(card, gap))
        data |= {"right": found.right, "near": found.near}
    else:
        outcome = run(card.program(text), card.tests or "", _lines(card, text))
        data |= {
            "right": outcome.right,
            "passed": outcome.passed,
            "all": outcome.all,
            "failures": outcome.failures[:TOLD],
        }
    return TRIED, data | entry.about()


def _lines(card: Card, text: str) -> Lines:
    """Where in the program of a card stands what was typed; empty lines before it are left out there."""
    above = card.around[0].count("\n")
    left_out = text[: len(text) - len(text.lstrip())].count("\n")
    return Lines(above + 1, above + 1 + text.strip().count("\n"), above - left_out)


def proposal(card: Card, tries: list[Try]) -> tuple[int | None, bool]:
    """The rating that the answers deserve, None without any; and whether it was easy, perhaps."""
    if not tries:
        return None, False
    if len(tries) > 1:
        return (HARD if tries[-1].right else AGAIN), False
    [only] = tries
    if only.right:
        return GOOD, only.ms <= QUICK.get("choice" if card.options else "gap" if card.gaps else "code", 0)
    return (HARD if only.near else AGAIN), False
