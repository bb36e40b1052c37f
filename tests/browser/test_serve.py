"""Served applications, framed in a JupyterLab at home and in one below a hub's prefix."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, FrameLocator, expect

from tests.browser.house import make_study_house
from tests.browser.lab import running_lab
from tests.browser.screen import Screen
from tests.browser.serving import CELLS, write_notebook

NOTEBOOK = "serving.ipynb"
PATHS = ("/docs", "/chat", "/loans", "/admin/", "/redoc")
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


@pytest.fixture(scope="module", params=["/", "/user/ada%40river.org/"], ids=["at home", "on a hub"])
def lab(request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """The notebook after it was run, with the pages of all applications in it."""
    house = make_study_house(tmp_path_factory.mktemp("serve") / "house")
    with running_lab(house, tmp_path_factory.mktemp("serve-home"), "alone", base_url=request.param) as running:
        write_notebook(running.work / NOTEBOOK)
        screen = Screen(browser.new_page(viewport={"width": 1300, "height": 950}), running)
        screen.open(NOTEBOOK, run=True)
        yield screen
        screen.close()


def frame(screen: Screen, path: str) -> FrameLocator:
    """The frame that shows a path."""
    name = f'iframe[title="The page {path} of the application"]'
    screen.page.locator(name).scroll_into_view_if_needed()
    return screen.page.frame_locator(name)


def test_every_cell_runs(lab: Screen) -> None:
    assert len(lab.runs) == len(CELLS)
    assert lab.page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").all_inner_texts() == []
    assert lab.page.locator(".jp-Notebook iframe").count() == 5


def test_the_docs_of_fastapi_execute_a_request(lab: Screen) -> None:
    docs = frame(lab, "/docs")
    docs.get_by_role("button", name=re.compile("POST .books")).click()
    docs.get_by_role("button", name="Try it out").click()
    docs.get_by_role("button", name="Execute").click()
    answer = docs.locator(".live-responses-table")
    expect(answer.locator(".response-col_status").last).to_contain_text("201")
    expect(answer).to_contain_text('"added": "Emma"')


def test_a_websocket_and_a_script_reach_the_application(lab: Screen) -> None:
    chat = frame(lab, "/chat")
    expect(chat.locator("#answer")).to_have_text("You said: Is Emma in?")
    expect(chat.locator("#added")).to_have_text("Added: Emma")


def test_a_script_leads_to_a_view_that_raises_and_its_cell_tells(lab: Screen) -> None:
    chat = frame(lab, "/chat")
    chat.get_by_role("button", name="To the cellar").click()
    expect(chat.locator("body")).to_have_text("Internal Server Error")
    told = lab.page.locator(".jp-Notebook .jp-Cell").nth(0).locator(".jp-OutputArea-output pre")
    expect(told).to_contain_text("LookupError: no light in the cellar")


def test_a_form_with_csrf_and_a_redirect_work_in_flask(lab: Screen) -> None:
    desk = frame(lab, "/loans")
    desk.get_by_label("Title").fill("Emma")
    desk.get_by_role("button", name="Lend").click()
    expect(desk.get_by_role("status")).to_have_text("Emma is lent.")
    desk.get_by_role("link", name="Old loans").click()
    expect(desk.get_by_role("heading")).to_have_text("The archive")


def test_the_admin_of_django_logs_in_and_saves(lab: Screen) -> None:
    admin = frame(lab, "/admin/")
    admin.get_by_label("Username").fill("ada")
    admin.get_by_label("Password").fill("for this notebook")
    admin.get_by_role("button", name="Log in").click()
    admin.locator(".model-member").get_by_role("link", name="Add").click()
    admin.get_by_label("Name").fill("Jane")
    admin.get_by_role("button", name="Save", exact=True).click()
    expect(admin.locator(".messagelist")).to_contain_text("was added successfully")
    expect(admin.locator("#header")).to_have_css("display", "flex")  # Its style sheet is there.


def test_a_page_of_a_project_is_shown(lab: Screen) -> None:
    redoc = frame(lab, "/redoc")
    expect(redoc.get_by_role("heading", name=re.compile("The site"))).to_be_visible()


def test_a_page_opens_in_a_new_tab(lab: Screen) -> None:
    with lab.page.context.expect_page() as opened:
        lab.page.get_by_role("link", name="Open /loans in a new tab").click()
    expect(opened.value.get_by_role("heading")).to_have_text("Loans")
    opened.value.close()


def test_what_is_shown_is_accessible(lab: Screen) -> None:
    shown = lab.page.locator(".threeways").last
    shown.evaluate("(node) => { node.closest('.jp-Cell').scrollIntoView({ block: 'center' }); node.id = 'shown'; }")
    for theme in reversed(THEMES.values()):
        lab.theme(theme)
        lab.page.wait_for_timeout(1000)  # Its colours have come to rest.
        assert lab.violations("#shown") == []


def test_nothing_is_asked_of_the_internet(lab: Screen) -> None:
    assert any("swagger-ui-bundle.js" in url for url in lab.asked)
    assert any("redoc.standalone.js" in url for url in lab.asked)
    assert lab.outside == []


def test_a_frame_is_asked_of_the_host_of_jupyterlab(lab: Screen) -> None:
    host = urlsplit(lab.page.url).netloc
    assert {urlsplit(inner.url).netloc for inner in lab.page.frames} == {host}


@pytest.mark.skipif("COURSE_SCREENSHOTS" not in os.environ, reason="pictures are taken when they are asked for")
def test_pictures_are_taken(lab: Screen) -> None:
    folder = Path(os.environ["COURSE_SCREENSHOTS"])
    folder.mkdir(parents=True, exist_ok=True)
    where = "hub" if "/user/" in lab.lab.url else "home"
    for name, theme in THEMES.items():
        lab.theme(theme)
        for path in PATHS:
            frame(lab, path)
            lab.page.wait_for_timeout(400)
            lab.page.screenshot(path=folder / f"serve-{where}{path.rstrip('/').replace('/', '-')}-{name}.png")


def test_a_notebook_that_is_opened_again_says_that_its_servers_have_stopped(lab: Screen) -> None:
    lab.save()
    lab.lab.stop_kernels()
    lab.load(NOTEBOOK)
    for path in PATHS:
        said = frame(lab, path).locator("body")
        expect(said).to_have_text("The server of this page has stopped. Run the cell again to start it.")
