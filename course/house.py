"""Where things lie: the folders of a clone, and the topics that have one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path

from course.bank import Bank, read_bank
from course.problems import Problem, Problems
from course.records import RecordFile
from course.syllabus import Syllabus, Topic, read_syllabus

LEFT_BEHIND = re.compile(r"^[.#]|~$|\.(pyc|bak|orig|rej|swp|tmp)$|^__pycache__$")
LESSON_PATTERN = "[0-9]*_*.py"


@dataclass(frozen=True)
class TopicFolder:
    """A topic's folder of text."""

    topic: Topic
    path: Path

    @property
    def name(self) -> str:
        """The name of the folder and of the nbgrader assignment."""
        return self.path.name

    @property
    def bank_path(self) -> Path:
        """Its questions, cards, interview questions and tasks."""
        return self.path / "bank.yaml"

    @property
    def hints_path(self) -> Path:
        """Its hints, built from the exercises."""
        return self.path / "hints.json"

    @property
    def exercises_path(self) -> Path:
        """Its graded exercises."""
        return self.path / "exercises.py"

    @cached_property
    def lessons(self) -> list[Path]:
        """Its lessons in order."""
        return sorted(self.path.glob(LESSON_PATTERN), key=lambda path: (_number(path), path.name))

    @property
    def texts(self) -> list[Path]:
        """All texts that become notebooks: the lessons, then the exercises."""
        return [*self.lessons, *([self.exercises_path] if self.exercises_path.exists() else [])]

    @property
    def attachments(self) -> list[Path]:
        """Files that go into the assignment as they are, such as pictures."""
        own = {self.bank_path, self.hints_path, *self.texts, *self.strays}
        return [path for path in self._files if path not in own]

    @property
    def strays(self) -> list[Path]:
        """Programs and notebooks beside the texts whose names make them none of these; they might hold solutions."""
        beside = (path for path in self._files if path.parent == self.path)
        return [path for path in beside if path.suffix in (".py", ".ipynb") and path not in self.texts]

    @property
    def _files(self) -> list[Path]:
        """Its files, without what editors, systems and Python leave behind."""
        found = (path.relative_to(self.path) for path in sorted(self.path.rglob("*")) if path.is_file())
        return [self.path / path for path in found if not any(LEFT_BEHIND.search(part) for part in path.parts)]

    @cached_property
    def bank(self) -> RecordFile[Bank]:
        """Its bank; raises Problems when that does not parse."""
        return read_bank(self.bank_path)


def _number(lesson: Path) -> int:
    """The number that a lesson's name begins with."""
    return int("".join(takewhile(str.isdigit, lesson.name)))


@dataclass(frozen=True)
class House:
    """A clone of the course."""

    root: Path

    @property
    def topics_path(self) -> Path:
        """The authored text."""
        return self.root / "course" / "topics"

    @property
    def start_path(self) -> Path:
        """The text of the start page."""
        return self.topics_path / "start.py"

    @property
    def source(self) -> Path:
        """Notebooks for instructors."""
        return self.root / "source"

    @property
    def release(self) -> Path:
        """Notebooks for learners."""
        return self.root / "release"

    @property
    def work(self) -> Path:
        """The learner's own copies."""
        return self.root / "work"

    @property
    def ids_path(self) -> Path:
        """All ids of bank entries that were ever published."""
        return self.root / "course" / "ids.txt"

    @cached_property
    def syllabus(self) -> RecordFile[Syllabus]:
        """The syllabus; raises Problems when it does not parse."""
        return read_syllabus(self.root / "course" / "syllabus.yaml")

    @cached_property
    def folders(self) -> list[TopicFolder]:
        """The topics that have a folder, in teaching order; a folder that is no topic's raises Problems."""
        by_folder = {topic.folder: topic for topic in self.syllabus.record.topics}
        found, problems = [], []
        for path in sorted(self.topics_path.iterdir()) if self.topics_path.is_dir() else []:
            if not path.is_dir() or path.name.startswith((".", "__")):
                continue
            if path.name in by_folder:
                found.append(TopicFolder(by_folder[path.name], path))
            else:
                what = "is the folder of no topic in course/syllabus.yaml."
                todo = "Name it after a topic: two digits of its order, `_`, its id with `_` for `-`."
                problems.append(Problem(path, 1, what, todo))
        if problems:
            raise Problems(problems)
        return found

    def select(self, names: list[str] | None = None) -> list[TopicFolder]:
        """The folders of the topics that are named by id or by folder; all of them without a name."""
        if not names:
            return self.folders
        chosen = []
        for name in names:
            name = name.rstrip("/").rsplit("/", 1)[-1]
            match = [folder for folder in self.folders if name in (folder.topic.id, folder.name)]
            if not match:
                known = ", ".join(folder.topic.id for folder in self.folders) or "none yet"
                what = f"there is no topic `{name}` with a folder."
                raise Problems([Problem(self.topics_path, 1, what, f"Name one of: {known}; or `course new {name}`.")])
            chosen += match
        return chosen


def find_house(start: Path | None = None) -> House:
    """The clone around `start`; without it, the one around the current folder, else the one this package lies in."""
    here = (start or Path.cwd()).resolve()
    own = () if start else (Path(__file__).resolve().parents[1],)
    for folder in (here, *here.parents, *own):
        if (folder / "course" / "syllabus.yaml").is_file() and (folder / "pyproject.toml").is_file():
            return House(folder)
    todo = "Change into the folder of your clone, or name it with --root."
    raise Problems([Problem(here, 1, "is not inside a clone of the course.", todo)])
