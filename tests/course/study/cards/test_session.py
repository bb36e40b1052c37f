"""The session of a day follows from the journal alone."""

from __future__ import annotations

from course.study.cards.session import KEPT, MORE, TRIED, Session
from course.study.journal import Event
from course.study.memory import replay

HOUR = 3600 * 1000
DAY, DAY_NUMBER = 24 * HOUR, 20_000
MORNING = DAY_NUMBER * DAY + 9 * HOUR


def event(number: int, kind: str, at: int = MORNING, **data: object) -> Event:
    return Event(at + number, 0, f"{number:03}", kind, data)


def session(*events: Event) -> Session:
    return replay(events).session


def cards(found: Session, day: int) -> list[str]:
    return [step.card for step in found.on(DAY_NUMBER + day).steps]


def test_it_keeps_what_was_done_in_order() -> None:
    found = session(
        event(1, "review", card="a", rating=3, ms=7000), event(2, "suspend", card="b"), event(3, "bury", card="c")
    )
    assert [(step.kind, step.card, step.rating, step.ms) for step in found.on(DAY_NUMBER).steps] == [
        ("review", "a", 3, 7000),
        ("suspend", "b", 0, 0),
        ("bury", "c", 0, 0),
    ]


def test_a_new_day_begins_with_nothing_done() -> None:
    found = session(
        event(1, "review", card="a", rating=3),
        event(2, MORE, new=20),
        event(3, "review", MORNING + DAY, card="c", rating=1),
    )
    assert [cards(found, day) for day in (0, 1, 2)] == [["a"], ["c"], []]
    assert [found.on(DAY_NUMBER + day).new for day in (0, 1)] == [20, 0]


def test_a_day_that_comes_again_goes_on() -> None:
    tokyo, utc = 9 * 60, 0
    found = session(
        event(1, "review", MORNING, card="a", rating=3),
        Event(MORNING + 12 * HOUR, tokyo, "002", "review", {"card": "b", "rating": 3}),
        Event(MORNING + 13 * HOUR, utc, "003", "review", {"card": "c", "rating": 3}),
    )
    assert [cards(found, day) for day in (0, 1)] == [["a", "c"], ["b"]]


def test_an_event_of_the_future_takes_nothing_from_today() -> None:
    found = session(event(1, "review", card="a", rating=3), event(2, "review", MORNING + 30 * DAY, card="b", rating=3))
    assert cards(found, 0) == ["a"]
    assert [step.card for step in found.lately(DAY_NUMBER, MORNING + HOUR)] == ["a"]


def test_only_few_days_are_kept() -> None:
    found = session(*(event(day, "review", MORNING + day * DAY, card="a", rating=3) for day in range(9)))
    assert sorted(found.days) == [DAY_NUMBER + day for day in range(9 - KEPT, 9)]


def test_what_can_be_taken_back_reaches_over_the_turn_of_the_day_for_as_long_as_a_sitting() -> None:
    night = MORNING + 18 * HOUR + 50 * 60_000
    found = session(event(1, "review", card="a", rating=3), event(2, "review", night, card="b", rating=3))
    assert [step.card for step in found.lately(DAY_NUMBER + 1, night + HOUR)] == ["b"]
    assert found.lately(DAY_NUMBER + 1, night + 5 * HOUR) == []


def test_an_answer_waits_for_its_rating_over_any_number_of_days() -> None:
    found = session(event(1, TRIED, card="a", typed="x"), event(2, "review", MORNING + DAY, card="b", rating=1))
    assert [one.typed for one in found.tries["a"]] == ["x"]


def test_an_answer_waits_for_its_rating() -> None:
    tried = [event(1, TRIED, card="a", typed="one", right=False), event(2, TRIED, card="a", typed="two", right=True)]
    assert [one.typed for one in session(*tried).tries["a"]] == ["one", "two"]
    rated = event(3, "review", card="a", rating=2)
    assert session(*tried, rated).tries == {}
    assert session(*tried, rated, event(4, "undo", event=rated.id)) == session(*tried)


def test_only_answers_to_cards_belong_to_it() -> None:
    asked = {"question": "a", "chosen": "Flask", "right": True, "level": "beginner", "options": 3}
    found = session(event(1, "answer", where="cards", **asked), event(2, "answer", where="quiz", **asked))
    assert [one.chosen for one in found.tries["a"]] == ["Flask"]


def test_what_was_imported_is_no_session() -> None:
    assert session(event(1, "review", card="a", rating=3, source="anki")).days == {}
