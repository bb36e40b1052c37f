"""The time of a notebook, and the short while that its tests have when it is over."""

from __future__ import annotations

from autograde.grading.clock import Clock
from autograde.settings import Limits

LIMITS = Limits(cell_seconds=30, notebook_seconds=100)


def test_a_cell_has_its_own_time() -> None:
    assert Clock(LIMITS).seconds(scored=False) == 30


def test_a_cell_has_no_more_than_what_is_left() -> None:
    clock = Clock(LIMITS)
    clock.spend(90)
    assert clock.seconds(scored=False) == clock.seconds(scored=True) == 10
    assert not clock.is_over


def test_when_it_is_over_tests_share_a_fifth_of_it() -> None:
    clock = Clock(LIMITS)
    clock.spend(120)
    assert clock.is_over
    assert clock.seconds(scored=False) == 0
    assert clock.seconds(scored=True) == 20
    clock.spend(15)
    assert clock.seconds(scored=True) == 5
    clock.spend(5)
    assert clock.seconds(scored=True) == 0
