"""The map of the course: every topic and every objective, in teaching order."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from course.records import Record, RecordFile, read_records

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Level = Literal["beginner", "intermediate", "advanced"]
Framework = Literal["all", "study", "django", "flask", "fastapi"]
Kind = Literal["notebook", "exercise", "quiz", "card", "exam", "interview", "project"]

PATH = Path(__file__).parent / "syllabus.yaml"


class Topic(Record):
    """A part of the course: one folder, one nbgrader assignment."""

    id: Id
    order: int = Field(ge=1)
    title: Words
    scope: Words
    prerequisites: tuple[Id, ...] = ()

    @property
    def folder(self) -> str:
        """The name of its folder and of its nbgrader assignment."""
        return f"{self.order:02d}_{self.id.replace('-', '_')}"


class Fact(Record):
    """A claim that circulates, and what holds instead."""

    claim: Words
    verdict: Words
    correct: Words


class Objective(Record):
    """Something a learner can do afterwards, and the kinds of material that must teach or test it."""

    id: Id
    topic: Id
    framework: Framework
    level: Level
    statement: Words
    kinds: tuple[Kind, ...] = Field(min_length=1)
    origin: Literal["core", "beyond"]
    facts: tuple[Fact, ...] = ()


class System(Record):
    """A tool of the field, and how a learner meets it on their own machine."""

    name: Words
    kind: Words
    learner_can_run: Words
    needs_server: Words
    stand_in: Words


class StudyFeature(Record):
    """Something the course does for the person who studies."""

    id: Id
    description: Words


class Syllabus(Record):
    """All topics, objectives, systems and study features."""

    topics: tuple[Topic, ...]
    objectives: tuple[Objective, ...]
    systems: tuple[System, ...] = ()
    study_features: tuple[StudyFeature, ...] = ()

    @cached_property
    def topic_by_id(self) -> dict[str, Topic]:
        """Topics by their id."""
        return {topic.id: topic for topic in self.topics}

    @cached_property
    def objective_by_id(self) -> dict[str, Objective]:
        """Objectives by their id."""
        return {objective.id: objective for objective in self.objectives}


def read_syllabus(path: Path = PATH) -> RecordFile[Syllabus]:
    """The syllabus with its line numbers; raises Problems when it does not parse."""
    return read_records(path, Syllabus)
