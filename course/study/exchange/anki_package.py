"""An Anki package with the course's notes, and if it is wanted with the learner's schedule and history."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable
from contextlib import closing
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import genanki  # type: ignore[import-untyped]

from course.study.exchange.anki_notes import FIELDS, AnkiNote, stable_id
from course.study.exchange.anki_schedule import NEW, History, Logged, Place, born
from course.study.exchange.files import Step, no_step
from course.study.exchange.look import css

LINE = '<div class="topic">{{Topic}}</div>'
FRONTS = {
    "basic": "{{Front}}",
    "code": "{{Front}}",
    "choice": "{{Front}}{{#Options}}{{Options}}{{/Options}}",
    "cloze": "{{cloze:Text}}",
}
BACKS = {
    "basic": "{{FrontSide}}<hr id=answer>{{Back}}",
    "code": "{{FrontSide}}<hr id=answer>{{Code}}",
    "choice": "{{FrontSide}}<hr id=answer>{{Back}}",
    "cloze": "{{cloze:Text}}<hr id=answer>{{Back}}",
}
_FRESH = Place(NEW, NEW, 0, 0, 0, 0, 0, 0, "{}")


def write(
    notes: Iterable[AnkiNote],
    path: Path,
    now: int,
    offset: int,
    history: History | None = None,
    *,
    step: Step = no_step,
) -> int:
    """Writes a package of these notes, made at this moment and in this time zone, and returns their number."""
    history = history or History()
    decks: dict[str, Any] = {}
    for position, note in enumerate(notes):
        deck = decks.get(note.deck)
        if deck is None:
            deck = decks[note.deck] = genanki.Deck(stable_id("deck", note.deck), note.deck)
        deck.add_note(_note(note, position, history))
        step(note.id)
    _Package(list(decks.values()), offset).write_to_file(path, timestamp=now / 1000)
    return sum(len(deck.notes) for deck in decks.values())


class _Package(genanki.Package):
    """A package whose collection counts its days as the learner does: they turn at four, where the learner is."""

    def __init__(self, decks: list[Any], offset: int):
        super().__init__(decks)
        self._offset = offset

    def write_to_file(self, file: Path, timestamp: float | None = None) -> None:
        """Writes the package. genanki would leave its database behind, and pack nothing."""
        made = timestamp or 0.0
        with tempfile.TemporaryDirectory(prefix="course-anki-") as folder:
            database = Path(folder, "collection.anki2")
            with closing(sqlite3.connect(database)) as connection:
                self.write_to_db(connection.cursor(), made, count(int(made * 1000)))
                connection.commit()
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.write(database, database.name)
                archive.writestr("media", "{}")

    def write_to_db(self, cursor: Any, timestamp: float, id_gen: Any) -> None:
        super().write_to_db(cursor, timestamp, id_gen)
        conf = json.loads(cursor.execute("SELECT conf FROM col").fetchone()[0])
        conf |= {"schedVer": 2, "sched2021": True, "creationOffset": -self._offset}
        cursor.execute("UPDATE col SET crt = ?, conf = ?", (born(self._offset), json.dumps(conf)))


class _Card:
    """A card with its place in the schedule and its log, where genanki only knows new ones."""

    def __init__(self, ord: int, position: int, place: Place, log: list[Logged]):
        self._ord = ord
        self._position = position
        self._place = place
        self._log = log

    def write_to_db(self, cursor: Any, timestamp: float, deck_id: int, note_id: int, id_gen: Any, due: int = 0) -> None:
        type, queue, when, ivl, factor, reps, lapses, left, data = self._place
        id, when = next(id_gen), self._position if type == NEW else when
        cursor.execute(
            "INSERT INTO cards (id, nid, did, ord, mod, usn, type, queue, due, ivl, factor, reps, lapses, left,"
            " odue, odid, flags, data) VALUES (?, ?, ?, ?, ?, -1, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?)",
            (id, note_id, deck_id, self._ord, int(timestamp), type, queue, when, ivl, factor, reps, lapses, left, data),
        )
        cursor.executemany(
            "INSERT INTO revlog (id, cid, usn, ease, ivl, lastIvl, factor, time, type)"
            " VALUES (?, ?, -1, ?, ?, ?, ?, ?, ?)",
            [(one.id, id, *one[1:]) for one in self._log],
        )


def _note(note: AnkiNote, position: int, history: History) -> Any:
    leech = any(card in history.leeches for _, card in note.cards)
    tags = [*note.tags, *(["leech"] if leech else [])]
    made = genanki.Note(_model(note.type), list(note.fields), guid=note.guid, tags=tags)
    made.cards = [
        _Card(ord, position, history.places.get(card, _FRESH), history.logs.get(card, [])) for ord, card in note.cards
    ]
    return made


@cache
def _model(type: str) -> Any:
    template = {"name": "Card", "qfmt": FRONTS[type] + LINE, "afmt": BACKS[type] + LINE}
    if type != "cloze":
        template["afmt"] = BACKS[type]  # The front side, which is shown again, has the line already.
    return genanki.Model(
        stable_id("note type", type),
        f"Threeways {type}",
        fields=[{"name": name} for name in FIELDS[type]],
        templates=[template],
        css=css(),
        model_type=genanki.Model.CLOZE if type == "cloze" else genanki.Model.FRONT_BACK,
    )
