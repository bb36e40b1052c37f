"""What the tests of the record share: a class of its own for each test, on a disk that need not survive a power cut."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.autograde.courses import SmallCourse
from tests.autograde.record.school import Ours, make_school


@pytest.fixture(autouse=True)
def _without_syncing() -> Iterator[None]:
    """Waiting for the disk is most of what nbgrader's 45 commits a submission take."""

    def hurry(connection: Any, _: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous = OFF")

    event.listen(Engine, "connect", hurry)
    yield
    event.remove(Engine, "connect", hurry)


@pytest.fixture
def course(tmp_path: Path) -> SmallCourse:
    """A course without submissions."""
    return make_school(tmp_path / "course")


@pytest.fixture
def ours(course: SmallCourse) -> Iterator[Ours]:
    """What grades it."""
    grading = Ours(course)
    yield grading
    grading.record.close()
