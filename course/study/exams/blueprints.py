"""Blueprints: which exams there are, how long they take, and what counts how much in them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from course.problems import Problem, Problems
from course.records import Record, RecordFile, read_records
from course.study.library import did_you_mean
from course.syllabus import Id, Level, Syllabus, Words

BLUEPRINTS = "COURSE_BLUEPRINTS"
"""An environment variable that names another file of blueprints than the installed one."""
PATH = Path(__file__).with_name("blueprints.yaml")
LEVELS: tuple[Level, ...] = ("beginner", "intermediate", "advanced")


class Blueprint(Record):
    """One exam, of which any number of forms can be drawn."""

    id: Id
    title: Words
    purpose: Words
    minutes: int = Field(ge=1, le=300)
    questions: int = Field(ge=1, le=200)
    tasks: int = Field(default=0, ge=0, le=20)
    """Pieces of code to write from memory."""
    task_points: int = Field(default=3, ge=1, le=20)
    """What a task counts, in questions."""
    pass_mark: float = Field(gt=0, le=1)
    """The share of the points with which it is passed."""
    frameworks: tuple[Literal["django", "flask", "fastapi"], ...] = Field(min_length=1)
    closed_book: bool = True
    levels: dict[Level, int]
    """Percent of the items by level."""
    topics: dict[Id, int]
    """Percent of the items by topic; a topic that is not asked about has 0."""

    @model_validator(mode="after")
    def _weights_are_percent(self) -> Self:
        for name, weights in (("levels", self.levels), ("topics", self.topics)):
            if any(weight < 0 for weight in weights.values()):
                raise ValueError(f"a weight of `{name}` is below 0")
            if (total := sum(weights.values())) != 100:
                raise ValueError(f"the weights of `{name}` add up to {total}, not to 100")
        return self

    @property
    def asked(self) -> dict[str, int]:
        """The topics that it asks about, with their weights."""
        return {topic: weight for topic, weight in self.topics.items() if weight}

    @property
    def points(self) -> int:
        """What a whole form is worth."""
        return self.questions + self.tasks * self.task_points

    @property
    def framework(self) -> str | None:
        """Its framework, when it is about one alone."""
        return self.frameworks[0] if len(self.frameworks) == 1 else None

    def admits(self, framework: str) -> bool:
        """Whether it asks items of that framework; "all" are those about several or none."""
        return framework == "all" or framework in self.frameworks


class Blueprints(Record):
    """All blueprints, in the order in which they are offered."""

    blueprints: tuple[Blueprint, ...] = Field(min_length=1)


def blueprints() -> Mapping[str, Blueprint]:
    """All blueprints by their ids; raises Problems when their file is not as it must be."""
    path = Path(os.environ.get(BLUEPRINTS) or PATH)
    return _read(path, path.stat().st_mtime_ns if path.exists() else 0)


def find_blueprint(id: str) -> Blueprint:
    """The blueprint with this id; raises LookupError that names the nearest known id."""
    known = blueprints()
    if id not in known:
        names = ", ".join(known)
        raise LookupError(f"There is no exam {id!r}.{did_you_mean(id, known)} There are: {names}.")
    return known[id]


def read_blueprints(path: Path = PATH) -> RecordFile[Blueprints]:
    """The blueprints with their line numbers; raises Problems when they do not parse."""
    return read_records(path, Blueprints)


def problems(path: Path, syllabus: Syllabus) -> list[Problem]:
    """Everything that is wrong with a file of blueprints; nothing where there is no such file."""
    if not path.exists():
        return []
    try:
        return list(wrong(read_blueprints(path), syllabus))
    except Problems as error:
        return list(error.problems)


def wrong(file: RecordFile[Blueprints], syllabus: Syllabus) -> Iterator[Problem]:
    """What is wrong with blueprints as seen from the syllabus: ids that do not exist, topics that were forgotten."""
    seen: set[str] = set()
    for place, blueprint in enumerate(file.record.blueprints):
        if blueprint.id in seen:
            what = f"the blueprint `{blueprint.id}` stands twice."
            yield file.problem(what, "Give one of them another id.", "blueprints", place, "id")
        seen.add(blueprint.id)
        for topic in blueprint.topics:
            if topic not in syllabus.topic_by_id:
                what = f"`{blueprint.id}` gives weight to `{topic}`, which is no topic of the syllabus."
                todo = f"Take an id of the syllabus.{did_you_mean(topic, syllabus.topic_by_id)}"
                yield file.problem(what, todo, "blueprints", place, "topics", topic)
        for topic in syllabus.topic_by_id:
            if topic not in blueprint.topics:
                what = f"`{blueprint.id}` does not say what `{topic}` weighs."
                yield file.problem(what, "Add it, with 0 when it is not asked.", "blueprints", place, "topics")


@cache
def _read(path: Path, changed: int) -> Mapping[str, Blueprint]:
    return {one.id: one for one in read_blueprints(path).record.blueprints}
