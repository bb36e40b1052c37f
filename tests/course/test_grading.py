"""A learner's own work is graded by the real engine: sealed, against the hidden tests, and without touching it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from autograde.sandbox import machine
from course import grading
from course.grading import Grading, NoSandbox
from course.house import House, TopicFolder
from course.problems import Problems
from course.study.exchange.doors import bring
from course.study.exercises import Exercise
from course.study.journal import Journal
from course.study.memory import Memory
from course.study.planning.figures import exercises
from tests.command import command
from tests.conftest import ROOT
from tests.disk import edit, snapshot
from tests.originals import read_cells
from tests.small import make_house

TOPIC = "01_greeting"
RIGHT = 'def greeting(name):\n    return f"Welcome, {name.strip()}"'
LONG = 60.0
"""Seconds after which a test has waited in vain."""


def answer(house: House, source: str) -> None:
    """Writes the answer in the learner's copy."""
    path = house.work / TOPIC / "exercises.ipynb"
    raw = json.loads(path.read_text(encoding="utf-8"))
    [cell] = [cell for cell in raw["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == "greeting"]
    cell["source"] = source
    path.write_text(json.dumps(raw), encoding="utf-8")


def wrong(house: House, name: str) -> str:
    """A known wrong answer of the author's."""
    cells = read_cells(house.topics_path / TOPIC / "exercises.py")
    [found] = [cell.source for cell in cells if cell.role == "wrong" and cell.words[1] == name]
    return found


def begun(house: House) -> House:
    """The house with the learner's copies in it, as `course lab` makes them."""
    shutil.copytree(house.release / TOPIC, house.work / TOPIC)
    return house


def topic(house: House) -> TopicFolder:
    [found] = house.select(["greeting"])
    return found


def only(graded: Grading) -> Exercise:
    [exercise] = graded.exercises
    return exercise


def messages(graded: Grading) -> dict[str, str]:
    return {name: test.message for name, test in only(graded).failed.items()}


@pytest.fixture(scope="module")
def begun_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house of a learner who has graded once, so that the tests are prepared."""
    house = begun(make_house(tmp_path_factory.mktemp("grading") / "house"))
    (house.work / TOPIC / ".ipynb_checkpoints").mkdir()
    (house.work / TOPIC / ".ipynb_checkpoints/exercises.ipynb").write_text("{")
    (house.work / TOPIC / "notes.txt").write_text("mine")
    (house.work / TOPIC / "everything").symlink_to("/")
    return house


@pytest.fixture(scope="module")
def untouched(begun_house: House) -> Grading:
    return grading.grade(begun_house, topic(begun_house))


@pytest.fixture
def house(begun_house: House, untouched: Grading) -> House:  # type: ignore[override]
    return begun_house


def test_untouched_work_earns_nothing_and_is_not_called_wrong(untouched: Grading) -> None:
    assert (untouched.points, untouched.most) == (0, 3)
    assert not only(untouched).attempted
    assert set(messages(untouched).values()) == {""}
    assert untouched.problems == []


def test_a_known_wrong_answer_gets_its_own_message(house: House) -> None:
    answer(house, wrong(house, "always-ada"))
    graded = grading.grade(house, topic(house))
    assert (only(graded).attempted, graded.points) == (True, 1)
    assert messages(graded) == {"others": "greeting('Bo') gave 'Welcome, Ada'; expected 'Welcome, Bo'."}


def test_the_reference_earns_everything_and_nothing_of_the_learners_is_touched(house: House) -> None:
    answer(house, RIGHT)
    before, steps = snapshot(house.work / TOPIC), list[str]()
    times = {path: path.stat().st_mtime_ns for path in house.work.rglob("*.ipynb")}
    graded = grading.grade(house, topic(house), steps.append)
    assert (only(graded).solved, graded.points) == (True, 3)
    assert steps == ["Preparing the tests", "Running your work against the tests"]
    assert graded.saved == pytest.approx(times[house.work / TOPIC / "exercises.ipynb"] / 1e9)
    assert snapshot(house.work / TOPIC) == before
    assert {path: path.stat().st_mtime_ns for path in house.work.rglob("*.ipynb")} == times


def test_each_grading_is_in_the_journal_once_and_progress_tells_the_last(house: House, untouched: Grading) -> None:
    memory = Memory(Journal())
    grading.record(memory, untouched)
    assert exercises(memory.state, {}).said == "No exercise was tried and graded yet."
    answer(house, RIGHT)
    grading.record(memory, grading.grade(house, topic(house)))
    assert [event.data["by"] for event in memory.journal.events()] == ["own", "own"]
    assert exercises(memory.state, {}).said == "Exercises solved: 1 of 1 that you tried."


def test_an_answer_that_stops_says_so_before_its_tests(house: House) -> None:
    answer(house, "1 / 0")
    assert only(grading.grade(house, topic(house))).troubles == {
        "your answer": "It ended with a ZeroDivisionError: division by zero",
        "ada": "greeting is not defined: it is missing, or has another name.",
        "others": "greeting is not defined: it is missing, or has another name.",
    }


def test_a_notebook_that_lies_elsewhere_is_graded_through_its_link(house: House, tmp_path: Path) -> None:
    answer(house, RIGHT)
    path = house.work / TOPIC / "exercises.ipynb"
    path.rename(tmp_path / "mine.ipynb")
    path.symlink_to(tmp_path / "mine.ipynb")
    try:
        assert grading.grade(house, topic(house)).points == 3
    finally:
        path.unlink()
        (tmp_path / "mine.ipynb").rename(path)


def test_the_same_result_is_kept_once(house: House) -> None:
    memory = Memory(Journal())
    answer(house, RIGHT)
    for _ in range(2):
        grading.record(memory, grading.grade(house, topic(house)))
    assert memory.journal.count() == 1


def test_a_classes_feedback_reaches_the_journal_and_is_no_part_of_the_work(house: House) -> None:
    answer(house, wrong(house, "spaces"))
    grading.grade(house, topic(house))
    course = house.root / ".course/grading" / TOPIC
    subprocess.run([sys.executable, "-m", "autograde", "feedback", TOPIC], cwd=course, check=True, capture_output=True)
    # As nbgrader hands it out: in a folder of the time at which the work was handed in.
    fetched = house.work / TOPIC / grading.FEEDBACK
    shutil.copytree(course / f"feedback/{grading.ME}/{TOPIC}", fetched / "2026-11-20 12:00:00.000000 UTC")
    memory, library = Memory(Journal()), SimpleNamespace(syllabus=house.syllabus.record)
    try:
        assert bring(fetched, memory, library).new == 1  # type: ignore[arg-type]
        assert grading.grade(house, topic(house)).points == 1
    finally:
        shutil.rmtree(fetched)
    assert not (course / f"submitted/{grading.ME}/{TOPIC}/{grading.FEEDBACK}").exists()
    [kept] = memory.state.exercises.of("greeting")
    assert (kept.id, kept.points) == ("greeting", 1)
    assert kept.troubles == {"others": "A hidden test failed: greeting(' Chinua ') kept the spaces around the name."}
    assert {test.by for test in kept.tests.values()} == {"class"}
    assert exercises(memory.state, {}).said == "Exercises solved: 0 of 1 that you tried."


def test_the_command_says_so_when_no_answer_was_saved(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "journal.db"))
    shutil.copy(house.release / TOPIC / "exercises.ipynb", house.work / TOPIC)
    said = command(house, "grade", "01_Greeting/")
    assert said.code == 0
    assert said.err == (
        "No answer was found under work/01_greeting. If you wrote one, save the notebook and grade again.\n"
    )


def test_the_command_shows_the_message_also_of_a_hidden_test_and_keeps_the_result(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "journal.db"))
    answer(house, wrong(house, "spaces"))
    said = command(house, "grade", "greeting")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "✗ greeting  1 of 3",
        "    others: greeting(' Chinua ') kept the spaces around the name.",
        "1 of 3 points. Your journal has it; `progress()` shows it.",
    ]
    assert [event.kind for event in Journal(tmp_path / "journal.db").events()] == ["graded"]


@pytest.mark.parametrize("name", ["greeting", "Greeting", "01_greeting", "work/01_greeting/", "01_greeting/x.ipynb"])
def test_a_topic_is_meant_by_its_id_its_folder_or_a_path(house: House, name: str) -> None:
    assert grading.find_topic(house, name) == topic(house)


def test_an_unknown_topic_is_refused_with_those_that_there_are(house: House) -> None:
    said = command(house, "grade", "greetings")
    assert said.code == 2
    assert said.err == (
        "✗ greetings: There is no topic 'greetings' with exercises here. Did you mean 'greeting'? "
        "Name one of: greeting.\n"
    )


def test_ctrl_c_ends_it_with_a_word(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> Grading:
        raise KeyboardInterrupt

    monkeypatch.setattr(grading, "grade", interrupted)
    said = command(house, "grade", "greeting")
    assert (said.code, said.err) == (130, "Stopped; nothing was kept of it. The same command begins again.\n")


# What cannot be graded ------------------------------------------------------------------------------------------------


def refusal(house: House) -> str:
    with pytest.raises(Problems) as refused:
        grading.grade(house, topic(house))
    [problem] = refused.value.problems
    return problem.text(house.root)


def test_without_work_there_is_nothing_to_grade(tmp_path: Path) -> None:
    assert refusal(make_house(tmp_path / "house")) == (
        "work/01_greeting/exercises.ipynb: is not there, so there is nothing to grade. "
        "`course lab` brings your copy; work on it first."
    )


def test_without_the_tests_there_is_nothing_to_grade_against(tmp_path: Path) -> None:
    house = begun(make_house(tmp_path / "house"))
    shutil.rmtree(house.source)
    assert refusal(house) == (
        "source/01_greeting: is not here, so there is nothing to grade against. "
        "Use a whole clone; in a class, hand your work in instead."
    )


def test_a_topic_without_exercises_is_named(tmp_path: Path) -> None:
    house = begun(make_house(tmp_path / "house"))
    (house.source / TOPIC / "exercises.ipynb").unlink()
    assert refusal(house) == "source/01_greeting: has no exercises. Choose another topic."


def test_without_the_engine_it_says_how_to_get_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert refusal(house) == (
        "autograde: is not installed here, and it does the grading. "
        "In the clone: `make setup`, or `python bootstrap.py`."
    )


def test_a_notebook_that_is_none_is_named_in_the_engines_words(house: House) -> None:
    path = house.work / TOPIC / "exercises.ipynb"
    whole = path.read_bytes()
    path.write_text("<<<<<<< HEAD\n")
    try:
        said = refusal(house)
    finally:
        path.write_bytes(whole)
    assert said == (
        "work/01_greeting/exercises.ipynb: was not graded. "
        "It holds the marks of a merge conflict, such as <<<<<<<. "
        "Mend that and grade again; or rename it, and `course lab` brings a fresh copy."
    )


def test_another_notebook_under_its_name_is_refused_and_nothing_is_called_wrong(house: House) -> None:
    path = house.work / TOPIC / "exercises.ipynb"
    whole = path.read_bytes()
    shutil.copy(next(house.release.glob(f"{TOPIC}/1_*.ipynb")), path)
    try:
        said = refusal(house)
    finally:
        path.write_bytes(whole)
    assert said == (
        "work/01_greeting/exercises.ipynb: was not graded: none of its cells is one of the exercises'. "
        "Rename it, and `course lab` brings a fresh copy."
    )


def test_what_was_made_ready_and_is_damaged_is_made_anew(house: House) -> None:
    answer(house, RIGHT)
    (house.root / ".course/grading" / TOPIC / "gradebook.db").write_text("no database")
    steps = list[str]()
    assert grading.grade(house, topic(house), steps.append).points == 3
    assert steps.count("Preparing the tests") == 2


def test_a_place_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    house = begun(make_house(tmp_path / "house"))
    (house.root / f".course/grading/{TOPIC}.lock").mkdir(parents=True)
    assert refusal(house) == (
        ".course/grading/01_greeting.lock: cannot be used (unable to open database file). "
        "Free some space or change the rights, then try again."
    )


def test_two_gradings_of_a_topic_do_not_get_in_each_others_way(house: House) -> None:
    lock = sqlite3.connect(house.root / ".course/grading" / f"{TOPIC}.lock", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    try:
        assert refusal(house) == (
            "01_greeting: is being graded at this moment, in another notebook or terminal. Wait until that is done."
        )
    finally:
        lock.close()


def without_sandbox(cache: Path) -> None:
    """Has the engine believe that no sandbox holds on this machine, as it would after its own attacks."""
    found = {name: {"holds": False, "why": "It leaks."} for name in ("namespaces", "bubblewrap", "landlock")}
    path = cache / "autograde/sandbox.json"
    path.parent.mkdir(mode=0o700, parents=True)
    path.write_text(json.dumps({"machine": machine.fingerprint(), "found": found}))


def test_without_a_sandbox_nothing_is_run_and_the_way_without_is_named(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    without_sandbox(tmp_path)
    answer(house, RIGHT)
    with pytest.raises(NoSandbox, match="`course grade greeting --unsealed` grades without"):
        grading.grade(house, topic(house))
    assert grading.grade(house, topic(house), sandbox="none").points == 3


def test_no_process_is_left_when_whoever_asked_is_killed(house: House) -> None:
    answer(house, f"import time\ntime.sleep({LONG})")
    code = (
        "from pathlib import Path\nfrom course import grading\nfrom course.house import House\n"
        f"house = House(Path({str(house.root)!r}))\ngrading.grade(house, house.select(['greeting'])[0])"
    )
    asked = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)})
    process = psutil.Process(asked.pid)
    # The guard, the engine, its worker, its warm process, and what the work runs in.
    until(lambda: len(process.children(recursive=True)) >= 5)
    all = process.children(recursive=True)
    asked.send_signal(signal.SIGKILL)
    asked.wait()
    until(lambda: not [one for one in all if one.is_running()])


def test_tests_that_changed_are_made_ready_anew_and_what_nbgrader_refuses_is_said(house: House) -> None:
    """The last one, for what was ready is gone after it."""
    notebook = house.source / TOPIC / "exercises.ipynb"
    before = notebook.read_bytes()
    edit(notebook, ("### END SOLUTION", "### END OF IT"))
    try:
        said = refusal(house)
    finally:
        notebook.write_bytes(before)
    assert said.startswith("source/01_greeting: cannot be made ready for grading: ")
    assert said.endswith("`course build` makes it anew.")
    assert "no end solution statement found" in said


def until(condition: Callable[[], object]) -> None:
    """Waits for something that will happen."""
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)
