"""The learner's folder is filled, and the start page drawn, before JupyterLab starts."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path

import pytest

from course import lab
from course.house import House
from course.problems import Problems
from course.roles import Role
from tests.conftest import course


@pytest.fixture(autouse=True)
def own_prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_PREFIX", str(tmp_path / "prefix"))


def drawn(house: House) -> str:
    data = json.loads((house.work / "Start.ipynb").read_text())
    outputs = [output for cell in data["cells"] for output in cell.get("outputs", [])]
    return outputs[0]["data"]["text/html"]


def test_the_start_page_shows_the_map_before_anything_is_run(house: House) -> None:
    lab.prepare(house, Role.alone)
    page = drawn(house)
    assert 'href="01_greeting/1_first_greeting.ipynb"' in page
    assert "Next:" in page


def test_notes_on_the_start_page_are_kept(house: House) -> None:
    lab.prepare(house, Role.alone)
    path = house.work / "Start.ipynb"
    data = json.loads(path.read_text())
    data["cells"].append({"cell_type": "markdown", "id": "note", "metadata": {}, "source": "my note"})
    path.write_text(json.dumps(data))
    lab.prepare(house, Role.alone)
    assert "my note" in path.read_text()


def test_a_class_gets_only_the_start_page(house: House) -> None:
    lab.prepare(house, Role.student)
    assert [path.name for path in house.work.glob("*") if not path.name.startswith(".")] == ["Start.ipynb"]


def test_a_clone_without_its_release_says_what_to_do(house: House) -> None:
    shutil.rmtree(house.release)
    with pytest.raises(Problems, match=r"has no Start.ipynb.*course build"):
        lab.prepare(house, Role.alone)


def test_a_taken_port_is_named(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        result = course(house, "lab", "--no-open", "--port", str(port))
    assert result.returncode == 2
    assert f"the port {port} is taken" in result.stderr
    assert "Traceback" not in result.stderr


def test_what_is_new_and_newer_is_said(house: House) -> None:
    first = course(house, "lab", "--prepare-only")
    assert "3 files are new in work/" in first.stdout
    lesson = house.work / "01_greeting/1_first_greeting.ipynb"
    lesson.write_text(lesson.read_text().replace("The library greets", "My library greets"))
    released = house.release / "01_greeting/1_first_greeting.ipynb"
    released.write_text(released.read_text().replace("The library greets", "The new library greets"))
    second = course(house, "lab", "--prepare-only")
    assert "course take 01_greeting/1_first_greeting.ipynb" in second.stdout
    third = course(house, "take", "work/01_greeting/1_first_greeting.ipynb")
    assert third.returncode == 0
    assert "My library greets" in next((house.work / "01_greeting").glob("*mine*")).read_text()
    assert "The new library greets" in lesson.read_text()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cells": [1]}'])
def test_a_broken_start_page_is_set_aside_and_drawn_anew(house: House, content: str) -> None:
    lab.prepare(house, Role.alone)
    (house.work / "Start.ipynb").write_text(content)
    lab.prepare(house, Role.alone)
    assert "Next:" in drawn(house)
    assert [path.read_text() for path in house.work.glob("Start (mine*")] == [content]


def test_a_port_that_cannot_be_is_refused_before_anything_is_done(house: House) -> None:
    result = course(house, "lab", "--no-open", "--port", "99999")
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert not house.work.exists()
