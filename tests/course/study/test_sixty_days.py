"""Somebody studies 600 cards for sixty days through the public interface, with a memory that forgets in its own way."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

import pytest
from pydantic import TypeAdapter

from course.study.cards.forecast import due_by_day, retention_by_week
from course.study.cards.queue import LAST_DAYS
from course.study.clock import as_date
from course.study.journal import Journal
from course.study.library import Library
from course.study.memory import Memory, State, replay
from course.study.settings import WEEK
from tests.course.study.learner import Habits, Hands, Learner, date_after, make_library

DAYS = 60


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return make_library(tmp_path_factory.mktemp("topics"), 600)


@dataclass(frozen=True)
class Studied:
    learner: Learner
    first: int

    @property
    def exam(self) -> int:
        return self.first + DAYS

    @property
    def recall(self) -> float:
        return self.learner.mean_recall(self.exam)

    @property
    def per_day(self) -> list[int]:
        return [self.learner.reviews.get(day, 0) for day in range(self.first, self.exam)]

    @property
    def state(self) -> State:
        return self.learner.memory.state


Study = Callable[..., Studied]


@pytest.fixture(scope="module")
def study(library: Library) -> Study:
    def studied(seed: int = 1, away: Collection[int] = (), **settings: Any) -> Studied:
        hands = Hands()
        memory = Memory(Journal(clock=hands), hands)
        for name, value in ({"retention": 0.9, "new_per_day": 15} | settings).items():
            memory.record("setting", {"name": name, "value": value})
        found = Studied(Learner(memory, library, hands, seed), memory.today())
        found.learner.study(Habits(days=DAYS, away=away))
        return found

    return studied


@pytest.fixture(scope="module")
def plain(study: Study) -> list[Studied]:
    return [study(seed) for seed in (1, 2, 3)]


@pytest.fixture(scope="module")
def looked(study: Study) -> list[Studied]:
    return [study(seed, exam_date=date_after(DAYS)) for seed in (1, 2, 3)]


def test_retention_of_90_keeps_94_or_95_percent_until_the_exam(plain: list[Studied]) -> None:
    assert mean(one.recall for one in plain) == pytest.approx(0.946, abs=0.012)
    assert all(one.recall > 0.92 for one in plain)


def test_a_last_look_makes_it_97(plain: list[Studied], looked: list[Studied]) -> None:
    assert mean(one.recall for one in looked) == pytest.approx(0.971, abs=0.010)
    for without, with_look in zip(plain, looked, strict=True):
        assert with_look.recall > without.recall + 0.015


def test_it_takes_about_four_thousand_answers_and_a_last_look_few_more(
    plain: list[Studied], looked: list[Studied]
) -> None:
    answers, more = (mean(one.learner.answers for one in many) for many in (plain, looked))
    assert 3400 < answers < 4800
    assert answers < more < 1.08 * answers


def test_a_memory_that_is_not_the_schedulers_is_still_held_near_what_was_wanted(plain: list[Studied]) -> None:
    for one in plain:
        weeks = retention_by_week(one.state)
        asked = sum(week.asked for week in weeks)
        assert asked > 2000
        assert sum(week.recalled for week in weeks) / asked == pytest.approx(0.9, abs=0.04)


def test_no_day_is_far_above_the_others(plain: list[Studied], looked: list[Studied]) -> None:
    for one in [*plain, *looked]:
        assert max(one.per_day) < 2.2 * median(one.per_day)
        for before, now, after in zip(one.per_day[8:], one.per_day[9:], one.per_day[10:-LAST_DAYS], strict=False):
            assert now < 1.5 * max(before, after) + 5


def test_the_last_looks_are_spread_over_the_final_days(looked: list[Studied]) -> None:
    for one in looked:
        final = one.per_day[-LAST_DAYS:]
        assert max(final) < 1.5 * min(final)
        assert max(final) <= one.state.settings.reviews_per_day


def test_all_cards_are_met_at_the_pace_that_was_chosen(plain: list[Studied]) -> None:
    for one in plain:
        begun = {day - one.first: count.begun for day, count in one.state.deck.days.items() if count.begun}
        assert begun == dict.fromkeys(range(40), 15)


def test_the_limit_of_a_day_is_never_passed(study: Study) -> None:
    one = study(reviews_per_day=40)
    assert max(one.per_day) <= 40
    assert max(count.asked for count in one.state.deck.days.values()) <= 40


def test_easy_days_are_easy_and_days_off_wait(study: Study) -> None:
    off = [date_after(day) for day in (30, 31)]
    one = study(easy_days=["sat", "sun"], days_off=off, away=(30, 31))
    by_weekday: dict[str, list[int]] = {name: [] for name in WEEK}
    for number, many in enumerate(one.per_day[14:], 14):
        by_weekday[WEEK[as_date(one.first + number).weekday()]].append(many)
    easy = mean([*by_weekday["sat"], *by_weekday["sun"]])
    other = mean(many for name in WEEK[:5] for many in by_weekday[name])
    assert easy < 0.6 * other
    assert one.per_day[32] < 1.8 * median(one.per_day)


def test_after_two_weeks_away_the_backlog_is_worked_off_within_the_limit(study: Study) -> None:
    one = study(away=range(25, 39), reviews_per_day=80)
    back = one.per_day[39:]
    assert one.per_day[25:39] == [0] * 14
    assert max(back) <= 80
    assert back[0] == 80
    assert due_by_day(one.state, one.exam, 1)[one.exam] < 80
    assert one.recall > 0.85


def test_a_replay_of_the_journal_gives_the_same_state_to_the_bit(looked: list[Studied]) -> None:
    form = TypeAdapter(State)
    for one in looked[:1]:
        memory = one.learner.memory
        assert form.dump_json(replay(memory.journal.events())) == form.dump_json(memory.state)


def test_the_same_seed_gives_the_same_sixty_days(study: Study, plain: list[Studied]) -> None:
    again = study(1)
    assert again.per_day == plain[0].per_day
    assert again.state.deck == plain[0].state.deck


def test_what_was_studied_is_read_back_from_a_file(plain: list[Studied], tmp_path: Path) -> None:
    one = plain[1]
    journal = Journal(tmp_path / "journal.db", one.learner.hands)
    journal.add(one.learner.memory.journal.events())
    for _ in range(2):  # By a replay, and then from its cache.
        read = Memory(Journal(tmp_path / "journal.db"), one.learner.hands, tmp_path / "cache")
        assert read.state.deck == one.state.deck
        assert list((tmp_path / "cache").iterdir()) != []
