"""Reviews go out as CSV for other schedulers, and come back without becoming two."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.problems import Problems
from course.study.exchange import review_csv
from course.study.exchange.bringing import Brought
from course.study.journal import Event, Journal
from course.study.library import Library
from course.study.memory import Memory
from tests.awkward import START, Hands, awkward_library

AT = round(START.timestamp() * 1000)
DAY = 86_400_000
HEAD = "card_id,review_time,review_rating,review_state,review_duration"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return awkward_library(tmp_path_factory.mktemp("awkward"))


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def learner(hands: Hands, library: Library) -> Memory:
    memory = Memory(Journal(), hands)

    about = library.deck["write-a-route"].about()

    def answer(rating: int, ms: int = 5_000) -> None:
        memory.record("review", {"card": "write-a-route", "rating": rating, "ms": ms, **about})

    answer(3)
    hands.wait(minutes=10)
    answer(3, 700_000)
    hands.wait(days=9)
    answer(1)
    hands.wait(minutes=10)
    memory.undo(memory.record("review", {"card": "write-a-route", "rating": 4, "ms": 1}))
    answer(2)
    return memory


def rows(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_each_review_is_a_line_with_the_state_before_it(learner: Memory, tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    assert review_csv.write(learner, path) == 4
    later = AT + 9 * DAY
    assert rows(path) == [
        HEAD,
        f"write-a-route,{AT},3,0,5000",
        f"write-a-route,{AT + 600_000},3,1,60000",
        f"write-a-route,{later + 600_000},1,2,5000",
        f"write-a-route,{later + 1_200_000},2,3,5000",
    ]


def test_a_deck_is_the_same_after_a_round_trip(learner: Memory, hands: Hands, library: Library, tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    review_csv.write(learner, path)
    other = Memory(Journal(), hands)
    assert review_csv.bring(other, library, path) == Brought("reviews", 4, 0)
    assert other.state.deck == learner.state.deck
    assert {event.data["source"] for event in other.journal.events()} == {"csv"}
    assert review_csv.bring(other, library, path) == Brought("reviews", 0, 4)


def test_own_reviews_are_known_and_undone_ones_stay_undone(learner: Memory, library: Library, tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    review_csv.write(learner, path)
    undone = next(event for event in learner.journal.events() if event.data.get("rating") == 4)
    with path.open("a") as file:
        file.write(f"write-a-route,{undone.at},4,3,1\n")
    before = learner.journal.events()
    assert review_csv.bring(learner, library, path) == Brought("reviews", 0, 5)
    assert learner.journal.events() == before


@pytest.mark.parametrize(
    "text",
    [
        f"card_id,review_time,review_rating\nwrite-a-route,{AT},3\n",
        f"\ufeff{HEAD}\r\nwrite-a-route,{AT},3,0,\r\n",
        f"review_rating,deck,review_time,card_id\n3,x,{AT},write-a-route\n",
        f"card_id, review_time, review_rating\nwrite-a-route, {AT}, 3\n\n",
        f'card_id,review_time,review_rating\n"write-a-route","{AT}","3"\nwrite-a-route,{AT},3\n',
    ],
)
def test_columns_may_come_in_any_order_and_only_three_are_needed(
    text: str, hands: Hands, library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "reviews.csv"
    path.write_bytes(text.encode())
    memory = Memory(Journal(), hands)
    assert review_csv.bring(memory, library, path).new == 1
    assert memory.state.deck.cards["write-a-route"].reps == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (f"write-a-route,{AT},5,0,1", r"reviews\.csv:3: review_rating is '5', and should be a number from 1"),
        (f"write-a-route,{AT},,0,1", r"reviews\.csv:3: review_rating is ''"),
        (f"write-a-route,{AT}", r"reviews\.csv:3: review_rating is None"),
        (f"write-a-route,{AT // 1000},3,0,1", r"reviews\.csv:3: review_time is .* should be milliseconds since 1970"),
        ("write-a-route,today,3,0,1", r"reviews\.csv:3: review_time is 'today'"),
        (f"write-a-route,{AT},3,0,-5", r"reviews\.csv:3: review_duration is '-5'"),
    ],
)
def test_a_line_that_makes_no_sense_keeps_all_others_out(
    line: str, message: str, hands: Hands, library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text(f"{HEAD}\nwrite-a-route,{AT},3,0,5000\n{line}\n", encoding="utf-8")
    memory = Memory(Journal(), hands)
    with pytest.raises(Problems, match=message) as refused:
        review_csv.bring(memory, library, path)
    assert len(refused.value.problems) == 1
    assert memory.journal.events() == []


def test_a_column_that_is_missing_is_named(hands: Hands, library: Library, tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text("card_id,review_rating\na,3\n", encoding="utf-8")
    with pytest.raises(Problems, match="has no column review_time"):
        review_csv.bring(Memory(Journal(), hands), library, path)


def test_reviews_of_unknown_cards_and_of_the_future_are_counted_and_left_alone(
    hands: Hands, library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "reviews.csv"
    lines = [f"123,{AT},3,0,1", f"123,{AT + 1},3,0,1", f"one-gap#1,{AT + 3 * DAY},3,0,1", f"one-gap#1,{AT},3,0,1"]
    path.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    memory = Memory(Journal(), hands)
    brought = review_csv.bring(memory, library, path)
    assert (brought.new, brought.known) == (1, 0)
    assert brought.remarks == (
        "2 reviews belong to 1 card that the course does not have; they were left alone.",
        "1 review lies in the future, by the clock of this machine; it was left alone.",
    )
    [event] = memory.journal.events()
    assert event.data == {
        "card": "one-gap#1",
        "rating": 3,
        "ms": 1,
        "topic": "routing",
        "framework": "flask",
        "note": "one-gap",
        "source": "csv",
    }


def test_events_that_are_not_understood_are_no_reviews(tmp_path: Path) -> None:
    learner = Memory(Journal(), Hands())
    at, offset = learner.now()
    strange = [("setting", {"name": "retention", "value": "nan"}), ("review", {"card": "one", "rating": 3, "ms": "5"})]
    learner.journal.add([Event(at, offset, f"strange-{kind}", kind, data) for kind, data in strange])
    learner.record("review", {"card": "one", "rating": 3, "ms": 5})
    assert review_csv.write(learner, tmp_path / "reviews.csv") == 1
