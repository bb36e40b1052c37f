"""The engine's JSON about one student's work, read with care: it may come from a page that somebody sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

VERSION = 1
"""A document with a higher one may mean something else by the same words."""
UNTOUCHED, MISSING = "untouched", "missing"
"""What the engine says of an answer that is as it was given out, and of a cell whose notebook was not handed in."""
LONGEST = 5_000
"""Characters of a text; the engine's own are far shorter."""


def _readable(text: str) -> str:
    """Without what a terminal would obey."""
    return "".join(sign for sign in text if sign.isprintable() or sign == "\n")


Text = Annotated[str, Field(max_length=LONGEST), AfterValidator(_readable)]
Points = Annotated[float, Field(ge=0, allow_inf_nan=False)]


@dataclass(frozen=True)
class Cell:
    """A cell with points or a comment."""

    cell: Text
    most: Points
    points: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """None where a person has still to judge."""
    judged: Text = ""
    message: Text = ""


@dataclass(frozen=True)
class Notebook:
    """A notebook that was graded."""

    notebook: Text
    cells: tuple[Cell, ...]
    graded_at: Text = ""
    """In a class's feedback: when, in UTC."""


@dataclass(frozen=True)
class Concern:
    """What a person should know; what to do about it is said to an instructor."""

    what: Text
    kind: Text = ""
    notebook: Text | None = None


@dataclass(frozen=True)
class Work:
    """What one student handed in."""

    student: Text
    notebooks: tuple[Notebook, ...] = ()
    problems: tuple[Concern, ...] = ()


@dataclass(frozen=True)
class Results:
    """What came of a run of the engine."""

    version: int
    assignment: Text
    ended: Text = "finished"
    message: Text = ""
    """What stood in its way."""
    sandbox: Text = ""
    """What the code ran in; empty where the engine did not come that far."""
    students: tuple[Work, ...] = ()

    @property
    def reasons(self) -> list[str]:
        """What it has to say besides points."""
        found = [concern.what for work in self.students for concern in work.problems]
        return [text for text in (self.message, *found) if text]

    def named(self, kind: str) -> list[str]:
        """The notebooks of which it has something of a kind to say."""
        found = (concern for work in self.students for concern in work.problems if concern.kind == kind)
        return [concern.notebook for concern in found if concern.notebook]

    def events(self, topic: str, by: str) -> list[dict[str, Any]]:
        """What to record of it: one event's data for each notebook in which something was judged.

        Tests belong to the exercise whose id theirs begins with; cells that a person has still to judge are left out.
        """
        notebooks = [notebook for work in self.students for notebook in work.notebooks]
        return [event for notebook in notebooks if (event := event_of(notebook, topic, by))["tests"]]


def event_of(notebook: Notebook, topic: str, by: str) -> dict[str, Any]:
    """The data of the event about one notebook."""
    return {"topic": topic, "notebook": notebook.notebook, "by": by, "tests": list(_tests(notebook.cells))}


def read_results(text: str | bytes) -> Results:
    """The results in a text; raises ValueError with a sentence where it is not what the engine writes."""
    try:
        found = _form().validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ValueError(f"It is not what `autograde` writes ({where or 'JSON'}: {first['msg'].lower()}).") from None
    if found.version != VERSION:
        raise ValueError(
            f"It was written by another version of `autograde` ({found.version}; this one reads {VERSION})."
        )
    return found


@cache
def _form() -> TypeAdapter[Results]:
    return TypeAdapter(Results)


def _tests(cells: Iterable[Cell]) -> Iterator[dict[str, Any]]:
    answers = {cell.cell: cell for cell in cells if not cell.most}
    untouched = {name for name, cell in answers.items() if cell.judged == UNTOUCHED}
    for cell in cells:
        if not cell.most or cell.points is None:
            continue
        mine = [name for name in answers if cell.cell.startswith(f"{name}-")]
        exercise = max(mine, key=len, default="")
        points = max(0.0, cell.points)
        attempted = points > 0 or not (exercise in untouched or cell.judged in (UNTOUCHED, MISSING))
        stopped = answers[exercise].message if exercise in answers and attempted and points < cell.most else ""
        yield {
            "exercise": exercise,
            "test": cell.cell,
            "points": points,
            "most": cell.most,
            "message": cell.message if attempted else "",
            "attempted": attempted,
            **({"answer": stopped} if stopped else {}),
        }
