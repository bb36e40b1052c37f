"""The formgrader's buttons grade through the engine, and make the pages that students get."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.house import TOPIC, make_study_house
from tests.browser.lab import PATIENCE, TOKEN, Lab, running_lab

CONFIG = """

from autograde.seam import configure
from nbclient import NotebookClient

configure(c)


def refuse(*_, **__):
    raise AssertionError("A stock kernel was started.")


NotebookClient.setup_kernel = NotebookClient.async_start_new_kernel = refuse
"""
"""With it nothing but the engine can run a notebook."""


@pytest.fixture(scope="module")
def instructor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """An instructor's JupyterLab; Ada has handed in the solution, Ben what was released."""
    house = make_study_house(tmp_path_factory.mktemp("instructor") / "house")
    with (house.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(CONFIG)
    with running_lab(house, tmp_path_factory.mktemp("instructor-home"), "instructor") as lab:
        lab.nbgrader("generate_assignment", TOPIC, "--create", "--force")
        for student, handed_in in (("ada", house.source), ("ben", house.release)):
            shutil.copytree(handed_in / TOPIC, house.root / "submitted" / student / TOPIC)
        yield lab


@pytest.fixture(scope="module")
def desk(instructor: Lab, browser: Browser) -> Iterator[Page]:
    """The formgrader's list of submissions."""
    headers = {"Authorization": f"token {TOKEN}"}
    context = browser.new_context(viewport={"width": 1100, "height": 800}, extra_http_headers=headers)
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{instructor.url}/formgrader/manage_submissions/{TOPIC}")
    yield page
    context.close()


def press(desk: Page, student: str, button: str) -> None:
    """Presses a button of a student's row, and puts away the message that all went well."""
    row = desk.get_by_role("row").filter(has_text=student)
    row.locator(f".{button} a").click()
    message = desk.locator(".modal.in")
    expect(message.locator(".modal-title")).to_have_text("Success", timeout=PATIENCE * 1000)
    message.get_by_role("button", name="OK").click()
    expect(message).to_have_count(0)


@pytest.mark.parametrize(("student", "is_full"), [("ada", True), ("ben", False)])
def test_the_autograde_button_grades_through_the_engine(desk: Page, student: str, is_full: bool) -> None:
    press(desk, student, "autograde")
    row = desk.get_by_role("row").filter(has_text=student)
    expect(row.locator(".status")).to_have_text("graded")
    score, most = (float(number) for number in row.locator(".score").inner_text().split("/"))
    assert most > 0
    assert score == (most if is_full else 0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_feedback_button_makes_a_page_with_which_nothing_is_wrong(
    desk: Page, instructor: Lab, browser: Browser, theme: str
) -> None:
    made = instructor.house.root / "feedback" / "ben" / TOPIC / "exercises.html"
    if not made.exists():
        press(desk, "ben", "generate-feedback")
    # axe-core is itself a script, which the policy of the page forbids.
    context = browser.new_context(color_scheme=theme, viewport={"width": 400, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto(made.as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text("Feedback: exercises")
    found = Axe().run(page).response
    too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    context.close()
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}
    assert [violation["id"] for violation in found["violations"]] == []
    assert not too_wide


def test_nothing_runs_and_nothing_is_loaded_on_a_page_whatever_got_into_it(
    desk: Page, instructor: Lab, browser: Browser, tmp_path: Path
) -> None:
    made = instructor.house.root / "feedback" / "ben" / TOPIC / "exercises.html"
    if not made.exists():
        press(desk, "ben", "generate-feedback")
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        address = f"http://127.0.0.1:{elsewhere.getsockname()[1]}"
        nasty = f"<script>document.title = 'ran'</script><script src='{address}/x.js'></script>"
        nasty += f"<iframe src='{address}/frame'></iframe><link rel='stylesheet' href='{address}/x.css'>"
        nasty += f"<img src='{address}/pixel.png' onerror='document.title = 1'>"
        spoiled = tmp_path / "spoiled.html"
        spoiled.write_text(made.read_text("utf-8").replace("</main>", f"{nasty}</main>"), "utf-8")
        context = browser.new_context()
        page = context.new_page()
        page.goto(spoiled.as_uri())
        title = page.title()
        context.close()
        assert asked_of(elsewhere) == []
    assert title.startswith("exercises: 0 of ")


def asked_of(server: socket.socket) -> list[bytes]:
    """What came in; a connection that a browser opens in advance, and says nothing on, is nothing."""
    server.settimeout(0.2)
    said = []
    with suppress(TimeoutError):
        while True:
            connection, _ = server.accept()
            connection.settimeout(5)
            said.append(connection.recv(1000))
            connection.close()
    return [each for each in said if each]
