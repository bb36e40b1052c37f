"""The two packages: what the students of a class install, and the engine on its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from email import message_from_string
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests import originals
from tests.conftest import ROOT
from tests.originals import TOPICS, fold
from tests.tree import committed

FRAMEWORKS = {"django", "flask", "fastapi"}


def build(project: Path, target: str, folder: Path) -> Path:
    """The wheel or the sdist of a project, made into `folder`."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    result = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    [made] = folder.glob("*.whl" if target == "wheel" else "*.tar.gz")
    return made


def python(code: str, installed: Path, elsewhere: Path) -> str:
    """Runs code with `installed` before all else on its path, in a folder that has nothing to do with the clone."""
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, cwd=elsewhere, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


@pytest.fixture(scope="module")
def students(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The class's package, installed into a folder."""
    folder = tmp_path_factory.mktemp("students")
    ZipFile(build(ROOT, "wheel", folder)).extractall(folder / "installed")
    return folder / "installed"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The engine's package, installed into a folder."""
    folder = tmp_path_factory.mktemp("engine")
    ZipFile(build(ROOT / "autograde", "wheel", folder)).extractall(folder / "installed")
    return folder / "installed"


def names(installed: Path) -> set[str]:
    """The files of an installed package, without its metadata."""
    paths = (path.relative_to(installed) for path in installed.rglob("*") if path.is_file())
    return {path.as_posix() for path in paths if not path.parts[0].endswith(".dist-info")}


def readable(path: Path) -> str:
    """The text of a file; that of the strings in it, where it is JSON."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".json":
        return text
    return "\n\n".join(json.loads(string) for string in re.findall(r'"(?:[^"\\]|\\.)*"', text))


def test_the_students_package_holds_widgets_banks_and_hints(students: Path) -> None:
    faces = {
        f"course/widgets/{name}"
        for name in ("quiz.py", "hint.py", "face.py", "front/tools.js", "front/main.js", "front/tools.css")
    }
    banks = {f"course/topics/{topic.name}/{name}" for topic in TOPICS for name in ("bank.yaml", "hints.json")}
    assert faces | banks | {
        "course/syllabus.yaml",
        "course/frameworks/client/__init__.py",
        "course/frameworks/serve/mount.js",
    } <= names(students)


def test_the_students_package_holds_the_course_alone_and_no_authors_tool(students: Path) -> None:
    held = names(students)
    assert {name.split("/")[0] for name in held} == {"course"}
    assert [name for name in held if name.startswith("course/authoring/") or name == "course/ids.txt"] == []
    assert [name for name in held if name.startswith("course/topics/") and name.endswith((".py", ".ipynb"))] == []


def test_the_students_package_holds_no_marker_of_a_solution_or_a_hidden_test(students: Path) -> None:
    marker = re.compile("### (BEGIN|END) (SOLUTION|HIDDEN TESTS)")
    assert [name for name in names(students) if marker.search((students / name).read_text(encoding="utf-8"))] == []


def test_the_students_package_holds_no_solution_hidden_test_or_wrong_answer(students: Path) -> None:
    secrets = [secret for topic in TOPICS for secret in originals.secrets(topic / "exercises.py")]
    assert {secret.kind for secret in secrets} > {"answer", "test", "wrong"}
    texts = {name: fold(readable(students / name)) for name in names(students)}
    leaked = [
        (name, secret.kind, secret.of)
        for secret in secrets
        if secret.kind != "hint"
        for name, text in texts.items()
        if secret.text in text
    ]
    assert leaked == []


def test_the_students_package_asks_a_question_gives_a_hint_and_sends_a_request(students: Path, tmp_path: Path) -> None:
    bank = next(students.glob("course/topics/*/bank.yaml")).read_text(encoding="utf-8")
    question = re.search(r"^questions:\n- id: (\S+)", bank, re.M)
    hints = json.loads(next(students.glob("course/topics/*/hints.json")).read_text(encoding="utf-8"))["hints"]
    assert question is not None
    code = f"""
import course
from course import client, hint, quiz
from flask import Flask
[asked] = quiz({question[1]!r}).view["questions"]
steps = hint({next(iter(hints))!r}).view["all"]
print(course.__file__, asked["id"], steps, client(Flask("library")).get("/").status_code)
"""
    place, asked, steps, status = python(code, students, tmp_path).split()
    assert Path(place).is_relative_to(students)
    assert (asked, int(steps), status) == (question[1], len(next(iter(hints.values()))), "404")


def test_an_authors_command_in_the_students_package_says_what_it_needs(students: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(students)}
    command = [sys.executable, "-m", "course.cli", "build"]
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "clone" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_engines_package_holds_the_engine_alone(engine: Path) -> None:
    about = {f"autograde/{name}" for name in ("pyproject.toml", "README.md", "LICENSE")}
    own = {path.relative_to(ROOT).as_posix() for path in committed() if path.is_relative_to(ROOT / "autograde")}
    assert names(engine) == own - about
    assert "autograde/__init__.py" in own


@pytest.mark.filterwarnings("ignore:Python 3.14 will, by default, filter extracted tar archives:DeprecationWarning")
def test_the_engines_package_is_the_same_when_built_from_its_sdist(engine: Path, tmp_path: Path) -> None:
    shutil.unpack_archive(build(ROOT / "autograde", "sdist", tmp_path), tmp_path)
    [project] = (path for path in tmp_path.iterdir() if path.is_dir())
    with ZipFile(build(project, "wheel", tmp_path)) as wheel:
        assert {name for name in wheel.namelist() if ".dist-info/" not in name} == names(engine)


def test_the_engine_needs_no_web_framework(engine: Path) -> None:
    [metadata] = engine.glob("*.dist-info/METADATA")
    about = message_from_string(metadata.read_text(encoding="utf-8"))
    needed = {re.split(r"[^a-z0-9-]", line.lower())[0] for line in about.get_all("Requires-Dist") or []}
    assert about["Name"] == "threeways-autograde"
    assert "nbgrader" in needed
    assert not needed & (FRAMEWORKS | {"threeways"})


def test_the_engine_is_imported_without_the_course_and_its_frameworks(engine: Path, tmp_path: Path) -> None:
    code = "import sys, autograde; print(autograde.__file__, *sorted({name.split('.')[0] for name in sys.modules}))"
    place, *modules = python(code, engine, tmp_path).split()
    assert Path(place).is_relative_to(engine)
    assert not set(modules) & (FRAMEWORKS | {"course"})
