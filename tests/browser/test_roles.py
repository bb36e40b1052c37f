"""Each role sees its panels of nbgrader and no broken or empty one; everybody can validate."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Show
from tests.browser.house import EXERCISES
from tests.browser.lab import Lab
from tests.browser.screen import Screen

RIGHT = 'def greeting(name):\n    return f"Welcome, {name}"\n'
WRONG = 'def greeting(name):\n    return "Welcome, Ada"\n'


def solved(lab: Lab, answer: str) -> str:
    """A copy of the exercises with an answer in it."""
    notebook = lab.copy(EXERCISES)
    path = lab.work / notebook
    data = json.loads(path.read_text(encoding="utf-8"))
    for cell in data["cells"]:
        if cell["id"] == "greeting":
            cell["source"] = answer
    path.write_text(json.dumps(data), encoding="utf-8")
    return notebook


def validate(screen: Screen, answer: str) -> str:
    """What the Validate button of the notebook's toolbar says of the exercises with this answer."""
    screen.open(solved(screen.lab, answer))
    screen.page.get_by_role("button", name="Validate").click()
    dialog = screen.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Validation Results")
    said = dialog.inner_text()
    dialog.get_by_role("button", name="Ok").click()
    return said


@pytest.fixture(scope="module")
def window(alone: Lab, windows: Show) -> Screen:
    return windows(alone)


def test_a_right_notebook_passes_the_validation(window: Screen) -> None:
    assert "Success! Your notebook passes all the tests." in validate(window, RIGHT)


def test_a_wrong_notebook_fails_it_with_the_message_of_its_test(window: Screen) -> None:
    said = validate(window, WRONG)
    assert "expected 'Welcome, Bo'" in said
    assert "Success" not in said


def test_who_studies_alone_has_no_menu_of_nbgrader(screen: Screen) -> None:
    assert "File" in screen.menus
    assert "Nbgrader" not in screen.menus


def test_who_studies_alone_is_offered_no_command_of_nbgrader(screen: Screen) -> None:
    offered = screen.offered_commands()
    assert len(offered) > 50
    words = ("nbgrader", "assignment", "formgrader", "course list", "jupytext")
    assert [name for name in offered if any(word in name.lower() for word in words)] == []
