"""A class from release to grades, with nbgrader's own commands on a real exchange folder."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from course.house import House
from tests import originals
from tests.gradebook import scores
from tests.originals import TOPICS

COURSE, TERM = "threeways", "every_topic"
LEARNERS = ("ada", "ben", "chi")
"""Ada has all answers right, Ben the first half of them, Chi hands in what she was given."""

LATE = "dora"
"""She only looks at what there is."""


def answered(learner: str, text: Path) -> list[str]:
    """The answers that a learner has right."""
    ids = list(originals.points(text))
    return {"ada": ids, "ben": ids[: (len(ids) + 1) // 2], "chi": []}[learner]


def expected(learner: str, text: Path) -> float:
    worth = originals.points(text)
    return sum(worth[id] for id in answered(learner, text))


def fill_in(notebook: Path, source: Path, ids: list[str]) -> None:
    """Writes the source's solutions into the answer cells of a learner's notebook."""
    solutions = {cell["id"]: "".join(cell["source"]) for cell in json.loads(source.read_text("utf-8"))["cells"]}
    data = json.loads(notebook.read_text("utf-8"))
    for cell in data["cells"]:
        nbgrader = cell["metadata"].get("nbgrader", {})
        if nbgrader.get("solution") and nbgrader["grade_id"] in ids:
            cell["source"] = re.sub(r"[ \t]*### (BEGIN|END) SOLUTION\n?", "", solutions[cell["id"]])
    notebook.write_text(json.dumps(data), "utf-8")


@dataclass
class Class:
    """An instructor's clone, the learners' folders, and the exchange between them."""

    root: Path
    said: dict[str, str] = field(default_factory=dict)

    @property
    def clone(self) -> Path:
        return self.root / "clone"

    def home(self, learner: str) -> Path:
        return self.root / "homes" / learner

    def nbgrader(self, *words: str, learner: str | None = None) -> str:
        """Runs a command as the instructor in the clone, or as a learner in their own folder; returns what it said."""
        home = self.home(learner or "instructor")
        environment = {
            **os.environ,
            "HOME": str(home),
            "USER": learner or "instructor",
            "JUPYTER_DATA_DIR": str(home / "data"),
            "NBGRADER_EXCHANGE": str(self.root / "exchange"),
            # `course lab` sets this: it is how a learner's nbgrader knows the exchange of the class.
            "JUPYTER_CONFIG_PATH": str(self.clone),
        }
        place = home if learner else self.clone
        who = ["--course", COURSE, "--student", learner] if learner else []
        command = [sys.executable, "-m", "nbgrader", *words, *who]
        result = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
        assert result.returncode == 0, f"nbgrader {' '.join(words)} failed:\n{result.stdout}{result.stderr}"
        return result.stdout + result.stderr


@pytest.fixture(scope="module")
def term(clone: House, tmp_path_factory: pytest.TempPathFactory) -> Class:
    """A whole term: the exercises of every topic, and one lesson, from release to feedback and grades."""
    made = Class(tmp_path_factory.mktemp("class"))
    shutil.copytree(clone.source, made.clone / "source")
    shutil.copy(clone.root / "nbgrader_config.py", made.clone)
    handed_out = made.clone / "source" / TERM
    handed_out.mkdir()
    for topic in TOPICS:
        shutil.copy(clone.source / topic.name / "exercises.ipynb", handed_out / f"{topic.name}.ipynb")
    shutil.copy(min((clone.source / TOPICS[0].name).glob("1_*.ipynb")), handed_out)
    for name in ("exchange", *(f"homes/{who}" for who in ("instructor", *LEARNERS, LATE))):
        (made.root / name).mkdir(parents=True)
    (made.root / "exchange").chmod(0o777)

    def hand_in(learner: str) -> None:
        made.nbgrader("fetch_assignment", TERM, learner=learner)
        fetched = made.home(learner) / TERM
        shutil.copytree(fetched, made.root / "as-fetched" / learner)
        for topic in TOPICS:
            source = clone.source / topic.name / "exercises.ipynb"
            fill_in(fetched / f"{topic.name}.ipynb", source, answered(learner, topic / "exercises.py"))
        made.nbgrader("submit", TERM, learner=learner)

    made.nbgrader("generate_assignment", "*", "--create")  # the real topics too, to compare with what is committed
    made.nbgrader("release_assignment", TERM)
    with ThreadPoolExecutor() as pool:
        listed = pool.submit(made.nbgrader, "list", learner=LATE)
        list(pool.map(hand_in, LEARNERS))
        made.said["list"] = listed.result()
    made.said["inbound"] = made.nbgrader("list", "--inbound")
    # The three share the account that runs the tests, so the owner of a file does not tell them apart.
    made.nbgrader("collect", TERM, "--ExchangeCollect.check_owner=False")
    made.nbgrader("autograde", TERM)
    with ThreadPoolExecutor() as pool:
        exported = pool.submit(made.nbgrader, "export")
        made.nbgrader("generate_feedback", TERM)
        made.nbgrader("release_feedback", TERM)
        list(pool.map(lambda learner: made.nbgrader("fetch_feedback", TERM, learner=learner), LEARNERS))
        exported.result()
    return made


def test_nbgrader_makes_the_release_that_is_committed(clone: House, term: Class) -> None:
    folders = [folder.name for folder in clone.release.iterdir() if folder.is_dir()]
    assert folders
    for folder in folders:
        committed = {path.name: path.read_bytes() for path in (clone.release / folder).glob("*.ipynb")}
        made = {path.name: path.read_bytes() for path in (term.clone / "release" / folder).glob("*.ipynb")}
        assert made == committed, folder


def test_everything_goes_through_the_exchange_that_the_class_has_named(term: Class) -> None:
    exchange = term.root / "exchange" / COURSE
    assert [path.name for path in (exchange / "outbound").iterdir()] == [TERM]
    assert sorted(path.name.split("+")[0] for path in (exchange / "inbound").iterdir()) == sorted(LEARNERS)


def test_a_learner_sees_what_was_released(term: Class) -> None:
    assert re.search(rf"Released assignments:.*{COURSE} {TERM}$", term.said["list"], re.S | re.M)


@pytest.mark.parametrize("learner", LEARNERS)
def test_a_learner_fetches_the_released_notebooks(clone: House, term: Class, learner: str) -> None:
    fetched = {path.stem: path.read_bytes() for path in (term.root / "as-fetched" / learner).glob("*.ipynb")}
    for topic in TOPICS:
        assert fetched[topic.name] == (clone.release / topic.name / "exercises.ipynb").read_bytes()
    assert len(fetched) == len(TOPICS) + 1


@pytest.mark.parametrize("learner", LEARNERS)
def test_the_instructor_sees_who_has_submitted(term: Class, learner: str) -> None:
    assert re.search(rf"^.*{COURSE} {learner} {TERM} .*$", term.said["inbound"], re.M)


@pytest.mark.parametrize("learner", LEARNERS)
def test_a_learner_has_the_score_that_the_tags_say(term: Class, learner: str) -> None:
    found = scores(term.clone, TERM, learner)
    for topic in TOPICS:
        text = topic / "exercises.py"
        assert found.pop(topic.name) == (expected(learner, text), sum(originals.points(text).values())), topic.name
    assert list(found.values()) == [(0, 0)]  # the lesson


def test_half_of_the_answers_is_more_than_nothing_and_less_than_all() -> None:
    none, half, full = (sum(expected(who, topic / "exercises.py") for topic in TOPICS) for who in ("chi", "ben", "ada"))
    assert none == 0 < half < full


@pytest.mark.parametrize("learner", LEARNERS)
def test_the_exported_grades_say_the_same(term: Class, learner: str) -> None:
    with (term.clone / "grades.csv").open(encoding="utf-8") as file:
        [row] = [row for row in csv.DictReader(file) if (row["student_id"], row["assignment"]) == (learner, TERM)]
    texts = [topic / "exercises.py" for topic in TOPICS]
    assert float(row["score"]) == sum(expected(learner, text) for text in texts)
    worth = sum(sum(originals.points(text).values()) + originals.graded_by_hand(text) for text in texts)
    assert float(row["max_score"]) == worth


@pytest.mark.parametrize("learner", LEARNERS)
def test_a_learner_fetches_feedback_with_their_own_score(term: Class, learner: str) -> None:
    for topic in TOPICS:
        [page] = (term.home(learner) / TERM / "feedback").glob(f"*/{topic.name}.html")
        shown = re.search(r"([\d.]+) of [\d.]+ points", page.read_text(encoding="utf-8"))
        assert shown is not None, "the page shows no score"
        assert float(shown[1]) == expected(learner, topic / "exercises.py")
