"""The session of a day follows from the journal alone."""

from __future__ import annotations

from course.study.cards.session import MORE, TRIED, Session
from course.study.journal import Event
from course.study.memory import replay

DAY = 24 * 3600 * 1000
MORNING = 20_000 * DAY + 9 * 3600 * 1000


def event(number: int, kind: str, at: int = MORNING, **data: object) -> Event:
    return Event(at + number, 0, f"{number:03}", kind, data)


def session(*events: Event) -> Session:
    return replay(events).session


def test_it_keeps_what_was_done_in_order() -> None:
    found = session(
        event(1, "review", card="a", rating=3, ms=7000), event(2, "suspend", card="b"), event(3, "bury", card="c")
    )
    assert [(step.kind, step.card, step.rating, step.ms) for step in found.steps] == [
        ("review", "a", 3, 7000),
        ("suspend", "b", 0, 0),
        ("bury", "c", 0, 0),
    ]


def test_a_new_day_begins_with_nothing_done() -> None:
    found = session(
        event(1, "review", card="a", rating=3),
        event(2, TRIED, card="b", typed="x"),
        event(3, MORE, new=20),
        event(4, "review", MORNING + DAY, card="c", rating=1),
    )
    assert ([step.card for step in found.steps], found.tries, found.new) == (["c"], {}, 0)
    assert found.on(found.day) is found
    assert found.on(found.day + 1).steps == []


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
    assert session(event(1, "review", card="a", rating=3, source="anki")).steps == []
