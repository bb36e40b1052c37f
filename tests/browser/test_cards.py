"""A card session in a notebook: by mouse and by keyboard alone, with undo, and over a restart of the kernel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Show
from tests.browser.lab import Lab
from tests.browser.screen import Screen
from tests.course.study.card_box import make_library

BEGIN = 'import os\nos.environ["COURSE_LIBRARY"] = "{}"\nfrom course import cards'
MIXED, CODE = 1, 2
CELLS = ['cards(only=["status-of-text", "who-sorts", "router-parts#1"])', 'cards(only=["double"])']
FRONTS = {
    "Which status has a returned text?": "The secret 200.",
    "Who sorts routes?": "The secret is Flask.",
    "A router looks at the […] and the method.": "Nothing else, and that is a secret.",
}
RIGHT = "def double(x):\nreturn 2 * x"


@pytest.fixture(scope="module")
def topics(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_library(tmp_path_factory.mktemp("banks") / "topics").path


@pytest.fixture(scope="module", params=["JupyterLab", "Notebook 7"])
def window(request: pytest.FixtureRequest, windows: Show, alone: Lab, topics: Path) -> Iterator[Screen]:
    screen = windows(alone)
    notebook = alone.write("cards", BEGIN.format(topics), *CELLS, '"a cell below"')
    if request.param == "JupyterLab":
        screen.open(notebook)
    else:
        screen.open_in_notebook_7(notebook)
    yield screen
    alone.forget()


@pytest.fixture
def screen(window: Screen) -> Screen:
    """Of somebody who has not studied yet."""
    window.lab.forget()
    window.run_all()
    expect(window.face(CODE).get_by_role("button", name="Run")).to_be_visible()
    return window


@pytest.fixture
def cards(screen: Screen) -> Locator:
    return screen.face(MIXED)


def front(cards: Locator) -> str:
    return cards.locator(".cards-front").inner_text().strip()


def progress(cards: Locator, done: str) -> None:
    expect(cards.locator(".course-progress")).to_contain_text(f"{done} of 3")


def look_and_rate(cards: Locator, rating: str) -> str:
    """Rates the card on the desk by mouse, and returns its front."""
    asked = front(cards)
    cards.get_by_role("button", name="Show answer").click()
    expect(cards.locator(".cards-answer")).to_contain_text(FRONTS[asked])
    cards.get_by_role("button", name=re.compile(f"^{rating} ")).click()
    expect(cards.locator(".cards-answer")).to_have_count(0)
    return asked


def test_a_session_by_mouse_with_undo(screen: Screen, cards: Locator) -> None:
    for answer in FRONTS.values():
        assert answer not in cards.inner_html()
    first = look_and_rate(cards, "Easy")
    progress(cards, "1")
    second = look_and_rate(cards, "Easy")
    progress(cards, "2")
    for asked in (second, first):
        cards.get_by_role("button", name="Undo Easy").click()
        expect(cards.locator(".cards-answer")).to_contain_text(FRONTS[asked])
    progress(cards, "0")
    expect(cards.get_by_role("button", name="Undo")).to_be_disabled()
    cards.get_by_role("button", name=re.compile("^Easy ")).click()
    cards.locator("summary").click()
    cards.get_by_role("button", name="Suspend").click()
    expect(cards).to_contain_text("the card does not come any more")
    look_and_rate(cards, "Easy")
    expect(cards).to_contain_text("Done for now.")
    expect(cards).to_contain_text("1 suspended card")


def test_a_session_by_keyboard_alone(screen: Screen, cards: Locator) -> None:
    keyboard, before = screen.page.keyboard, screen.cells
    cards.locator(".cards-card").focus()
    seen = []
    for _ in range(3):
        asked = front(cards)
        seen.append(asked)
        if asked.startswith("Who sorts"):
            keyboard.press("2")
            keyboard.press("Enter")
            expect(cards.locator(".cards-verdict")).to_be_visible()
            keyboard.press("4")
        elif asked.startswith("A router"):
            expect(cards.get_by_label("What belongs into the gap?")).to_be_focused()
            keyboard.type("The path")
            keyboard.press("Enter")
            expect(cards.locator(".cards-verdict")).to_contain_text("Right")
            keyboard.press("4")
        else:
            keyboard.press("Space")
            expect(cards.locator(".cards-answer")).to_contain_text(FRONTS[asked])
            keyboard.press("4")
        progress(cards, str(len(seen)))
    expect(cards.locator(".cards-end")).to_be_focused()
    undo = "u"
    for asked in reversed(seen):
        keyboard.press(undo)
        expect(cards.locator(".cards-answer")).to_contain_text(FRONTS[asked])
        if not asked.startswith("Which"):
            keyboard.press("u")  # The answer, after its rating.
            expect(cards.locator(".cards-answer")).to_have_count(0)
        undo = "Control+z" if asked.startswith("A router") else "u"  # There the letters go into the box.
    cards.locator(".cards-card").focus()
    keyboard.press("s")
    expect(cards).to_contain_text("the card does not come any more")
    cards.locator(".cards-card").focus()
    keyboard.press("b")
    expect(cards).to_contain_text("the card comes back tomorrow")
    assert sorted(seen) == sorted(FRONTS)
    assert screen.cells == before
    keyboard.press("Escape")
    assert screen.state[:2] == ["command", MIXED]


def test_enter_takes_the_rating_that_is_proposed(screen: Screen, cards: Locator) -> None:
    while not front(cards).startswith("A router"):
        look_and_rate(cards, "Easy")
    cards.get_by_label("What belongs into the gap?").fill("body")
    screen.page.keyboard.press("Enter")
    expect(cards.locator(".cards-compared")).to_contain_text("You typed: body. It is: path.")
    expect(cards.get_by_role("button", name="Again , proposed, 1 min")).to_be_visible()
    screen.page.keyboard.press("Enter")
    expect(cards.get_by_role("button", name="Undo Again")).to_be_visible()


def test_a_session_over_a_restart_of_the_kernel(screen: Screen, cards: Locator) -> None:
    first = look_and_rate(cards, "Easy")
    second = front(cards)
    screen.restart()
    screen.run_all()
    progress(cards, "1")
    assert front(cards) == second
    cards.get_by_role("button", name="Undo Easy").click()
    expect(cards.locator(".cards-answer")).to_contain_text(FRONTS[first])


def test_code_is_typed_run_and_mended(screen: Screen) -> None:
    card, keyboard = screen.face(CODE), screen.page.keyboard
    box = card.get_by_label("Your code")
    box.focus()
    keyboard.type("def double(x): ...")
    card.get_by_role("button", name="Run").click()
    expect(card).to_contain_text("0 of 1 check passed.")
    expect(card).to_contain_text("double(4) should be 8, but is None.")
    screen.run_all()  # What was typed and run is kept.
    expect(box).to_have_value("def double(x): ...")
    expect(card).to_contain_text("0 of 1 check passed.")
    box.focus()
    keyboard.press("Control+a")
    keyboard.type(RIGHT)
    keyboard.press("Control+Enter")
    expect(card.locator(".cards-verdict")).to_contain_text("Right, at try 2.")
    expect(card.locator(".cards-yours")).to_contain_text("return 2 * x")
    expect(card).to_contain_text("the secret")
    keyboard.press("Enter")
    expect(card.get_by_role("button", name="Undo Hard")).to_be_visible()


def test_running_code_is_said_at_once_and_not_taken_for_another_cell(screen: Screen) -> None:
    card, keyboard = screen.face(CODE), screen.page.keyboard
    card.get_by_label("Your code").focus()
    keyboard.type("oh")
    keyboard.press("Control+Enter")
    expect(card.locator(".cards-failures")).to_contain_text("in line 1 of your code: oh.")
    expect(card.locator(".cards-failures code")).to_have_text("oh")
    keyboard.press("Control+Enter")
    expect(card).to_contain_text("This was run last. Change it first.")
    card.evaluate(WATCH)
    keyboard.press("Control+a")
    keyboard.type("import time\ntime.sleep(2)\nraise ValueError")
    keyboard.press("Control+Enter")
    expect(card.locator(".cards-running")).to_have_text("Running, at most 10 seconds…")
    assert card.locator(".cards-failures").count() == 0
    expect(card.locator(".cards-failures")).to_contain_text("in line 3 of your code: raise ValueError.")
    assert card.locator(".cards-running").count() == 0
    assert screen.page.evaluate("window.noted") == []


WATCH = """(face) => {
  window.noted = [];
  const note = face.querySelector(".course-note") ?? face.closest(".course-face").querySelector(".course-note");
  const keep = () => { if (note.textContent) window.noted.push(note.textContent); };
  new MutationObserver(keep).observe(note, { childList: true, characterData: true, subtree: true });
}"""


def test_an_empty_box_undoes_what_was_done_with_the_card_before(screen: Screen, cards: Locator) -> None:
    seen = []
    while not front(cards).startswith("A router"):
        seen.append(look_and_rate(cards, "Easy"))
    keyboard, box = screen.page.keyboard, cards.get_by_label("What belongs into the gap?")
    expect(cards).to_contain_text("Ctrl+Z in the empty box undoes")
    box.focus()
    keyboard.press("Control+z")
    expect(cards.locator(".cards-answer")).to_contain_text(FRONTS[seen[-1]])
    keyboard.press("4")
    expect(box).to_be_focused()
    keyboard.type("x")
    keyboard.press("Backspace")
    keyboard.press("Control+z")  # It brings back the letter, as in every box.
    expect(box).to_have_value("x")


def test_an_answer_is_taken_back_before_the_card_of_before(screen: Screen, cards: Locator) -> None:
    while not front(cards).startswith("Who sorts"):
        look_and_rate(cards, "Easy")
    cards.locator(".cards-card").focus()
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    expect(cards.locator(".cards-verdict")).to_be_visible()
    screen.page.keyboard.press("u")
    expect(cards.get_by_role("button", name="Answer", exact=True)).to_be_enabled()
    expect(cards.locator(".cards-answer")).to_have_count(0)
    assert front(cards).startswith("Who sorts")


def test_the_bar_keeps_its_length_in_a_narrow_output(screen: Screen, cards: Locator) -> None:
    cards.evaluate("(face) => { (face.closest('.course-face') ?? face).style.width = '400px'; }")
    assert cards.locator("progress").evaluate("(bar) => bar.getBoundingClientRect().width") > 300
    cards.evaluate("(face) => { (face.closest('.course-face') ?? face).style.width = ''; }")


def test_no_button_moves_when_the_answer_appears(screen: Screen, cards: Locator) -> None:
    places = set()
    bar = cards.locator(".cards-bar")
    for _ in range(3):
        for shown in (False, True):
            if shown:
                cards.get_by_role("button", name="Show answer").click()
                expect(cards.locator(".cards-answer")).to_be_visible()
            places.add(tuple(bar.evaluate(PLACE)))
        cards.get_by_role("button", name=re.compile("^Easy ")).click()
        expect(cards.locator(".cards-answer")).to_have_count(0)
    expect(cards.locator(".cards-end")).to_be_visible()
    places.add(tuple(bar.evaluate(PLACE)))
    assert len(places) == 1


PLACE = """(bar) => {
  const [inner, outer] = [bar.getBoundingClientRect(), bar.closest(".course-face").getBoundingClientRect()];
  return [inner.top - outer.top, inner.left - outer.left, inner.width, inner.height].map(Math.round);
}"""


def test_the_second_half_of_a_double_click_does_not_rate(screen: Screen, cards: Locator) -> None:
    mouse, box = screen.page.mouse, cards.get_by_role("button", name="Show answer").bounding_box()
    assert box is not None
    mouse.click(box["x"] + 10, box["y"] + 10)
    again = cards.get_by_role("button", name=re.compile("^Again "))
    expect(again).to_be_visible()
    mouse.down(click_count=2)
    mouse.up(click_count=2)
    cards.get_by_role("button", name=re.compile("^Easy ")).click()
    progress(cards, "1")
    assert [event.data.get("rating") for event in screen.lab.journal.events()][-1] == 4
    expect(cards.get_by_role("button", name="Undo Easy")).to_be_visible()
