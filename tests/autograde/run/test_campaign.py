"""A sample of the long campaigns, and that they notice what they are there for."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from random import Random

import pytest

from tests.autograde.courses import SmallCourse
from tests.autograde.run.campaign import kill_and_go_on
from tests.autograde.run.conftest import Imagined, Small

TIMES = 4


class Begun:
    """A run with an imagined engine, as the campaign sees runs."""

    def __init__(self, root: Path, engine: Imagined, harm: str = "") -> None:
        self._root, self._harm = root, harm
        self._running = Small(SmallCourse(root), engine).start("ps1", "--jobs", "2", "--quiet")
        self.pid = self._running.pid

    def wait(self) -> int:
        code = self._running.wait().code
        if code == 0 and self._harm:
            with sqlite3.connect(self._root / "gradebook.db") as database:
                database.execute(self._harm)
        return code


@pytest.fixture
def class_of_12(small: Small) -> Small:
    small.hand_in(*(f"s{number:02}" for number in range(12)), do="import time; time.sleep(0.02)")
    return small


def test_a_run_that_was_killed_anywhere_and_begun_again_is_as_if_nothing_had_happened(class_of_12: Small) -> None:
    tries = kill_and_go_on(class_of_12.course, lambda root: Begun(root, class_of_12.engine), Random(5), TIMES)
    assert list(tries) == [None] * TIMES


def test_the_campaign_notices_a_row_that_is_lost(class_of_12: Small) -> None:
    def start(root: Path) -> Begun:
        lose = "delete from grade where rowid in (select min(rowid) from grade)"
        return Begun(root, class_of_12.engine, "" if root.name == "calm" else lose)

    (wrong,) = kill_and_go_on(class_of_12.course, start, Random(5), 1)
    assert wrong
    assert "the table grade differs" in wrong
