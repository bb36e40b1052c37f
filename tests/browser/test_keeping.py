"""The journal and the files of one JupyterLab are downloaded and restored in another one, of another HOME."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, expect

from course.study.journal import Journal
from tests.browser.conftest import Show
from tests.browser.house import make_study_house
from tests.browser.lab import Lab, running_lab
from tests.browser.screen import Screen

STUDY = """\
from course.widgets.learner import memory
memory().record("setting", {"name": "retention", "value": 0.85})"""
BACKUP = "from course import backup\nbackup()"
NOTES = "diary/öffnungszeiten.md"
FACE, STATE = 1, 2


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Another machine of the same learner."""
    folder = tmp_path_factory.mktemp("there")
    house = make_study_house(folder / "house")
    with running_lab(house, folder / "home", "alone") as lab:
        yield lab


@pytest.fixture(scope="module")
def here(there: Lab, windows: Show, alone: Lab) -> Screen:
    """A notebook in which something was learned, beside files of the learner's."""
    (alone.work / NOTES).parent.mkdir(exist_ok=True)
    (alone.work / NOTES).write_text("nine to five", encoding="utf-8")
    (alone.work / "noise.bin").write_bytes(os.urandom(1_300_000))
    screen = windows(alone)
    screen.open(alone.write("keeping", STUDY, BACKUP, "'the end'"), run=True)
    return screen


@pytest.fixture(scope="module")
def archive(here: Screen, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the browser saved after Download was pressed with the keyboard."""
    face = here.face(FACE)
    face.get_by_role("button", name="Download").focus()
    with here.page.expect_download() as waiting:
        here.page.keyboard.press("Enter")
    path = tmp_path_factory.mktemp("downloads") / waiting.value.suggested_filename
    waiting.value.save_as(path)
    expect(face).to_contain_text("of your journal and ")
    return path


@pytest.fixture(scope="module")
def other(windows: Show, there: Lab) -> Screen:
    """A new notebook on the other machine."""
    screen = windows(there)
    state = "from course.widgets.learner import memory\nprint(memory().state.settings.retention)"
    screen.open(there.write("restored", "'nothing yet'", BACKUP, state), run=True)
    return screen


def output(screen: Screen, cell: int) -> Locator:
    return screen.page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".jp-OutputArea-output")


def test_the_file_has_a_name_with_a_date_and_holds_journal_and_files(archive: Path, alone: Lab) -> None:
    assert archive.name.startswith("threeways-20")
    with zipfile.ZipFile(archive) as zipped:
        assert {"journal.db", f"work/{NOTES}", "work/noise.bin"} <= set(zipped.namelist())
        assert zipped.read("work/noise.bin") == (alone.work / "noise.bin").read_bytes()


def test_the_keyboard_stays_on_the_button(here: Screen, archive: Path) -> None:
    expect(here.face(FACE).get_by_role("button", name="Download")).to_be_focused()


def test_answers_and_files_are_there_after_a_restore(other: Screen, there: Lab, archive: Path, alone: Lab) -> None:
    expect(output(other, STATE)).to_have_text("0.9")
    face = other.face(FACE)
    face.get_by_label("Restore from a file").set_input_files(archive)
    expect(face).to_contain_text("put in place")
    expect(other.page.get_by_role("status").filter(has_text="put in place")).to_have_count(1)
    assert (there.work / NOTES).read_text(encoding="utf-8") == "nine to five"
    assert (there.work / "noise.bin").read_bytes() == (alone.work / "noise.bin").read_bytes()
    with closing(Journal(there.home / ".local/share/threeways/journal.db")) as journal:
        assert "setting" in [event.kind for event in journal.events()]
    other.run(STATE)
    expect(output(other, STATE)).to_have_text("0.85")


def test_a_file_that_is_no_archive_is_named(other: Screen, there: Lab) -> None:
    face = other.face(FACE)
    photo = FilePayload(name="photo.zip", mimeType="application/zip", buffer=b"\xff\xd8" * 600_000)
    face.get_by_label("Restore from a file").set_input_files(photo)
    expect(face.locator(".course-error")).to_contain_text(
        "photo.zip is not a backup of this course. Nothing was changed."
    )
    expect(face.locator(".course-keeping-report")).to_be_empty()
    expect(face.get_by_role("button", name="Download")).not_to_have_attribute("aria-disabled", "true")


def test_no_key_that_is_pressed_in_it_changes_the_notebook(here: Screen, archive: Path) -> None:
    face = here.face(FACE)
    for place in (face.get_by_role("button", name="Download"), face.get_by_label("Restore from a file")):
        place.focus()
        before = here.cells, here.state
        for key in [*"abcddmrxyz00123", "ArrowDown", "ArrowUp", "Delete"]:
            here.page.keyboard.press(key)
        assert (here.cells, here.state) == before
    here.page.keyboard.press("Escape")
    assert here.state[:2] == ["command", FACE]


def test_it_is_a_named_group_in_which_axe_finds_nothing_serious(here: Screen, archive: Path) -> None:
    group = here.face(FACE).get_by_role("group", name="Your journal and your files")
    expect(group.get_by_label("Restore from a file")).to_have_accessible_description("Nothing of yours is overwritten.")
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        here.theme(theme)
        here.page.wait_for_selector("#jupyterlab-splash", state="detached")  # it covers the page for a moment
        assert here.violations(".course-face") == []


def test_it_fits_into_a_narrow_window(here: Screen, archive: Path) -> None:
    face = here.face(FACE)
    here.command("application:toggle-left-area")
    here.page.set_viewport_size({"width": 400, "height": 800})
    here.page.wait_for_function("(face) => face.clientWidth > 150 && face.clientWidth < 350", arg=face.element_handle())
    overflowing = "(face) => [...face.querySelectorAll('*')].filter((one) => one.scrollWidth > face.clientWidth).length"
    assert face.evaluate(overflowing) == 0
