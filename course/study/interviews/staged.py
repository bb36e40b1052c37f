"""Staged mock interviews, from YAML files: what an interviewer says stage by stage, and what a good answer holds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from course.bank import JUDGEMENT
from course.problems import Problem, Problems
from course.records import Record, RecordFile, read_records
from course.study.library import did_you_mean
from course.syllabus import Id, Level, Words

FOLDER = Path(__file__).parent


class When(Record):
    """When a follow-up is asked: after one of these choices, and at such a grade. Without any, always."""

    choice: tuple[Id, ...] = ()
    criterion: Id | None = None
    at_most: int | None = None
    at_least: int | None = None

    def holds(self, choices: Collection[str], grades: Mapping[str, int]) -> bool:
        """Whether it is so, by what was chosen in the interview and graded in this stage."""
        if self.choice and not set(self.choice) & set(choices):
            return False
        if self.criterion is None:
            return True
        grade = grades.get(self.criterion, 0)
        return (self.at_most is None or grade <= self.at_most) and (self.at_least is None or grade >= self.at_least)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.criterion is None) != (self.at_most is None and self.at_least is None):
            raise ValueError("`criterion` goes together with `at_most` or `at_least`")
        return self


class AskedNext(Record):
    """A follow-up question and what a good answer says."""

    ask: Words
    answer: Words
    when: When = When()
    proof: Words = JUDGEMENT


class Snippet(Record):
    """Code of a model answer. `before` runs first and is not shown, `proof` runs afterwards."""

    choice: Id | None = None
    """The framework, or another choice, that it belongs to."""
    title: Words
    before: str = ""
    code: Words
    proof: Words


class Criterion(Record):
    """One line of a rubric: levels from the weakest answer to the best, each described."""

    id: Id
    title: Words
    levels: tuple[Words, ...] = Field(min_length=3, max_length=4)


class Choice(Record):
    """A decision that the learner takes with their answer; what comes later depends on it."""

    ask: Words
    options: dict[Id, Words] = Field(min_length=2)


class Stage(Record):
    """One part of an interview, with its own time."""

    id: Id
    title: Words
    minutes: int = Field(ge=1, le=60)
    says: Words
    choice: Choice | None = None
    structure: tuple[Words, ...] = Field(min_length=2)
    key_points: tuple[Words, ...] = Field(min_length=1)
    mistakes: tuple[Words, ...] = Field(min_length=1)
    red_flags: tuple[Words, ...] = Field(min_length=1)
    answer: Words
    answers: dict[Id, Words] = Field(default_factory=dict)
    """Model answers by choice, where they differ."""
    code: tuple[Snippet, ...] = ()
    follow_ups: tuple[AskedNext, ...] = Field(min_length=1, max_length=6)
    rubric: tuple[Criterion, ...] = Field(min_length=3, max_length=5)
    study: tuple[Words, ...] = Field(min_length=1)
    """Topics of the syllabus that help where the answer was weak."""
    proof: Words = JUDGEMENT
    """Of what the answers and key points say."""

    def asked_next(self, choices: Collection[str], grades: Mapping[str, int]) -> list[int]:
        """The places of the follow-ups that are asked after these choices and grades."""
        return [place for place, one in enumerate(self.follow_ups) if one.when.holds(choices, grades)]


class MockInterview(Record):
    """An interview in stages."""

    id: Id
    title: Words
    kind: Literal["design", "behavioural", "levelled"]
    level: Level
    about: Words
    stages: tuple[Stage, ...] = Field(min_length=1)

    @property
    def minutes(self) -> int:
        """How long its answers may take."""
        return sum(stage.minutes for stage in self.stages)

    def proofs(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Where a claim stands, and the pieces of code that prove it, to be run in one process one after another."""
        for stage in self.stages:
            if stage.proof != JUDGEMENT:
                yield f"{self.id}: {stage.id}", (stage.proof,)
            for snippet in stage.code:
                parts = (snippet.before, snippet.code, snippet.proof)
                yield f"{self.id}: {stage.id}: {snippet.title}", tuple(part for part in parts if part)
            for number, one in enumerate(stage.follow_ups, 1):
                if one.proof != JUDGEMENT:
                    yield f"{self.id}: {stage.id}: follow-up {number}", (one.proof,)


def read_mock_interview(path: Path) -> MockInterview:
    """The interview in a file; raises Problems, each with its line, when something is wrong with it."""
    file = read_records(path, MockInterview)
    if problems := list(_wrong(file)):
        raise Problems(problems)
    return file.record


@cache
def mock_interviews(folder: Path = FOLDER) -> Mapping[str, MockInterview]:
    """All staged interviews by their ids, those in which something is designed first."""
    found = [read_mock_interview(path) for path in sorted(folder.glob("*.yaml"))]
    order = ("todo-api",)
    found.sort(key=lambda one: (one.id not in order, one.kind != "design", one.id))
    return {one.id: one for one in found}


def find_mock_interview(id: str) -> MockInterview:
    """The interview with this id; raises LookupError that names the nearest one."""
    known = mock_interviews()
    if id not in known:
        hint = did_you_mean(id, known) or f" There are {', '.join(known)}."
        raise LookupError(f"There is no interview {id!r} in the course.{hint}")
    return known[id]


def _wrong(file: RecordFile[MockInterview]) -> Iterator[Problem]:
    """What the models cannot see: names that refer to nothing."""
    interview = file.record
    if file.path.stem != interview.id:
        todo = "Name the file after the interview."
        yield file.problem(f"`{interview.id}` stands in `{file.path.name}`.", todo, "id")
    seen: set[str] = set()
    options: set[str] = set()
    for place, stage in enumerate(interview.stages):
        here: tuple[int | str, ...] = ("stages", place)
        if stage.id in seen:
            yield file.problem(f"there are two stages `{stage.id}`.", "Name one of them differently.", *here, "id")
        seen.add(stage.id)
        options |= set(stage.choice.options) if stage.choice else set()
        levels = {criterion.id: len(criterion.levels) for criterion in stage.rubric}
        if len(levels) < len(stage.rubric):
            yield file.problem("the rubric has a criterion twice.", "Keep one of them.", *here, "rubric")
        named = {*stage.answers, *(snippet.choice for snippet in stage.code if snippet.choice)}
        for number, one in enumerate(stage.follow_ups):
            named |= set(one.when.choice)
            top = levels.get(one.when.criterion or "", 0)
            if one.when.criterion and not top:
                what = f"the rubric of `{stage.id}` has no criterion `{one.when.criterion}`."
                yield file.problem(what, f"There are {', '.join(levels)}.", *here, "follow_ups", number, "when")
            elif one.when.criterion and not all(
                1 <= grade <= top for grade in (one.when.at_most, one.when.at_least) if grade is not None
            ):
                what = f"`{one.when.criterion}` has levels from 1 to {top}."
                yield file.problem(what, "Name one of them.", *here, "follow_ups", number, "when")
        for name in sorted(named - options):
            what = f"no stage up to `{stage.id}` offers the choice `{name}`."
            yield file.problem(what, "Offer it, or leave out what depends on it.", *here)
