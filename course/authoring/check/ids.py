"""Rule: ids are unique, stay what they are, and belong to something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from course.authoring.build import read_ids
from course.authoring.check.subject import Subject, at
from course.house import House
from course.problems import Problem


def unique_bank_ids(subjects: Sequence[Subject]) -> Iterator[Problem]:
    """No two entries of all banks have the same id, and none has a retired one."""
    seen: dict[str, str] = {}
    retired = {id for subject in subjects for id in subject.bank.record.retired}
    for subject in subjects:
        for section, index, item in subject.bank.record.items():
            where = f"{subject.folder.name}/bank.yaml:{subject.bank.line(section, index)}"
            if item.id in seen:
                what = f"the id `{item.id}` is taken: {seen[item.id]} has it."
                yield subject.bank.problem(what, "Give one of the two another id.", section, index, "id")
            if item.id in retired:
                what = f"the id `{item.id}` is among the retired ones."
                yield subject.bank.problem(what, "Take a new id; answers to the old one exist.", section, index, "id")
            seen.setdefault(item.id, where)


def unique_grade_ids(subjects: Sequence[Subject]) -> Iterator[Problem]:
    """No two graded cells of the course have the same id: hints and results are found by it."""
    seen: dict[str, str] = {}
    for subject in subjects:
        for text in subject.texts:
            for cell in text.cells:
                mark = cell.mark
                if not mark or not mark.built:
                    continue
                where = f"{text.path.parent.name}/{text.path.name}:{cell.line}"
                if mark.grade_id in seen:
                    what = f"the grade id `{mark.grade_id}` is taken: {seen[mark.grade_id]} has it."
                    yield at(text, cell, what, "Give one of the two cells another id.")
                seen.setdefault(mark.grade_id, where)


def stable_ids(house: House, subjects: Sequence[Subject]) -> Iterator[Problem]:
    """An id that was published once still exists, or is retired."""
    known = {item.id for subject in subjects for _, _, item in subject.bank.record.items()}
    known |= {id for subject in subjects for id in subject.bank.record.retired}
    for id in read_ids(house):
        if id not in known:
            what = f"lists the id `{id}`, which was published and is gone."
            todo = "Bring the entry back, or list the id under `retired:` in its topic's bank.yaml."
            line = house.ids_path.read_text(encoding="utf-8").splitlines().index(id) + 1
            yield Problem(house.ids_path, line, what, todo)


def belonging(subject: Subject) -> Iterator[Problem]:
    """Tests, hints and wrong answers belong to an answer of the same text; no wrong answer stands twice."""
    for text in subject.texts:
        answers = set(text.answers)
        tested = {mark.id for _, mark in text.marked("test")}
        wrong: set[str] = set()
        for cell in text.cells:
            mark = cell.mark
            if mark is None or mark.role in ("manual", "task", "readonly"):
                continue
            if mark.role == "answer" and mark.id not in tested:
                todo = f"Add a cell with `test:{mark.id}:NAME:POINTS`."
                yield at(text, cell, f"the answer `{mark.id}` has no test.", todo)
            elif mark.role == "test" and mark.name is None:
                what = f"the test `{mark.id}` belongs to no answer."
                yield at(text, cell, what, "Name it `test:ANSWER:NAME:POINTS`.")
            elif mark.id not in answers:
                what = f"`{mark.tag}` belongs to an answer `{mark.id}`, which this text does not have."
                yield at(text, cell, what, "Correct its id, or remove the cell.")
            if mark.role == "wrong" and mark.grade_id in wrong:
                yield at(text, cell, f"`{mark.tag}` stands twice.", "Give one of them another name.")
            if mark.role == "wrong":
                wrong.add(mark.grade_id)
