"""The start page says what is for today, and warns where nothing is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.house import House
from course.study.journal.keeping import JOURNAL, own_journal
from course.study.library import the_library
from course.study.memory import Memory
from course.widgets.start import make_page


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "journal.db"
    monkeypatch.setenv(JOURNAL, str(path))
    return path


def test_looking_at_the_page_makes_no_journal(house: House, journal: Path) -> None:
    page = make_page(house.release, syllabus=house.syllabus.record)
    assert "Today" not in page.text()
    assert not journal.exists()


def test_it_says_what_is_for_today(house: House, journal: Path) -> None:
    id, card = next(iter(the_library().deck.items()))
    Memory(own_journal()).record("review", {"card": id, "rating": 1, "ms": 9000, **card.about()})
    page = make_page(house.release, syllabus=house.syllabus.record)
    assert "Today: Cards: 1 to review" in page.text()
    assert "<li>Cards: 1 to review" in page.html()


def test_a_damaged_journal_is_said_and_the_map_comes_all_the_same(house: House, journal: Path) -> None:
    journal.write_bytes(b"no database at all" * 400)
    page = make_page(house.release, syllabus=house.syllabus.record)
    assert "course journal" in page.text()
    assert "Greeting visitors" in page.html()
    assert journal.read_bytes() == b"no database at all" * 400


def test_where_the_machine_forgets_it_warns(house: House, journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BINDER_SERVICE_HOST", "somewhere")
    page = make_page(house.release, syllabus=house.syllabus.record)
    assert "<strong>This machine forgets.</strong>" in page.html()
    assert "This machine forgets" in page.text()
