"""Reviews as CSV, in the columns that the FSRS optimizers and srs-benchmark read."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from course.study.cards.schedule import capped
from course.study.exchange.bringing import EARLIEST, Answer, Brought, bring_answers
from course.study.exchange.files import read_text, refuse
from course.study.exchange.trail import follow
from course.study.library import Library
from course.study.memory import Memory

COLUMNS = ("card_id", "review_time", "review_rating", "review_state", "review_duration")
NEEDED = COLUMNS[:3]
STATES = {"new": 0, "learning": 1, "review": 2, "relearning": 3}
"""The state of a card before the review."""


def write(memory: Memory, path: Path) -> int:
    """Writes all reviews that stand, in their order, and returns their number."""
    reviews = follow(memory.journal.read()[0]).reviews
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(
            (one.card, one.event.at, one.rating, STATES[one.phase], capped(one.event.data.get("ms"))) for one in reviews
        )
    return len(reviews)


def bring(memory: Memory, library: Library, path: Path) -> Brought:
    """Adds the reviews that the journal does not have, all or none."""
    return bring_answers(memory, library, list(_answers(path)), "csv")


def is_ours(start: str) -> bool:
    """Whether a text may be such a file, by its first line."""
    return set(NEEDED) <= {name.strip() for name in start.partition("\n")[0].split(",")}


def _answers(path: Path) -> Iterator[Answer]:
    reader = csv.DictReader(StringIO(read_text(path), newline=""), skipinitialspace=True)
    try:
        missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            what = f"has no column {' and no column '.join(missing)}."
            raise refuse(path, what, f"The first line names the columns: {','.join(COLUMNS)}.", 1)
        for row in reader:
            card = row["card_id"] or ""
            at = _number(path, reader.line_num, row, "review_time", EARLIEST, 2**53, "milliseconds since 1970")
            rating = _number(path, reader.line_num, row, "review_rating", 1, 4, "a number from 1 (again) to 4 (easy)")
            ms = 0
            if row.get("review_duration"):
                ms = _number(path, reader.line_num, row, "review_duration", 0, 2**53, "milliseconds")
            yield Answer(card, at, rating, ms)
    except csv.Error as error:
        raise refuse(path, f"is damaged ({error}).", "Export it again.", reader.line_num) from None


def _number(path: Path, line: int, row: dict[str, str], name: str, low: int, high: int, wanted: str) -> int:
    text = row.get(name)
    try:
        number = int(text or "")
        if low <= number <= high:
            return number
    except ValueError:
        pass
    raise refuse(path, f"{name} is {text!r}, and should be {wanted}.", "Mend the line. Nothing was brought in.", line)
