"""The `course` command: it helps, completes, ends with codes that scripts can use, and never with a traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import typer.main

from course.authoring.build import build
from course.cli import app
from course.house import House
from tests.breaks import Edits, bank, exercise, lesson, spoiled
from tests.command import command
from tests.conftest import course
from tests.disk import edit, notebook, snapshot, topic
from tests.small import make_house

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


# Help -----------------------------------------------------------------------------------------------------------------


def test_the_commands_are_those_that_the_docs_promise() -> None:
    promised = {"lab", "new", "build", "import", "check", "run", "doctor"}
    assert promised <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(house: House, name: str) -> None:
    said = command(house, name, "--help")
    assert said.code == 0
    assert COMMANDS[name].help.split("`")[0].split(" ")[0] in said.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_and_argument_says_what_it_is_for(name: str) -> None:
    assert [parameter.name for parameter in COMMANDS[name].params if not parameter.help] == []


def test_without_a_command_all_of_them_are_shown(house: House) -> None:
    said = command(house)
    assert all(name in said.out for name in COMMANDS)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["biuld"], "No such command 'biuld'"),
        (["build", "--fast"], "No such option: --fast"),
        (["new"], "Missing argument"),
    ],
)
def test_a_command_that_is_not_understood_ends_with_2(house: House, words: list[str], reason: str) -> None:
    said = command(house, *words)
    assert said.code == 2
    assert reason in said.err


def completion(**environment: str) -> str:
    surroundings = {**os.environ, **environment}
    return subprocess.run(["course"], env=surroundings, capture_output=True, text=True, check=False).stdout


def test_shell_completion_can_be_shown() -> None:
    script = ["bash", "-c", "course --show-completion; exit $?"]
    result = subprocess.run(script, capture_output=True, text=True, check=False)
    assert "complete -o default -F _course_completion course" in result.stdout, result.stderr


def test_a_shell_completes_the_commands() -> None:
    completed = completion(_COURSE_COMPLETE="complete_bash", COMP_WORDS="course ", COMP_CWORD="1")
    assert set(completed.split()) == set(COMMANDS)


# Exit codes and messages ----------------------------------------------------------------------------------------------

Spoil = Callable[[House], object]


def edits(pairs: Edits) -> Spoil:
    return lambda house: spoiled(house, pairs)


def both_edited(house: House) -> None:
    edit(notebook(house), ("# Exercises: greeting", "# Exercises: greetings"))
    edit(topic(house, "exercises.py"), ("# # Exercises: greeting", "# # Greetings"))


TEST = 'tags=["test:greeting:ada:1"]'
BROKEN: dict[str, tuple[Spoil, dict[str, int], str]] = {
    "a malformed tag": (
        edits(exercise((TEST, 'tags=["test:greeting:ada"]'))),
        {"build": 2, "check": 1, "run": 2},
        "course/topics/01_greeting/exercises.py:19: has the unknown tag `test:greeting:ada`.",
    ),
    "an unknown key": (
        edits(exercise((TEST, f'slide=["x"] {TEST}'))),
        {"build": 2, "check": 1, "run": 2},
        "course/topics/01_greeting/exercises.py:19: has the unknown key `slide`.",
    ),
    "a malformed header": (
        edits(exercise((f"# %% {TEST}", f"# %% ada {TEST}"))),
        {"build": 2, "check": 1, "run": 2},
        "course/topics/01_greeting/exercises.py:19: has a header that is not understood:",
    ),
    "a malformed header of a list": (
        edits(exercise((TEST, "tags=[test:greeting:ada:1]"))),
        {"build": 2, "check": 1, "run": 2},
        "course/topics/01_greeting/exercises.py:19: has `tags=[test:greeting:ada:1]`, which is not a list of words.",
    ),
    "a duplicate id of a cell": (
        edits(exercise((TEST, TEST.replace("ada", "others")))),
        {"build": 2, "check": 1, "run": 2},
        "course/topics/01_greeting/exercises.py:22: has the grade id `greeting-others` twice.",
    ),
    "a duplicate id in the bank": (
        edits(
            bank(
                (
                    "cards:\n",
                    "cards:\n- {id: first-greeting, objectives: [greet], kind: concept, front: a, "
                    "back: b, proof: judgement}\n",
                )
            )
        ),
        {"check": 1},
        "course/topics/01_greeting/bank.yaml:25: the id `first-greeting` is taken: 01_greeting/bank.yaml:3 has it.",
    ),
    "an unknown objective": (
        edits(lesson(('# %% [markdown] objectives=["greet"]', '# %% [markdown] objectives=["great"]'))),
        {"check": 1},
        "course/topics/01_greeting/1_first_greeting.py:16: names the objective `great`, which does not exist.",
    ),
    "YAML that does not parse": (
        edits(bank(("retired: []", "retired: ["))),
        {"build": 2, "check": 1},
        "course/topics/01_greeting/bank.yaml:54: is not valid YAML:",
    ),
    "a duplicate key": (
        edits(bank(("retired: []", "retired: []\nstatus: draft"))),
        {"build": 2, "check": 1},
        "course/topics/01_greeting/bank.yaml:55: has the key `status` twice.",
    ),
    "a syllabus that does not parse": (
        lambda house: edit(house.root / "course/syllabus.yaml", ("topics:\n", "topics: x\n")),
        {"build": 2, "check": 2, "run": 2, "import": 2},
        "course/syllabus.yaml:2: is not valid YAML:",
    ),
    "a folder of no topic": (
        lambda house: (house.topics_path / "09_closing").mkdir(),
        {"build": 2, "check": 2, "run": 2, "import": 2},
        "course/topics/09_closing:1: is the folder of no topic in course/syllabus.yaml.",
    ),
    "a notebook edited by hand": (
        lambda house: edit(notebook(house), ("# Exercises: greeting", "# Exercises: greetings")),
        {"build": 2, "check": 1},
        "source/01_greeting/exercises.ipynb:1: was edited since it was built.",
    ),
    "a notebook that is none": (
        lambda house: notebook(house).write_text("<<<<<<< HEAD\n"),
        {"build": 2, "check": 1, "import": 2},
        "source/01_greeting/exercises.ipynb:1: is not a notebook",
    ),
    "a notebook and its text both edited": (
        both_edited,
        {"build": 2, "check": 1, "import": 2},
        "source/01_greeting/exercises.ipynb:1: was edited",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_input_is_one_clear_message_and_changes_nothing(house: House, name: str) -> None:
    spoil, codes, message = BROKEN[name]
    spoil(house)
    before = snapshot(house.root)
    for word, code in codes.items():
        said = command(house, word, *(["--no-run"] if word == "check" else []))
        assert (word, said.code) == (word, code)
        [line] = said.err.splitlines()
        assert line.startswith(f"✗ {message}"), word
        assert re.search(r"\. [A-Z`][^.]+.*\.$", line), "it says what to do"
        assert snapshot(house.root) == before, word


def test_a_proof_that_fails_is_one_clear_message_and_changes_nothing(house: House) -> None:
    spoiled(house, bank(('== "Welcome"', '== "Farewell"')))
    before = snapshot(house.root)
    said = command(house, "check")
    assert said.code == 1
    assert said.err == (
        "✗ course/topics/01_greeting/bank.yaml:18: the proof of `first-greeting` fails: AssertionError. "
        "Correct the claim or the proof.\n"
    )
    assert snapshot(house.root) == before


def test_several_messages_are_counted(house: House) -> None:
    edit(topic(house, "1_first_greeting.py"), ("greets its visitors", "greets everybody"))
    assert command(house, "check", "--no-run").err.splitlines()[-1] == "2 problems."


@pytest.mark.parametrize("word", ["build", "import", "check", "run"])
def test_a_topic_that_is_not_there_ends_with_2(house: House, word: str) -> None:
    said = command(house, word, "closing")
    assert said.code == 2
    assert said.err == (
        "✗ course/topics:1: there is no topic `closing` with a folder. "
        "Name one of: greeting; or `course new closing`.\n"
    )


def test_a_process_ends_with_the_code_and_without_a_traceback(house: House) -> None:
    edit(topic(house, "bank.yaml"), ("retired: []", "retired: ["))
    result = course(house, "build")
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("✗ course/topics/01_greeting/bank.yaml:54: is not valid YAML:")
    assert len(result.stderr.splitlines()) == 1


# Which clone ----------------------------------------------------------------------------------------------------------


def test_the_clone_can_be_named_from_anywhere(house: House, tmp_path: Path) -> None:
    elsewhere = House(make_house(tmp_path / "other", built=False).root)
    notebook(house).unlink()
    before = snapshot(elsewhere.root)
    said = command(elsewhere, "--root", str(house.root), "build")
    assert said.out.splitlines() == ["wrote source/01_greeting/exercises.ipynb", "1 files changed."]
    assert notebook(house).exists()
    assert snapshot(elsewhere.root) == before


def test_a_folder_that_is_no_clone_is_refused(house: House, tmp_path: Path) -> None:
    said = command(house, "--root", str(tmp_path / "none"), "build")
    assert said.code == 2
    assert f"✗ {tmp_path}/none:1: is not inside a clone of the course." in said.err


# What commands say ----------------------------------------------------------------------------------------------------


def test_check_says_how_much_is_covered_and_that_nothing_is_wrong(house: House) -> None:
    said = command(house, "check", "--no-run")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "greeting: 6 of 6 core cells covered; 0 of 1 beyond objectives in full.",
        "1 claims with a proof, 1 matters of judgement.",
        "Nothing is wrong.",
    ]


def test_check_can_show_the_coverage_of_each_objective(house: House) -> None:
    said = command(house, "check", "--no-run", "--coverage")
    rows = {words[0]: words[1:] for words in map(str.split, said.out.splitlines()) if words}
    assert rows["objective"] == ["origin", "notebook", "exercise", "quiz", "card", "exam", "interview", "project"]
    assert rows["greet"] == ["core", "2", "3", "1", "1", "1", "1"]
    assert rows["greet-well"] == ["beyond", "0"]


def test_run_shows_the_time_and_the_slowest_cell_of_each_notebook(house: House) -> None:
    topic(house, "exercises.py").unlink()
    said = command(house, "run", "greeting", "--jobs", "1")
    assert (said.code, said.err) == (0, "")
    title, row, end = said.out.splitlines()
    assert title.split() == ["notebook", "seconds", "slowest", "cell", "in", "line"]
    assert re.fullmatch(r"01_greeting/1_first_greeting +\d+\.\d +\d+\.\d\d +\d+", row.strip())
    assert end == "1 notebooks ran twice and left nothing behind."


def test_run_ends_with_1_when_a_notebook_fails(house: House) -> None:
    topic(house, "1_first_greeting.py").unlink()
    edit(topic(house, "exercises.py"), ("# # Exercises: greeting", "# # Exercises\n\n# %%\nraise ValueError('closed')"))
    said = command(house, "run", "greeting")
    assert said.code == 1
    assert said.err == (
        "✗ course/topics/01_greeting/exercises.py:9: fails in run 1: ValueError: closed. Mend the cell.\n"
    )


def test_new_says_what_comes_next(house: House) -> None:
    said = command(house, "new", "opening-hours")
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "course/topics/02_opening_hours is ready. "
        "Write, then: course build opening-hours && course check opening-hours\n"
    )
    assert (house.release / "02_opening_hours/exercises.ipynb").exists()


@pytest.mark.parametrize("name", ["greeting", "closing"])
def test_new_makes_nothing_that_exists_or_has_no_place(house: House, name: str) -> None:
    before = snapshot(house.root)
    assert command(house, "new", name).code == 2
    assert snapshot(house.root) == before


def test_new_leaves_nothing_when_it_cannot_be_built(house: House) -> None:
    edit(house.start_path, ("# title: Start\n", ""))
    before = snapshot(house.root)
    assert command(house, "new", "opening-hours").code == 2
    assert snapshot(house.root) == before


def test_lab_can_be_prepared_without_being_started(house: House) -> None:
    said = command(house, "lab", "--prepare-only")
    assert said.code == 0
    assert (house.work / "Start.ipynb").exists()
    assert (house.work / "01_greeting/exercises.ipynb").exists()


def test_take_names_what_it_took_and_what_it_kept(house: House) -> None:
    command(house, "lab", "--prepare-only")
    mine = house.work / "01_greeting/1_first_greeting.ipynb"
    raw = json.loads(mine.read_text(encoding="utf-8"))
    raw["cells"][1]["source"] = "mine = True"
    mine.write_text(json.dumps(raw), encoding="utf-8")
    edit(topic(house, "1_first_greeting.py"), ("greets its visitors", "greets everybody"))
    build(House(house.root))
    assert "course take 01_greeting/1_first_greeting.ipynb" in command(house, "lab", "--prepare-only").out
    said = command(house, "take", "work/01_greeting/1_first_greeting.ipynb")
    assert said.code == 0
    [kept] = re.findall(r"yours is (.+)\.$", said.out.strip())
    assert "mine = True" in (house.root / kept).read_text(encoding="utf-8")
    assert "greets everybody" in mine.read_text(encoding="utf-8")


def test_take_refuses_what_there_is_none_of(house: House) -> None:
    said = command(house, "take", "01_greeting/none.ipynb")
    assert said.code == 2
    assert said.err.startswith("✗ work/01_greeting/none.ipynb:1: cannot be taken:")


def test_grade_without_work_ends_with_2_and_keeps_nothing(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "journal.db"))
    said = command(house, "grade", "greeting")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "✗ work/01_greeting/exercises.ipynb: is not there, so there is nothing to grade. "
        "`course lab` brings your copy; work on it first.\n"
    )
    assert not (tmp_path / "journal.db").exists()


def test_the_role_is_set_and_shown(house: House) -> None:
    assert command(house, "role", "instructor").out == "instructor\n"
    assert command(house, "role").out == "instructor\n"
    assert command(house, "role", "alone").out == "alone\n"


def test_a_role_that_there_is_not_ends_with_2(house: House) -> None:
    assert command(house, "role", "headmaster").code == 2
