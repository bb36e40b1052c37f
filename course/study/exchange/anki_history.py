"""Reviews that were done in Anki, on the course's own notes, come back into the journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from course.study.exchange.anki_archive import opened
from course.study.exchange.anki_notes import MARK, card_of
from course.study.exchange.bringing import EARLIEST, Answer, Brought, bring_answers, counted, left_alone
from course.study.exchange.files import refuse
from course.study.library import Library
from course.study.memory import Memory

SOURCE = "anki"
ANSWERS = "r.ease BETWEEN 1 AND 4 AND (r.type IN (0, 1, 2) OR (r.type = 3 AND r.factor != 0))"
"""What counts as an answer: no rescheduling by hand, and no cramming that was to leave the schedule alone."""
OURS = "substr(n.guid, 1, ?) = ?"


def bring(memory: Memory, library: Library, path: Path) -> Brought:
    """Adds the reviews of a package that the journal does not have, all or none."""
    ours = (len(MARK), MARK)
    with opened(path) as collection:
        notes, others = _count(collection, OURS, ours), _count(collection, f"NOT {OURS}", ours)
        answers = list(_answers(collection, ours, library, path))
    if not notes:
        what = f"holds no note of this course ({counted(others, 'note', 'notes')} of others)."
        raise refuse(path, what, "Nothing was brought in. Export the deck Threeways from Anki.")
    questions = [answer for answer in answers if answer.card in library.questions]
    brought = bring_answers(
        memory, library, [answer for answer in answers if answer.card not in library.questions], SOURCE
    )
    remarks = list(brought.remarks)
    if others:
        remarks.insert(0, f"{counted(others, 'note is', 'notes are')} not of this course; {left_alone(others)}")
    if questions:
        reviews = counted(len(questions), "review of a question says", "reviews of questions say")
        remarks.append(f"{reviews} not which option was chosen; {left_alone(len(questions))}")
    if not answers:
        remarks.append("No review is in it. In Anki's export, tick 'Include scheduling information'.")
    return Brought(brought.what, brought.new, brought.known, tuple(remarks))


def _count(collection: sqlite3.Connection, condition: str, values: tuple[int, str]) -> int:
    return int(collection.execute(f"SELECT count(*) FROM notes n WHERE {condition}", values).fetchone()[0])


def _answers(collection: sqlite3.Connection, ours: tuple[int, str], library: Library, path: Path) -> Iterator[Answer]:
    rows = collection.execute(
        "SELECT n.guid, c.ord, r.id, r.ease, r.time"
        " FROM revlog r JOIN cards c ON c.id = r.cid JOIN notes n ON n.id = c.nid"
        f" WHERE {OURS} AND {ANSWERS} ORDER BY r.id",
        ours,
    )
    for guid, place, at, rating, ms in rows:
        if not all(isinstance(number, int) for number in (place, at, rating, ms)) or at < EARLIEST:
            raise refuse(path, f"is damaged: its log has an entry {at!r}.", "Export it again. Nothing was brought in.")
        yield Answer(card_of(str(guid), place, library), at, rating, ms)
