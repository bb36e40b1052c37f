"""All rules, in the order in which their messages help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from course.authoring.build import collect, edited_notebooks, plan, shelve
from course.authoring.check import cards, exercises, ids, leaks, lessons, objectives, proofs
from course.authoring.check.objectives import Coverage
from course.authoring.check.subject import Subject
from course.house import House, TopicFolder
from course.problems import Problem, Problems

RULES = (
    ids.belonging,
    objectives.real,
    objectives.covered,
    lessons.timed,
    lessons.asked,
    lessons.kept,
    lessons.taught,
    lessons.closed,
    lessons.readable,
    cards.judged,
    exercises.ladders,
)
RUNNING_RULES = (proofs.proofs, proofs.tasks, cards.typed, exercises.graded)


@dataclass
class Report:
    """What is wrong, and how much of the syllabus is covered."""

    problems: list[Problem] = field(default_factory=list)
    coverage: dict[str, list[Coverage]] = field(default_factory=dict)
    proofs: int = 0
    judgements: int = 0


def check(
    house: House, names: list[str] | None = None, *, run: bool = True, step: Callable[[str], None] = lambda name: None
) -> Report:
    """Everything that can be said against the named topics (or all); `run` also runs proofs and exercises.

    Rules that compare topics with each other always look at all of them.
    """
    report = Report()
    problems = report.problems
    chosen = {folder.name for folder in house.select(names)}
    with TemporaryDirectory(prefix="course-check-") as library:
        subjects = [s for folder in house.folders if (s := _read(house, folder, problems, Path(library)))]
        _ask(house, chosen, subjects, report, run, step)
    _built(house, names, subjects, problems, step)
    report.problems = sorted(set(problems))
    return report


def _ask(
    house: House,
    chosen: set[str],
    subjects: list[Subject],
    report: Report,
    run: bool,
    step: Callable[[str], None],
) -> None:
    """All rules that look at the text and run it."""
    problems = report.problems
    problems += objectives.map_of_topics(house)
    problems += ids.unique_bank_ids(subjects)
    problems += ids.unique_grade_ids(subjects)
    if len(subjects) == len(house.folders):  # The ids of a topic that cannot be read are not gone.
        problems += ids.stable_ids(house, subjects)
    for subject in subjects:
        if subject.folder.name not in chosen:
            continue
        for rule in RULES:
            problems += rule(subject)
            step(f"{subject.folder.name}: {rule.__name__}")
        for running_rule in RUNNING_RULES if run else ():
            problems += running_rule(subject, step)
        report.coverage[subject.folder.topic.id] = objectives.coverage(subject)
        bank = subject.bank.record
        claims = [*(item.proof.strip() for item in bank.questions), *(item.proof.strip() for item in bank.cards)]
        report.proofs += sum(proof != "judgement" for proof in claims)
        report.judgements += sum(proof == "judgement" for proof in claims)


def _read(house: House, folder: TopicFolder, problems: list[Problem], library: Path) -> Subject | None:
    """The topic, or None (and the reasons) when it cannot be read; its questions and hints go into `library`."""
    before = len(problems)
    texts = collect(folder.texts, problems)
    try:
        bank = folder.bank
    except Problems as error:
        problems += error.problems
        return None
    if len(problems) > before:
        return None
    shelve(folder, texts, library)
    return Subject(house, folder, tuple(texts), bank, library)


def _built(
    house: House, names: list[str] | None, subjects: list[Subject], problems: list[Problem], step: Callable[[str], None]
) -> None:
    """What concerns the built notebooks: nothing leaks, nothing is stale, nothing was edited by hand."""
    edited = [problem for folder in house.select(names) for problem in edited_notebooks(house, folder)]
    problems += edited
    try:
        made = plan(house, names, discard=True, step=step)
    except Problems as error:
        problems += error.problems
        return
    for subject in subjects:
        problems += leaks.released(subject, made)
    if not edited:
        problems += leaks.up_to_date(made)
