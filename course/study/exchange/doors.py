"""The one way out and the one way in, whatever the format."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from course.study.exchange import (
    anki_archive,
    anki_history,
    anki_notes,
    anki_package,
    anki_schedule,
    anki_text,
    class_feedback,
    gift,
    journal_json,
    moodle_questions,
    moodle_xml,
    review_csv,
)
from course.study.exchange.bringing import Brought
from course.study.exchange.files import Step, no_step, refuse, write_new
from course.study.journal.archive import is_archive
from course.study.library import Library, did_you_mean
from course.study.memory import Memory


@dataclass(frozen=True)
class Order:
    """What is wanted of an export."""

    topics: tuple[str, ...] = ()
    """Topics by their ids; all of them when it is empty."""
    questions: bool = False
    """Whether the questions go to Anki too."""
    history: bool = False
    """Whether the learner's schedule and reviews go to Anki too."""


@dataclass(frozen=True)
class Format:
    """A way out."""

    what: str
    """What is counted."""
    about: str
    """In one sentence, for whoever chooses."""
    write: Callable[[Memory, Library, Path, Order, Step], int]
    takes: frozenset[str] = frozenset()
    """Which parts of an order have a meaning here; others are refused, not overlooked."""
    text: bool = True
    """Whether it can go to a screen or on to another program."""


def export(
    format: str,
    path: Path,
    memory: Memory,
    library: Library,
    order: Order | None = None,
    *,
    over: bool = False,
    step: Step = no_step,
) -> int:
    """Writes a file, whole or not at all, and returns how many things of the format's kind are in it."""
    order = order or Order()
    _examine(order, format, library)
    written = 0

    def write(temporary: Path) -> None:
        nonlocal written
        written = FORMATS[format].write(memory, library, temporary, order, step)

    write_new(path, write, over=over)
    return written


def _examine(order: Order, format: str, library: Library) -> None:
    for part, option in OPTIONS.items():
        if getattr(order, part) and part not in FORMATS[format].takes:
            able = ", ".join(f"`{name}`" for name, other in FORMATS.items() if part in other.takes)
            todo = f"Leave it out; it is for {able}."
            raise refuse(Path(option), f"has no meaning for `{format}`, which holds {FORMATS[format].about}.", todo)
    for topic in order.topics:
        if topic not in library.syllabus.topic_by_id:
            near = did_you_mean(topic, library.syllabus.topic_by_id)
            raise refuse(Path(OPTIONS["topics"]), f"there is no topic {topic!r}.{near}", "Name topics by their ids.")


def bring(path: Path, memory: Memory, library: Library, student: str | None = None) -> Brought:
    """Brings in a file, of whichever format it is, or a folder of feedback; nothing is brought in twice.

    `student` is who the learner is in a class, where that has changed.
    """
    if path.is_dir():
        return class_feedback.bring(memory, library, path, student)
    if not path.is_file():
        raise refuse(path, "is not there." if not path.exists() else "is no file.", "Name a file that was exported.")
    if is_archive(path):
        todo = f"`course journal restore {path}` brings it back; `course journal merge {path}` the journal alone."
        raise refuse(path, "is a backup of a journal and its files.", todo)
    if anki_archive.is_ours(path):
        return anki_history.bring(memory, library, path)
    start = _start(path)
    if journal_json.is_ours(start):
        return journal_json.bring(memory, path)
    if review_csv.is_ours(start):
        return review_csv.bring(memory, library, path)
    if class_feedback.is_ours(start):
        return class_feedback.bring(memory, library, path, student)
    what = "is of no format that can be brought in."
    if start.startswith("SQLite"):
        raise refuse(path, what, f"If it is a journal, `course journal merge {path}` adds what is in it.")
    todo = "Take an .apkg or .colpkg of Anki, a journal as JSON, reviews as CSV, or a page of feedback."
    raise refuse(path, what, todo)


def _start(path: Path) -> str:
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            return file.read(1000)
    except OSError as error:
        raise refuse(path, f"cannot be read ({error.strerror or error}).", "Name a file that you may read.") from error


def _anki(memory: Memory, library: Library, path: Path, order: Order, step: Step) -> int:
    now, offset = memory.now()
    history = anki_schedule.history(memory.journal.read()[0], now, offset) if order.history else None
    return anki_package.write(_notes(library, order), path, now, offset, history, step=step)


def _notes(library: Library, order: Order) -> Iterable[anki_notes.AnkiNote]:
    return anki_notes.make_notes(library, topics=order.topics or None, questions=order.questions)


def _questions(library: Library, order: Order) -> Iterable[moodle_questions.MoodleQuestion]:
    return moodle_questions.make_questions(library, topics=order.topics or None)


OPTIONS = {"topics": "--topic", "questions": "--questions", "history": "--history"}
"""The parts of an order, as a learner says them."""
FORMATS = {
    "json": Format(
        "events",
        "your whole journal, for keeping and for another machine",
        lambda memory, library, path, order, step: journal_json.write(memory, path),
    ),
    "csv": Format(
        "reviews",
        "your reviews, in the columns of the FSRS optimizers",
        lambda memory, library, path, order, step: review_csv.write(memory, path),
    ),
    "anki": Format(
        "notes", "the cards as an Anki package", _anki, frozenset({"topics", "questions", "history"}), text=False
    ),
    "anki-text": Format(
        "notes",
        "the cards as text that Anki and others import",
        lambda memory, library, path, order, step: anki_text.write(_notes(library, order), path, step=step),
        frozenset({"topics", "questions"}),
    ),
    "gift": Format(
        "questions",
        "the questions as GIFT, for Moodle",
        lambda memory, library, path, order, step: gift.write(_questions(library, order), path, step=step),
        frozenset({"topics"}),
    ),
    "moodle-xml": Format(
        "questions",
        "the questions as Moodle XML",
        lambda memory, library, path, order, step: moodle_xml.write(_questions(library, order), path, step=step),
        frozenset({"topics"}),
    ),
}
"""All ways out, by the names that learners use."""
