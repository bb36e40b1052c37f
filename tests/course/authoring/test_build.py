"""What is built from the text has the same bytes wherever and whenever it is built."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from course.authoring.build import build, plan, read_ids
from course.authoring.new import new_topic
from course.authoring.release import make_releases
from course.house import House
from course.problems import Problems
from tests.command import command
from tests.conftest import ROOT
from tests.disk import edit, line_of, notebook, snapshot, topic
from tests.small import make_house

PICTURE = b"<svg xmlns='http://www.w3.org/2000/svg'/>\r\n"
ABROAD = {
    "PYTHONHASHSEED": "4711",
    "LC_ALL": "POSIX",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONUTF8": "0",
    "TZ": "Pacific/Apia",
}
"""Surroundings as different as they can be on this machine."""


def rich_house(root: Path) -> House:
    """A house with a picture and every kind of cell, whose notebooks are not built yet."""
    house = make_house(root, built=False)
    topic(house, "images").mkdir()
    topic(house, "images/way.svg").write_bytes(PICTURE)
    edit(
        topic(house, "exercises.py"),
        (
            '# %% [markdown] tags=["hint:greeting"]\n# Names come',
            '# %% [markdown] tags=["manual:essay:2.5"]\n# Say → why.\n\n# %% [markdown] tags=["task:draw:3"]\n'
            '# Draw 🐍.\n\n# %% tags=["readonly:setup", "varies"] objectives=["greet", "greet-well"]\nx = {1, 2}\n\n'
            "# %%\nx = 1\n\n# %%\nx = 1\n\n"
            '# %% [markdown] tags=["hint:greeting"]\n# Names come',
        ),
    )
    return House(root)


def without_built(house: House) -> dict[str, bytes]:
    """The authored files of a house alone."""
    built = ("source/", "release/", "course/ids.txt")
    files = snapshot(house.root)
    return {name: files[name] for name in files if not name.startswith(built) and not name.endswith("hints.json")}


def pythons() -> Iterator[str]:
    """This Python, and those of other versions on this machine that have what the course needs."""
    yield sys.executable
    for minor in {11, 12, 13} - {sys.version_info.minor}:
        path = shutil.which(f"python3.{minor}")
        needs = [path or "", "-c", "import jupytext, nbformat, nbgrader, psutil, pydantic, typer, yaml"]
        if path and not subprocess.run(needs, capture_output=True, cwd=ROOT, check=False).returncode:
            yield path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """All files of the rich house after a build."""
    house = rich_house(tmp_path_factory.mktemp("built"))
    build(house)
    return snapshot(house.root)


def test_a_second_build_changes_no_byte(house: House) -> None:
    before = snapshot(house.root)
    assert build(House(house.root)) == []
    assert snapshot(house.root) == before


def test_another_folder_gets_the_same_bytes(tmp_path: Path, built: dict[str, bytes]) -> None:
    house = rich_house(tmp_path / "a folder" / "elsewhere")
    build(house)
    assert snapshot(house.root) == built


def test_another_python_locale_and_hash_seed_give_the_same_bytes(tmp_path: Path, built: dict[str, bytes]) -> None:
    for number, python in enumerate(pythons()):
        house = rich_house(tmp_path / str(number))
        command = [python, "-m", "course.cli", "--root", str(house.root), "build"]
        surroundings = {**os.environ, **ABROAD, "PYTHONPATH": str(ROOT)}
        result = subprocess.run(command, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
        assert snapshot(house.root) == built, python


def test_a_topic_built_alone_has_the_bytes_it_has_among_others(tmp_path: Path, built: dict[str, bytes]) -> None:
    house = rich_house(tmp_path)
    new_topic(house, "opening-hours")
    heard: list[str] = []
    build(House(tmp_path), step=heard.append)
    assert sorted(heard) == ["01_greeting", "01_greeting", "02_opening_hours", "02_opening_hours"]
    among = snapshot(tmp_path)
    assert {name for name in among if name.startswith(("source/02", "release/02"))}
    assert {name: among[name] for name in built if name != "course/ids.txt"} == {
        name: content for name, content in built.items() if name != "course/ids.txt"
    }


def test_a_topic_built_alone_leaves_all_others(house: House) -> None:
    new_topic(house, "opening-hours")
    edit(topic(house, "exercises.py"), ("It is called", "Its name is"))
    before = snapshot(house.root)
    build(House(house.root), ["opening-hours"])
    assert {name: snapshot(house.root)[name] for name in before} == before


def test_nothing_of_the_authors_is_changed_when_it_is_in_form(house: House) -> None:
    before = without_built(house)
    shutil.rmtree(house.source)
    shutil.rmtree(house.release)
    build(house)
    assert without_built(house) == before


def test_the_command_says_what_it_wrote_and_then_that_nothing_is_left(house: House) -> None:
    edit(topic(house, "1_first_greeting.py"), ("greets its visitors", "greets everybody"))
    first, second = command(house, "build"), command(house, "build", "greeting")
    assert first.out.splitlines() == [
        "wrote release/01_greeting/1_first_greeting.ipynb",
        "wrote source/01_greeting/1_first_greeting.ipynb",
        "2 files changed.",
    ]
    assert second.out == "Everything was up to date.\n"
    assert (first.code, second.code) == (0, 0)


def test_the_text_is_brought_into_form(house: House) -> None:
    lesson = topic(house, "1_first_greeting.py")
    form = lesson.read_bytes()
    edit(lesson, ("# The library greets", "The library greets"), ('# %%\nquiz("first', '\n\n\n# %%\nquiz("first'))
    assert build(house) == [lesson]
    assert lesson.read_bytes() == form


def test_other_files_are_copied_as_they_are(built: dict[str, bytes]) -> None:
    assert built["source/01_greeting/images/way.svg"] == PICTURE
    assert built["release/01_greeting/images/way.svg"] == PICTURE


def test_texts_banks_and_hints_are_not_in_the_assignment(built: dict[str, bytes]) -> None:
    names = {Path(name).name for name in built if name.startswith(("source/01", "release/01"))}
    assert names == {"1_first_greeting.ipynb", "exercises.ipynb", "way.svg"}


def test_the_start_page_is_for_learners_alone(built: dict[str, bytes]) -> None:
    assert [name for name in built if name.endswith("Start.ipynb")] == ["release/Start.ipynb"]


def test_the_release_is_made_by_nbgrader(built: dict[str, bytes]) -> None:
    cells = json.loads(built["release/01_greeting/exercises.ipynb"])["cells"]
    sources = {cell["id"]: "".join(cell["source"]) for cell in cells}
    assert sources["greeting"] == "def greeting(name):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    assert "HIDDEN" not in sources["greeting-others"]
    assert all("checksum" in cell["metadata"]["nbgrader"] for cell in cells if cell["id"] == "greeting-ada")


def test_hints_are_listed_in_their_order(house: House) -> None:
    assert json.loads(topic(house, "hints.json").read_text(encoding="utf-8"))["hints"] == {
        "greeting": [
            "Names come with spaces around them.",
            "Strings have a method that removes them.",
            "It is called `strip`.",
        ]
    }


def test_ids_are_remembered_when_their_entries_are_gone(house: House) -> None:
    edit(topic(house, "bank.yaml"), ("id: greeting-body", "id: another-body"))
    build(house)
    assert read_ids(house) == ["another-body", "first-greeting", "greeting-body", "tell-greeting", "write-greeting"]


def test_what_no_text_stands_behind_any_more_is_removed(house: House) -> None:
    topic(house, "1_first_greeting.py").rename(topic(house, "2_greeting.py"))
    build(house)
    left = {path.name for folder in (house.source, house.release) for path in folder.rglob("*.ipynb")}
    assert left == {"2_greeting.ipynb", "exercises.ipynb", "Start.ipynb"}


def test_checkpoints_of_jupyter_stay(house: House) -> None:
    checkpoint = notebook(house).parent / ".ipynb_checkpoints/exercises-checkpoint.ipynb"
    checkpoint.parent.mkdir()
    checkpoint.write_text("{}")
    assert build(House(house.root)) == []
    assert checkpoint.exists()


def test_nothing_is_left_beside_the_files_that_are_written(house: House) -> None:
    before = set(snapshot(house.root))
    edit(topic(house, "1_first_greeting.py"), ("greets its visitors", "greets everybody"))
    build(house)
    assert set(snapshot(house.root)) == before


def edited(house: House) -> None:
    edit(notebook(house), ("# Exercises: greeting", "# Exercises: greetings"))


BREAKS: dict[str, tuple[Callable[[House], object], str]] = {
    "an edited notebook": (
        edited,
        "source/01_greeting/exercises.ipynb:1: was edited since it was built. `course import greeting` brings the edit "
        "into the text; `course build --discard greeting` gives it up.",
    ),
    "a broken notebook": (
        lambda house: notebook(house).write_text("{"),
        "source/01_greeting/exercises.ipynb:1: is not a notebook (Expecting property name enclosed in double quotes: "
        "line 1 column 2 (char 1)). Restore it with git, or delete it and run `course build`.",
    ),
    "a malformed tag": (
        lambda house: edit(topic(house, "exercises.py"), ("test:greeting:ada:1", "test:greeting:ada")),
        "course/topics/01_greeting/exercises.py:19: has the unknown tag `test:greeting:ada`. "
        "Write it as `test:ID:NAME:POINTS`; ids are letters, digits, `-` and `_`, points a number.",
    ),
    "a start page without front matter": (
        lambda house: edit(house.start_path, ("# title: Start\n", "")),
        "course/topics/start.py:1: does not say its title in the front matter. "
        "Begin the file with `# ---`, `# title: …`, `# minutes: …`, `# ---`.",
    ),
    "a bank that does not parse": (
        lambda house: edit(topic(house, "bank.yaml"), ("retired: []", "retired: [")),
        "course/topics/01_greeting/bank.yaml:54: is not valid YAML: did not find expected node content. "
        "Mend the indentation or the quotes there.",
    ),
    "code that cannot be kept": (
        lambda house: edit(topic(house, "1_first_greeting.py"), ("from flask", "  from flask")),
        "course/topics/01_greeting/1_first_greeting.py:11: has a cell that cannot be kept as it is. "
        "Begin its code at the left margin, with no `# escape`.",
    ),
    "a page with an unknown block": (
        lambda house: edit(house.root / "README.md", ("links: binder", "links: folder")),
        "README.md:3: has a block of links named `folder`, which does not exist. Name it one of: clone, binder.",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_cannot_be_built_is_said_and_nothing_is_written(house: House, name: str) -> None:
    spoil, message = BREAKS[name]
    spoil(house)
    # Work that would be written if only the rest were right.
    edit(house.start_path, ("# # Start", "# # Start here"))
    before = snapshot(house.root)
    with pytest.raises(Problems) as refused:
        build(House(house.root))
    assert [problem.text(house.root) for problem in refused.value.problems] == [message]
    assert snapshot(house.root) == before


@pytest.mark.parametrize("name", ["an edited notebook", "a broken notebook"])
def test_an_edit_can_be_given_up(house: House, name: str) -> None:
    before = snapshot(house.root)
    BREAKS[name][0](house)
    assert build(House(house.root), ["greeting"], discard=True) == [notebook(house)]
    assert snapshot(house.root) == before


def test_a_notebook_that_was_only_run_is_built_anew(house: House) -> None:
    before = snapshot(house.root)
    run = json.loads(notebook(house).read_text(encoding="utf-8"))
    run["cells"][1]["execution_count"] = 3
    notebook(house).write_text(json.dumps(run), encoding="utf-8")
    assert build(House(house.root)) == [notebook(house)]
    assert snapshot(house.root) == before


def test_a_plan_changes_nothing(house: House) -> None:
    shutil.rmtree(house.source)
    before = snapshot(house.root)
    assert plan(house).changes() == [notebook(house, "1_first_greeting"), notebook(house)]
    assert snapshot(house.root) == before


def test_the_source_can_be_planned_without_the_release(house: House) -> None:
    assert not [path for path in plan(house, release=False).files if path.is_relative_to(house.release / "01_greeting")]


@pytest.mark.parametrize("count", [1, 2])
def test_what_nbgrader_refuses_is_said_in_its_own_words(house: House, count: int) -> None:
    content = notebook(house).read_bytes().replace(b"### END SOLUTION", b"### END")
    with pytest.raises(Problems) as refused:
        make_releases({f"{number}_topic": {"exercises.ipynb": content} for number in range(count)})
    [problem] = refused.value.problems
    assert problem.text() == (
        "source/0_topic:1: nbgrader refuses to release it: RuntimeError: no end solution statement found. "
        "Mend the cell that it names."
    )


def test_lines_in_messages_are_those_of_the_file(house: House) -> None:
    exercises = topic(house, "exercises.py")
    assert line_of(exercises, "test:greeting:ada:1") == 19
    assert line_of(topic(house, "bank.yaml"), "retired: []") == 54


@pytest.mark.parametrize("name", ["exercise.py", "first_lesson.py", "2-second.py", "Untitled.ipynb"])
def test_a_text_with_the_wrong_name_is_refused_before_learners_get_it(house: House, name: str) -> None:
    (house.topics_path / "01_greeting" / name).write_text("secret", encoding="utf-8")
    with pytest.raises(Problems, match=r"named like no text of a topic.*Name a lesson like"):
        build(House(house.root))
    assert not list(house.release.rglob(name))


@pytest.mark.parametrize(
    "name", ["exercises.py~", ".exercises.py.swp", "#bank.yaml#", ".DS_Store", "exercises.py.orig"]
)
def test_what_an_editor_leaves_behind_reaches_nobody(house: House, name: str) -> None:
    (house.topics_path / "01_greeting" / name).write_text("secret", encoding="utf-8")
    assert build(House(house.root)) == []


def test_a_topic_that_is_gone_goes_from_the_built_folders_too(house: House) -> None:
    own = house.source / "homework" / "mine.ipynb"
    own.parent.mkdir()
    own.write_text("an instructor's own", encoding="utf-8")
    shutil.rmtree(house.topics_path / "01_greeting")
    build(House(house.root))
    assert not list((house.source / "01_greeting").glob("*"))
    assert not list((house.release / "01_greeting").glob("*"))
    assert own.exists()


def test_ids_count_as_published_when_their_topic_is_complete(house: House) -> None:
    bank = house.topics_path / "01_greeting/bank.yaml"
    bank.write_text(bank.read_text(encoding="utf-8").replace("id: first-greeting", "id: other"), encoding="utf-8")
    build(House(house.root), ["greeting"])
    assert "other\n" in house.ids_path.read_text(encoding="utf-8")
    draft = bank.read_text(encoding="utf-8").replace("complete", "draft").replace("id: other", "id: not-yet")
    bank.write_text(draft, encoding="utf-8")
    build(House(house.root))
    assert "not-yet" not in house.ids_path.read_text(encoding="utf-8")
