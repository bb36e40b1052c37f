"""A class in JupyterLab: the student fetches and submits, the instructor sees it, over nbgrader's own exchange."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Locator, expect

from course.house import House
from tests.browser.conftest import Show
from tests.browser.house import TOPIC, make_study_house
from tests.browser.lab import Lab, running_lab
from tests.browser.screen import Screen


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that everybody of the class can write to."""
    folder = tmp_path_factory.mktemp("exchange")
    folder.chmod(0o777)
    return folder


@pytest.fixture(scope="module")
def instructor(exchange: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The JupyterLab of an instructor who has released the first topic."""
    house = make_study_house(tmp_path_factory.mktemp("instructor") / "house")
    with running_lab(house, tmp_path_factory.mktemp("instructor-home"), "instructor", exchange) as lab:
        lab.nbgrader("generate_assignment", TOPIC, "--create", "--force")
        lab.nbgrader("release_assignment", TOPIC)
        yield lab


@pytest.fixture(scope="module")
def student(instructor: Lab, exchange: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The JupyterLab of a student of that class, who has a clone of their own."""
    root = tmp_path_factory.mktemp("student") / "house"
    ignored = shutil.ignore_patterns("work", "gradebook.db", "source")
    shutil.copytree(instructor.house.root, root, ignore=ignored)
    with running_lab(House(root), tmp_path_factory.mktemp("student-home"), "student", exchange) as lab:
        yield lab


@pytest.fixture(scope="module")
def desk(instructor: Lab, windows: Show) -> Screen:
    """The instructor's window."""
    screen = windows(instructor)
    screen.enter()
    screen.wait_until_ready()
    return screen


@pytest.fixture(scope="module")
def seat(student: Lab, windows: Show) -> Screen:
    """The student's window."""
    screen = windows(student)
    screen.enter()
    screen.wait_until_ready()
    return screen


def formgrader(screen: Screen) -> FrameLocator:
    screen.choose("Nbgrader", "Formgrader")
    return screen.page.frame_locator("iframe[src*='formgrader']")


def assignment_list(screen: Screen) -> Locator:
    screen.choose("Nbgrader", "Assignment List")
    return screen.page.locator("#nbgrader-assignment-list")


def test_a_student_has_nothing_that_was_not_released(seat: Screen) -> None:
    assert (seat.lab.house.release / "02_opening_hours").is_dir()
    assert not (seat.lab.work / "02_opening_hours").exists()


def test_a_student_has_the_assignment_list_and_nothing_else_of_nbgraders(seat: Screen) -> None:
    assert seat.entries("Nbgrader") == ["Assignment List"]
    words = ("nbgrader", "assignment", "formgrader", "course list", "jupytext")
    offered = [name for name in seat.offered_commands() if any(word in name.lower() for word in words)]
    assert offered == ["Assignment List"]


def test_an_instructor_has_the_formgrader_and_the_authors_tools(desk: Screen) -> None:
    assert desk.entries("Nbgrader") == ["Formgrader", "Create assignment"]


def test_the_formgrader_lists_the_assignment_as_released(desk: Screen) -> None:
    row = formgrader(desk).get_by_role("row").filter(has_text=TOPIC)
    expect(row).to_contain_text("released")


def test_a_student_fetches_an_assignment_and_submits_it(seat: Screen, exchange: Path) -> None:
    expect(seat.page.locator(".course-map")).to_contain_text("In a class, you fetch them")

    panel = assignment_list(seat)
    released = panel.locator("#released_assignments_list")
    expect(released).to_contain_text(TOPIC)

    released.get_by_role("button", name="Fetch").click()
    fetched = panel.locator("#fetched_assignments_list")
    expect(fetched).to_contain_text(TOPIC)
    notebooks = {path.name for path in (seat.lab.work / TOPIC).glob("*.ipynb")}
    assert notebooks == {path.name for path in (seat.lab.house.release / TOPIC).glob("*.ipynb")}

    fetched.get_by_role("button", name="Submit").click()
    expect(panel.locator("#submitted_assignments_list")).to_contain_text(TOPIC)
    (submitted,) = (exchange / "threeways/inbound").iterdir()
    assert {path.name for path in submitted.glob("*.ipynb")} == notebooks

    seat.open("Start.ipynb", run=True)
    expect(seat.page.locator(".course-map").get_by_role("link", name="Practice")).to_be_visible()


def test_nothing_is_asked_of_the_internet_in_a_class(seat: Screen, desk: Screen) -> None:
    expect(assignment_list(seat)).to_contain_text("threeways")
    expect(formgrader(desk).get_by_role("row").filter(has_text=TOPIC)).to_be_visible(timeout=20_000)
    assert len(seat.asked) > 20
    assert len(desk.asked) > 20
    assert seat.outside + desk.outside == []
