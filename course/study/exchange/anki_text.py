"""Notes as the text that Anki imports, into the note types which every Anki has."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from course.study.exchange.anki_notes import AnkiNote
from course.study.exchange.files import Step, no_step

HEAD = """\
#separator:tab
#html:true
#guid column:1
#notetype column:2
#deck column:3
#tags column:4
"""


def write(notes: Iterable[AnkiNote], path: Path, *, step: Step = no_step) -> int:
    """Writes one line for each note, and returns their number."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEAD)
        writer = csv.writer(file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_ALL)
        for note in notes:
            type = "Cloze" if note.type == "cloze" else "Basic"
            writer.writerow([note.guid, type, note.deck, " ".join(note.tags), *_two_sides(note)])
            step(note.id)
            count += 1
    return count


def _two_sides(note: AnkiNote) -> tuple[str, str]:
    """Front and back, of whichever note type; the topic is told by the deck."""
    if note.type == "choice":
        front, options, back, _ = note.fields
        return front + options, back
    front, back, _ = note.fields
    return front, back
