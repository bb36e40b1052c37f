"""Values cross exactly, and what can be changed is one object on both sides."""

from __future__ import annotations

import json
import math
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from io import BytesIO, StringIO
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograde.examiner.inside.kinds import FROZEN, KINDS, VIEWS, WHOLE
from autograde.examiner.inside.plain import ATOMS_OF, Malformed, NotPlain
from autograde.examiner.inside.values import Values


class Side:
    """Two ends without a line: messages are handed over as JSON."""

    def __init__(self) -> None:
        self.ours = Values(2, refuse, unknown, forgets=True)
        self.theirs = Values(1, refuse, unknown, forgets=False)

    def send(self, value: Any, *, shared: bool = True) -> Any:
        """What arrives at the other side."""
        return hand_over(self.ours, self.theirs, value, shared=shared)

    def reply(self, value: Any) -> Any:
        """What comes back."""
        return hand_over(self.theirs, self.ours, value, shared=True)


def refuse(value: Any) -> None:
    if not isinstance(value, str | int | float | list | tuple | dict):
        raise NotPlain(f"a value of type {type(value).__name__}")


def unknown(tag: str, parts: list[Any]) -> Any:
    raise Malformed(tag)


def hand_over(giver: Values, taker: Values, value: Any, *, shared: bool) -> Any:
    message = giver.message(value, shared=shared, forget=True)
    giver.sent(shared)
    text = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
    tree, changed, forgotten = json.loads(text.decode("utf-8", "surrogatepass"))
    taker.apply(changed, forgotten)
    return taker.value(tree)


Point = namedtuple("Point", "x y")
VALUES = [
    *(
        None,
        True,
        1,
        -(2**70),
        10**5000,
        1.5,
        math.inf,
        -0.0,
        "",
        "\ud83d\ude00",
        "😀",
        b"\0\xff",
        bytearray(b"x"),
        1 + 2j,
    ),
    *([], [1, [2, (3,)]], {1: 2, (1, "a"): [3]}, {1, 2}, frozenset({(1,)}), (), range(1, 9, 2), ..., Decimal("1.20")),
    *(Fraction(1, 3), date(2026, 2, 28), time(1, 2, 3, 4), timedelta(1, 2, 3), UUID(int=5), PurePosixPath("a/b")),
    *(
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Paris")),
    ),
    *(time(1, tzinfo=timezone(timedelta(hours=1), "X")), OrderedDict(b=1, a=2), Counter("abca"), deque([1, 2], 3)),
    *(defaultdict(list, {1: [2]}), Point(1, [2]), {1: 2}.keys(), {1: 2}.items(), UTC, NotImplemented),
]


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_plain_value_arrives_with_its_type(value: Any, shared: bool) -> None:
    arrived = Side().send(value, shared=shared)
    assert type(arrived).__name__ == type(value).__name__
    if isinstance(value, int):
        assert arrived == value
    else:
        assert repr(arrived) == repr(value)


def test_nan_arrives() -> None:
    assert math.isnan(Side().send([math.nan])[0])


def test_an_ordered_dict_keeps_its_own_order() -> None:
    value = OrderedDict(a=1, b=2)
    value.move_to_end("a")
    assert list(Side().send(value)) == ["b", "a"]


def test_a_subclass_arrives_as_the_plain_value_in_it() -> None:
    class Loud(str):
        def __eq__(self, other: object) -> bool:
            return True

        def __str__(self) -> str:
            return "something else"

        __hash__ = str.__hash__

    class Grade(IntEnum):
        GOOD = 1

    arrived = Side().send([Loud("quiet"), Grade.GOOD])
    assert arrived == ["quiet", 1]
    assert [type(part) for part in arrived] == [str, int]


@pytest.mark.parametrize("value", [object(), [object()], {1: object()}, lambda: 1, iter(())])
def test_anything_else_does_not_cross(value: Any) -> None:
    with pytest.raises(NotPlain, match="a value of type"):
        Side().send(value)


def test_a_value_that_is_nested_too_deep_does_not_cross() -> None:
    value: list[Any] = []
    for _ in range(1000):
        value = [value]
    with pytest.raises(NotPlain, match="nested too deep"):
        Side().send(value)


def test_a_list_is_one_list_on_both_sides() -> None:
    side = Side()
    prices = {"tea": [1, 2]}
    arrived = side.send(prices)
    arrived["tea"].append(3)
    arrived["all"] = arrived
    back = side.reply(arrived)
    assert back is prices
    assert prices["tea"] == [1, 2, 3]
    assert prices["all"] is prices


def test_what_is_changed_later_is_seen_with_the_next_message() -> None:
    side = Side()
    stack: list[int] = []
    arrived = side.send(stack)
    arrived.append(1)
    side.reply(None)
    assert stack == [1]
    stack.clear()
    side.send(None)
    assert arrived == []


@pytest.mark.parametrize("value", [{1}, deque([1]), bytearray(b"1"), Counter("a"), OrderedDict(a=1)])
def test_each_kind_that_can_be_changed_is_followed(value: Any) -> None:
    side = Side()
    arrived = side.send(value)
    (arrived.extend if isinstance(arrived, bytearray) else arrived.clear)(
        *([b"2"] if isinstance(arrived, bytearray) else [])
    )
    assert side.reply(arrived) is value
    assert value == arrived


def test_a_file_in_memory_is_followed_to_where_it_was_read() -> None:
    side = Side()
    for file, text in ((StringIO("hello"), "!"), (BytesIO(b"hello"), b"!")):
        file.seek(2)
        arrived = side.send(file)
        assert arrived.read() == ("llo" if isinstance(text, str) else b"llo")
        arrived.write(text)
        assert side.reply(arrived) is file
        assert file.tell() == 6
        arrived.close()
        side.reply(None)
        assert file.closed


def test_a_message_that_was_not_sent_leaves_no_trace() -> None:
    side = Side()
    basket = [1]
    arrived = side.send(basket)
    basket.append(2)
    with pytest.raises(NotPlain):
        side.send([[3], object()])
    assert side.send(basket) is arrived
    assert arrived == [1, 2]


def test_what_nobody_holds_any_more_is_forgotten() -> None:
    side = Side()
    for number in range(50):
        side.send([number])
    side.send(None)
    assert len(side.ours._shared) < 5
    assert len(side.theirs._shared) < 5


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.tuples(inner, inner),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(plain)
def test_every_nested_value_arrives(value: Any) -> None:
    assert repr(Side().send(value)) == repr(value)


def join(parts: tuple[str, list[Any]]) -> list[Any]:
    return [parts[0], *parts[1]]


TAGS = "ltdsfrbicDQmyhezRuOCEqaYSNnTkvwjKJFX.!"
trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(TAGS),
    lambda inner: st.lists(inner, max_size=6) | st.tuples(st.sampled_from(TAGS), st.lists(inner, max_size=8)).map(join),
    max_leaves=25,
)


@settings(max_examples=120, deadline=None)
@given(trees, st.lists(st.lists(trees, min_size=2, max_size=2), max_size=3), st.lists(st.integers(), max_size=3))
def test_whatever_comes_is_a_value_or_malformed(tree: Any, changed: Any, forgotten: Any) -> None:
    side = Side()
    side.send([[1], {2: 3}])
    try:
        side.ours.apply(changed, forgotten)
        side.ours.value(tree)
    except (Malformed, NotPlain):
        return


def test_no_two_kinds_of_values_have_the_same_tag() -> None:
    lent = list("HBXKJFIAWMV")
    tags = [
        *ATOMS_OF,
        *(kind.tag for kind in KINDS.values()),
        *FROZEN.values(),
        *WHOLE.values(),
        *VIEWS.values(),
        *"NnTr",
    ]
    assert len({*tags, *lent}) == len(tags) + len(lent)
