"""Rules: objectives exist and are covered, prerequisites make sense. Coverage is counted here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from course.authoring.check.subject import Subject, at
from course.house import House
from course.problems import Problem
from course.syllabus import Kind, Objective

SECTION_OF: dict[Kind, str] = {"quiz": "questions", "card": "cards", "interview": "interview", "exam": "tasks"}
HOW: dict[Kind, str] = {
    "notebook": "a lesson's cell that names it in `objectives=[…]`",
    "exercise": "an answer or test cell that names it",
    "quiz": "a question in bank.yaml",
    "card": "a card in bank.yaml",
    "interview": "an interview question in bank.yaml",
    "exam": "a task in bank.yaml",
    "project": "a text under projects/ that names it",
}


@dataclass(frozen=True)
class Coverage:
    """How often an objective is covered, by the kinds that it asks for."""

    objective: Objective
    counts: dict[Kind, int]

    @property
    def missing(self) -> list[Kind]:
        """The kinds that are owed and absent."""
        return [kind for kind, count in self.counts.items() if not count]


def coverage(subject: Subject) -> list[Coverage]:
    """The coverage of each objective of a topic."""
    counts: dict[tuple[str, Kind], int] = {}

    def count(ids: Sequence[str], kind: Kind) -> None:
        for id in ids:
            counts[id, kind] = counts.get((id, kind), 0) + 1

    for kind, section in SECTION_OF.items():
        for item in getattr(subject.bank.record, section):
            count(item.objectives, kind)
    for text in subject.texts:
        for cell in text.cells:
            graded = cell.mark and cell.mark.role in ("answer", "test", "manual", "task")
            if graded:
                count(cell.objectives, "exercise")
            elif text in subject.lessons and cell.built:
                count(cell.objectives, "notebook")
    objectives = [o for o in subject.house.syllabus.record.objectives if o.topic == subject.folder.topic.id]
    return [Coverage(o, {kind: counts.get((o.id, kind), 0) for kind in o.kinds}) for o in objectives]


def covered(subject: Subject) -> Iterator[Problem]:
    """A complete topic covers its core objectives in every kind that the syllabus names."""
    if not subject.complete:
        return
    syllabus = subject.house.syllabus
    index = {objective.id: number for number, objective in enumerate(syllabus.record.objectives)}
    for entry in coverage(subject):
        for kind in entry.missing if entry.objective.origin == "core" else ():
            what = f"the core objective `{entry.objective.id}` has no {kind}."
            todo = f"Add {HOW[kind]}, in {subject.folder.name}."
            yield syllabus.problem(what, todo, "objectives", index[entry.objective.id], "id")


def real(subject: Subject) -> Iterator[Problem]:
    """Every objective that is named exists in the syllabus."""
    known = subject.house.syllabus.record.objective_by_id
    todo = "Correct it; the ids are in course/syllabus.yaml."
    for text in subject.texts:
        for cell in text.cells:
            for id in cell.objectives:
                if id not in known:
                    yield at(text, cell, f"names the objective `{id}`, which does not exist.", todo)
    for section, index, item in subject.bank.record.items():
        for position, id in enumerate(item.objectives):
            if id not in known:
                what = f"`{item.id}` names the objective `{id}`, which does not exist."
                yield subject.bank.problem(what, todo, section, index, "objectives", position)


def map_of_topics(house: House) -> Iterator[Problem]:
    """Ids are unique, objectives belong to topics, prerequisites exist and come earlier, so no circle is possible."""
    syllabus = house.syllabus
    order: dict[str, int] = {}
    places: set[int] = set()
    for index, topic in enumerate(syllabus.record.topics):
        if topic.id in order or topic.order in places:
            what = f"the topic `{topic.id}` or its order {topic.order} stands twice."
            yield syllabus.problem(what, "Give one of the two another id and order.", "topics", index, "id")
        order[topic.id] = topic.order
        places.add(topic.order)
    for index, topic in enumerate(syllabus.record.topics):
        for id in topic.prerequisites:
            if id not in order:
                what = f"`{topic.id}` asks for the topic `{id}`, which does not exist."
                yield syllabus.problem(what, "Correct the id.", "topics", index, "prerequisites")
            elif order[id] >= topic.order:
                what = f"`{topic.id}` asks for `{id}`, which does not come before it."
                todo = "Ask only for earlier topics, so that prerequisites never go in a circle."
                yield syllabus.problem(what, todo, "topics", index, "prerequisites")
    seen: set[str] = set()
    for index, objective in enumerate(syllabus.record.objectives):
        if objective.topic not in order:
            what = f"`{objective.id}` belongs to the topic `{objective.topic}`, which does not exist."
            yield syllabus.problem(what, "Correct the id.", "objectives", index, "topic")
        if objective.id in seen:
            what = f"the objective `{objective.id}` stands twice."
            yield syllabus.problem(what, "Give one of the two another id.", "objectives", index, "id")
        seen.add(objective.id)
