"""Cards come back when they are about to be forgotten, on study days, and every trap of FSRS is stepped around."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fsrs import Card, Rating, Scheduler
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from course.study.cards.schedule import FIRM, LEECH, CardState, Deck, Interval, capped, note_of
from course.study.clock import DAY, MINUTE, as_date, as_day, day_start, study_day
from course.study.journal import Event, Journal
from course.study.memory import Memory, replay
from course.study.settings import Settings
from tests.course.study.learner import Hands

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
OFFSET = 60
ROOT = Path(__file__).resolve().parents[3]
MONDAY = as_day(date(2026, 11, 30))
HOUR = 60 * MINUTE


def clock(hours: float, day: int = MONDAY, offset: int = OFFSET) -> int:
    """The moment at so many hours after midnight, where the learner is."""
    return day_start(day, offset) + round((hours - 4) * HOUR)


def event(kind: str, at: int, card: str = "paths", offset: int = OFFSET, **data: Any) -> Event:
    return Event(at, offset, f"{at:015d}-{card}-{kind}", kind, {"card": card, **data})


def review(rating: int, at: int, card: str = "paths", offset: int = OFFSET, **data: Any) -> Event:
    return event("review", at, card, offset, rating=rating, ms=4000, **data)


def deck(*events: Event, settings: Settings | None = None) -> Deck:
    found = Deck()
    for one in events:
        found.take(one, settings or Settings())
    return found


def graduated(card: str = "paths", day: int = MONDAY) -> Event:
    """Makes a card known at once."""
    return review(EASY, clock(10, day), card)


def lapsing(times: int, card: str = "paths") -> list[Event]:
    """A card that is known, and then forgotten again and again."""
    events = [graduated(card)]
    for number in range(times):
        at = clock(10, MONDAY + 30 * (number + 1))
        events += [review(AGAIN, at, card), review(GOOD, at + 10 * MINUTE, card)]
    return events[:-1] if times else events


def alone(*reviews: tuple[int, int]) -> Card:
    """py-fsrs by itself: ratings on days, counted from the first."""
    scheduler, card = Scheduler(enable_fuzzing=False), Card(1)
    for rating, day in reviews:
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
        card, _ = scheduler.review_card(card, Rating(rating), moment)
    return card


class TestStudyDays:
    def test_an_evening_and_the_morning_after_are_two_days(self) -> None:
        evening, morning = clock(20), clock(33)
        card = deck(review(EASY, evening), review(GOOD, morning)).cards["paths"]
        moments = [datetime.fromtimestamp(at / 1000, UTC) for at in (evening, morning)]
        trapped, scheduler = Card(1), Scheduler(enable_fuzzing=False)
        for rating, moment in zip((Rating.Easy, Rating.Good), moments, strict=True):
            trapped, _ = scheduler.review_card(trapped, rating, moment)
        assert card.stability == alone((EASY, 0), (GOOD, 1)).stability
        assert card.stability > trapped.stability * 1.05  # FSRS sees 13 hours and takes them for one day.

    def test_an_evening_that_goes_on_past_midnight_is_one_day(self) -> None:
        card = deck(review(EASY, clock(19)), review(GOOD, clock(27.9))).cards["paths"]
        assert (card.last_day, card.stability) == (MONDAY, alone((EASY, 0), (GOOD, 0)).stability)

    def test_a_step_that_falls_behind_the_turn_of_the_day_is_still_a_step(self) -> None:
        before = clock(27.95)
        learning = deck(review(AGAIN, before))
        card = learning.cards["paths"]
        assert (card.phase, card.due) == ("learning", before + MINUTE)
        learning.take(review(GOOD, clock(28.1)), Settings())
        assert card.last_day == MONDAY + 1
        assert card.stability == alone((AGAIN, 0), (GOOD, 0)).stability

    def test_days_are_those_of_where_the_learner_is(self) -> None:
        for offset in (-480, 0, 330, 765):
            events = [review(EASY, clock(5, offset=offset), offset=offset)]
            card = deck(*events).cards["paths"]
            assert card.last_day == MONDAY
            assert card.due == day_start(card.due_day, offset)
            assert study_day(card.due, offset) == card.due_day

    def test_who_flies_west_and_lives_a_day_twice_loses_nothing(self) -> None:
        card = deck(review(EASY, clock(6, offset=600), offset=600), review(GOOD, clock(26, offset=600), offset=-600))
        assert card.cards["paths"].stability == alone((EASY, 0), (GOOD, 0)).stability

    def test_a_day_before_the_last_one_is_as_good_as_the_same_day(self) -> None:
        events = [review(EASY, clock(6, offset=600), offset=600), review(GOOD, clock(11, offset=600), offset=-600)]
        found = deck(*events)
        card = found.cards["paths"]
        assert (card.last_day, found.days[MONDAY - 1].asked) == (MONDAY - 1, 0)
        assert card.stability == alone((EASY, 0), (GOOD, 0)).stability

    def test_steps_are_minutes_and_then_days(self) -> None:
        learning = Deck()
        card = None
        for rating, at, phase, wait in [
            (AGAIN, clock(10), "learning", 1),
            (HARD, clock(10.1), "learning", 5.5),
            (GOOD, clock(10.2), "learning", 10),
        ]:
            learning.take(review(rating, at), Settings())
            card = learning.cards["paths"]
            assert (card.phase, card.due - at) == (phase, wait * MINUTE)
        learning.take(review(GOOD, clock(10.4)), Settings())
        assert card is not None
        assert (card.phase, card.due_day > MONDAY) == ("review", True)

    def test_a_card_that_was_forgotten_is_learnt_again_in_a_step(self) -> None:
        events = lapsing(1)
        card = deck(*events).cards["paths"]
        assert (card.phase, card.due - events[-1].at, card.lapses) == ("relearning", 10 * MINUTE, 1)


class TestFuzz:
    def test_it_does_not_touch_nor_follow_the_dice_of_python(self) -> None:
        random.seed(1)
        first, dice = deck(*(graduated(f"card-{n}") for n in range(30))), random.getstate()
        random.seed(2)
        assert deck(*(graduated(f"card-{n}") for n in range(30))) == first
        random.seed(1)
        assert random.getstate() == dice

    def test_it_is_fair_and_stays_within_its_window(self) -> None:
        wanted = alone((EASY, 0))
        days = (wanted.due - (wanted.last_review or wanted.due)).days
        found = Counter(deck(graduated(f"card-{n}")).cards[f"card-{n}"].due_day - MONDAY for n in range(2000))
        assert days == 8
        assert set(found) == {6, 7, 8, 9, 10}
        assert min(found.values()) > 300
        assert abs(sum(day * many for day, many in found.items()) / 2000 - days) < 0.1

    def test_short_intervals_are_left_alone(self) -> None:
        due = set()
        for card in (f"card-{number}" for number in range(50)):
            events = [review(rating, clock(hours), card) for rating, hours in ((HARD, 10), (GOOD, 11), (GOOD, 12))]
            due.add(deck(*events).cards[card].due_day - MONDAY)
        assert due == {1}

    @given(
        history=st.lists(st.tuples(st.sampled_from([AGAIN, HARD, GOOD, EASY]), st.integers(0, 60)), max_size=8),
        card=st.sampled_from(["paths", "views", "forms", "models"]),
        load=st.dictionaries(st.integers(MONDAY, MONDAY + 700), st.integers(1, 90), max_size=60),
    )
    def test_a_better_answer_never_brings_a_card_back_earlier(
        self, history: list[tuple[int, int]], card: str, load: dict[int, int]
    ) -> None:
        busy, day = Deck(load=dict(load)), MONDAY
        for rating, wait in history:
            busy.take(review(rating, clock(10, day), card), Settings())
            day += wait
        waits = busy.preview(card, card, clock(18, day), OFFSET, Settings(easy_days=("sun",)))
        ordered = [(waits[rating].days, waits[rating].minutes) for rating in (AGAIN, HARD, GOOD, EASY)]
        assert ordered == sorted(ordered)


class TestLoad:
    def test_cards_go_to_the_days_with_little_to_do_inside_the_window_alone(self) -> None:
        busy = {MONDAY + day: 40 for day in range(20) if day not in (9, 14)}
        for number in range(40):
            found = Deck(load=dict(busy))
            found.take(graduated(f"card-{number}"), Settings())
            assert found.cards[f"card-{number}"].due_day == MONDAY + 9

    def test_a_card_does_not_stand_in_its_own_way(self) -> None:
        for id in (f"card-{number}" for number in range(40)):
            planned, lifted = deck(graduated(id)), deck(graduated(id), event("suspend", clock(11), id))
            assert (sum(planned.load.values()), lifted.load) == (1, {})
            first, second = (one.preview(id, id, clock(15), OFFSET, Settings()) for one in (planned, lifted))
            assert first == second

    def test_many_cards_of_a_day_are_spread_evenly(self) -> None:
        found = deck(*(graduated(f"card-{number}") for number in range(250)))
        assert sum(found.load.values()) == 250
        assert max(found.load.values()) - min(found.load.values()) <= 25

    def test_easy_days_get_few_cards_and_days_off_none(self) -> None:
        # The window is Sunday to Thursday.
        settings = Settings(easy_days=("tue", "wed"), days_off=(as_date(MONDAY + 10).isoformat(),))
        events = [graduated(f"card-{number}") for number in range(200)]
        found = deck(*events, settings=settings).load
        days = {as_date(day).strftime("%a"): many for day, many in found.items()}
        assert set(days) <= {"Sun", "Mon", "Tue", "Wed"}
        assert days["Sun"] + days["Mon"] > 3 * (days["Tue"] + days["Wed"])

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["review", "review", "review", "suspend", "unsuspend", "bury", "unbury"]),
                st.sampled_from(["a", "b", "c"]),
                st.integers(1, 4),
                st.integers(0, 20 * 24),
            ),
            max_size=30,
        )
    )
    def test_it_always_counts_the_cards_that_are_planned(self, steps: list[tuple[str, str, int, int]]) -> None:
        found, at = Deck(), clock(10)
        for kind, card, rating, hours in steps:
            at += hours * HOUR
            found.take(event(kind, at, card, rating=rating), Settings())
        planned = Counter(card.due_day for card in found.cards.values() if card.phase != "new" and not card.suspended)
        assert found.load == dict(planned)


class TestRetention:
    @pytest.mark.parametrize(("wild", "sane"), [(0.0, 0.70), (-3.0, 0.70), (1.0, 0.97), (1.5, 0.97)])
    def test_it_is_kept_within_sense(self, wild: float, sane: float) -> None:
        events = [graduated(), review(GOOD, clock(10, MONDAY + 8))]
        assert deck(*events, settings=Settings(retention=wild)) == deck(*events, settings=Settings(retention=sane))

    def test_more_of_it_brings_cards_back_earlier(self) -> None:
        few, many = (deck(graduated(), settings=Settings(retention=share)).cards["paths"] for share in (0.8, 0.95))
        assert many.due_day < few.due_day
        assert many.stability == few.stability

    def test_a_change_touches_later_reviews_alone(self) -> None:
        change = Event(clock(12), OFFSET, "change", "setting", {"name": "retention", "value": 0.8})
        before, after = graduated("before"), review(EASY, clock(14), "after")
        plain = replay([before, after]).deck.cards
        changed = replay([before, change, after]).deck.cards
        assert changed["before"] == plain["before"]
        assert changed["after"].due_day > plain["after"].due_day


class TestCards:
    def test_a_card_is_new_until_its_first_review(self) -> None:
        found = deck(event("suspend", clock(9)), event("unsuspend", clock(9.5)))
        assert (found.cards["paths"].phase, found.load, found.days) == ("new", {}, {})
        found.take(review(GOOD, clock(10)), Settings())
        assert (found.cards["paths"].phase, found.cards["paths"].reps, found.days[MONDAY].begun) == ("learning", 1, 1)

    def test_no_card_makes_anybody_wait(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def sleep(seconds: float) -> None:
            raise AssertionError(f"slept for {seconds} s")

        monkeypatch.setattr(time, "sleep", sleep)
        assert deck(graduated()).cards["paths"].reps == 1

    def test_all_topics_are_learnt_by_the_same_parameters(self) -> None:
        events = [graduated(), review(GOOD, clock(10, MONDAY + 8)), review(HARD, clock(10, MONDAY + 30))]
        known = alone((EASY, 0), (GOOD, 8), (HARD, 30))
        for topic in ("routing", "forms"):
            with_topic = [Event(e.at, e.offset, e.id, e.kind, {**e.data, "topic": topic}) for e in events]
            card = deck(*with_topic).cards["paths"]
            assert (card.topic, card.stability, card.difficulty) == (topic, known.stability, known.difficulty)

    def test_a_lapse_is_to_forget_what_was_known_not_to_stumble_while_learning(self) -> None:
        found = deck(review(AGAIN, clock(10)), review(AGAIN, clock(10.1)), graduated())
        assert found.cards["paths"].lapses == 0
        assert deck(*lapsing(3)).cards["paths"].lapses == 3

    def test_a_leech_is_marked_after_six_lapses_and_said_again_after_every_three(self) -> None:
        said = [number for number in range(1, 16) if deck(*lapsing(number)).cards["paths"].just_leeched]
        assert said == [6, 9, 12, 15]
        five, six = (deck(*lapsing(number)).cards["paths"].leech for number in (LEECH - 1, LEECH))
        assert (five, six) == (False, True)

    def test_a_leech_that_is_known_again_for_long_is_none(self) -> None:
        events = lapsing(6)
        learnt = review(GOOD, events[-1].at + 10 * MINUTE)
        soon, late = (review(GOOD, learnt.at + days * DAY) for days in (FIRM - 1, FIRM))
        assert deck(*events, learnt, soon).cards["paths"].leech
        assert not deck(*events, learnt, late).cards["paths"].leech

    def test_who_was_a_leech_is_one_again_after_three_more_lapses(self) -> None:
        events = lapsing(6)
        marks = []
        for _ in range(3):
            learnt = review(GOOD, events[-1].at + 10 * MINUTE)
            known = review(GOOD, learnt.at + 2 * FIRM * DAY)
            events += [learnt, known, review(AGAIN, known.at + 2 * FIRM * DAY)]
            marks.append(deck(*events).cards["paths"].leech)
        assert marks == [False, False, True]

    def test_an_answer_takes_a_minute_at_most(self) -> None:
        assert [capped(ms) for ms in (4000, 60_000, 7_000_000, -5, None, "long")] == [4000, 60_000, 60_000, 0, 0, 0]
        coffee = Event(clock(10), OFFSET, "1", "review", {"card": "paths", "rating": GOOD, "ms": 900_000})
        assert deck(coffee, review(GOOD, clock(10.2))).pace() == 32
        assert Deck().pace() is None

    def test_what_a_review_says_of_its_card_is_known(self) -> None:
        found = deck(review(GOOD, clock(10), "parts#2", topic="routing", framework="flask")).cards["parts#2"]
        assert (found.note, found.topic, found.framework) == ("parts", "routing", "flask")
        assert deck(review(GOOD, clock(10), "paths", note="imported")).cards["paths"].note == "imported"
        assert [note_of("parts#2"), note_of("paths")] == ["parts", "paths"]

    def test_suspended_cards_are_planned_no_more_and_come_back_as_they_were(self) -> None:
        found = deck(graduated())
        due, load = found.cards["paths"].due_day, dict(found.load)
        found.take(event("suspend", clock(11)), Settings())
        found.take(event("suspend", clock(12)), Settings())
        assert (found.load, found.cards["paths"].hidden(due)) == ({}, True)
        found.take(event("unsuspend", clock(13)), Settings())
        assert (found.load, found.cards["paths"].due_day, found.cards["paths"].hidden(due)) == (load, due, False)

    def test_buried_cards_come_back_tomorrow_or_when_they_are_dug_out(self) -> None:
        found = deck(graduated(), event("bury", clock(26)))  # Two at night is still Monday.
        card = found.cards["paths"]
        assert [card.hidden(day) for day in (MONDAY, MONDAY + 1)] == [True, False]
        found.take(event("unbury", clock(27)), Settings())
        assert not card.hidden(MONDAY)

    @pytest.mark.parametrize(
        "data", [{}, {"card": 7, "rating": 3}, {"card": "paths"}, {"card": "paths", "rating": 5}, {"rating": "3"}]
    )
    def test_an_event_that_is_no_answer_changes_nothing(self, data: dict[str, Any]) -> None:
        found = deck(graduated())
        before = TypeAdapter(Deck).dump_json(found)
        found.take(Event(clock(11), OFFSET, "odd", "review", data), Settings())
        assert TypeAdapter(Deck).dump_json(found) == before


class TestRecall:
    def test_it_is_that_of_fsrs_on_later_days_and_unknown_on_the_same_day(self) -> None:
        found, known = deck(graduated()), alone((EASY, 0))
        assert found.recall("paths", clock(23)) is None
        assert found.recall("other", clock(23)) is None
        for days in (1, 8, 100):
            moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=days)
            expected = Scheduler().get_card_retrievability(known, moment)
            assert found.recall("paths", clock(9, MONDAY + days)) == pytest.approx(expected, rel=1e-12)

    def test_only_the_first_answer_of_a_day_measures_it(self) -> None:
        later = MONDAY + 8
        found = deck(
            graduated(),
            review(AGAIN, clock(10, later)),
            review(GOOD, clock(10.2, later)),
            review(GOOD, clock(18, later)),
        )
        assert (found.days[later].asked, found.days[later].recalled) == (1, 0)
        assert (found.days[MONDAY].asked, found.days[MONDAY].begun) == (0, 1)


class TestPreview:
    @given(
        steps=st.lists(
            st.tuples(st.sampled_from(["a", "b", "c#1", "c#2"]), st.integers(1, 4), st.integers(0, 40 * 24)),
            max_size=20,
        ),
        rating=st.integers(1, 4),
        card=st.sampled_from(["a", "b", "c#1", "new"]),
        easy=st.sampled_from([(), ("sat", "sun"), ("wed",)]),
        retention=st.floats(0.7, 0.97),
    )
    @settings(deadline=None)
    def test_each_button_says_what_really_happens(
        self, steps: list[tuple[str, int, int]], rating: int, card: str, easy: tuple[str, ...], retention: float
    ) -> None:
        settings, found, at = Settings(easy_days=easy, retention=retention), Deck(), clock(10)
        for name, answer, hours in steps:
            at += hours * HOUR
            found.take(review(answer, at, name), settings)
        at += 7 * HOUR
        before = TypeAdapter(Deck).dump_json(found)
        said = found.preview(card, note_of(card), at, OFFSET, settings)[rating]
        assert TypeAdapter(Deck).dump_json(found) == before
        found.take(review(rating, at, card), settings)
        after = found.cards[card]
        if said.days:
            assert (after.phase, after.due_day - study_day(at, OFFSET)) == ("review", said.days)
        else:
            assert after.phase != "review"
            assert after.due - at == round(said.minutes * MINUTE)

    @pytest.mark.parametrize(
        ("interval", "text"),
        [
            (Interval(0, 1), "1 min"),
            (Interval(0, 5.5), "6 min"),
            (Interval(1), "1 day"),
            (Interval(4), "4 days"),
            (Interval(59), "59 days"),
            (Interval(91), "3 months"),
            (Interval(365), "1.0 years"),
            (Interval(900), "2.5 years"),
        ],
    )
    def test_it_is_said_in_short_words(self, interval: Interval, text: str) -> None:
        assert interval.text() == text


class TestReplay:
    def test_several_steps_are_undone_one_by_one(self) -> None:
        hands = Hands()
        memory = Memory(Journal(clock=hands), hands)
        states, events = [], []
        for rating, hours in ((GOOD, 0), (GOOD, 0.2), (AGAIN, 24 * 9), (GOOD, 0.2)):
            hands.wait(hours=hours)
            states.append(TypeAdapter(Deck).dump_json(memory.state.deck))
            events.append(memory.record("review", {"card": "paths", "rating": rating, "ms": 3000}))
        for done in reversed(events):
            hands.wait(seconds=5)
            memory.undo(done)
            assert TypeAdapter(Deck).dump_json(memory.state.deck) == states.pop()
        assert memory.state.deck == Deck()

    def test_a_deck_that_was_kept_goes_on_as_if_it_had_never_been_away(self) -> None:
        events = [review(n % 4 + 1, clock(10, MONDAY + n), f"card-{n % 7}") for n in range(60)]
        form = TypeAdapter(Deck)
        kept = form.validate_json(form.dump_json(deck(*events[:30])))
        for one in events[30:]:
            kept.take(one, Settings())
        assert form.dump_json(kept) == form.dump_json(deck(*events))

    def test_it_gives_the_same_to_the_bit_in_every_process(self) -> None:
        code = """
import hashlib, random
from course.study.journal import Event
from course.study.memory import replay
from pydantic import TypeAdapter
dice, at, events = random.Random(7), 1_790_000_000_000, []
for number in range(1500):
    at += dice.randrange(4 * 3_600_000)
    data = {"card": f"card-{dice.randrange(90)}", "rating": dice.choice((1, 2, 3, 3, 3, 4)), "ms": 3000}
    events.append(Event(at, 60, f"{number:05d}", "review", data))
deck = replay(events).deck
print(hashlib.sha256(TypeAdapter(type(deck)).dump_json(deck)).hexdigest())
"""
        found = {
            subprocess.run(
                [sys.executable, "-c", code],
                env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for seed in ("0", "4711")
        }
        assert len(found) == 1
        assert len(found.pop().strip()) == 64

    def test_it_is_plain_json(self) -> None:
        kept = json.loads(TypeAdapter(Deck).dump_json(deck(*lapsing(2))))
        assert kept["cards"]["paths"]["lapses"] == 2
        assert CardState("paths").phase == "new"
