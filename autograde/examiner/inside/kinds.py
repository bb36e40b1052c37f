"""Kinds: the types whose objects can be changed, what such an object holds, and how it is filled again."""

from __future__ import annotations

import io
import operator
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from autograde.examiner.inside.plain import Malformed, Tree, tree_bytes


def _pairs(value: dict[Any, Any]) -> Iterator[Any]:
    return chain.from_iterable(value.items())


def _fill_dict(value: dict[Any, Any], items: list[Any]) -> None:
    if len(items) % 2:
        raise Malformed("a key without a value")
    value.clear()
    for key, held in zip(items[::2], items[1::2], strict=True):
        value[key] = held


def _fill_list(value: list[Any], items: list[Any]) -> None:
    value[:] = items


def _fill(value: Any, items: Iterable[Any]) -> None:
    value.clear()
    (value.extend if isinstance(value, deque) else value.update)(items)


class Kind(NamedTuple):
    """A type whose objects can be changed and hold others."""

    tag: str
    items: Callable[[Any], Iterable[Any]]
    fill: Callable[[Any, list[Any]], None]


KINDS: dict[type, Kind] = {
    list: Kind("l", iter, _fill_list),
    dict: Kind("d", _pairs, _fill_dict),
    set: Kind("s", iter, _fill),
    OrderedDict: Kind("O", _pairs, _fill_dict),
    Counter: Kind("C", _pairs, _fill_dict),
    defaultdict: Kind("E", _pairs, _fill_dict),
    deque: Kind("q", iter, _fill),
}
EMPTY: dict[str, Callable[..., Any]] = {kind.tag: type_ for type_, kind in KINDS.items() if kind.tag not in "Eq"}
FROZEN: dict[type, str] = {tuple: "t", frozenset: "f"}
WHOLE: dict[type, str] = {bytearray: "a", io.BytesIO: "Y", io.StringIO: "S"}
"""Types whose objects can be changed and hold no others."""
WHOLE_OF: dict[str, Callable[[], Any]] = {tag: kind for kind, tag in WHOLE.items()}
VIEWS: dict[type, str] = {type({}.keys()): "k", type({}.values()): "v", type({}.items()): "w"}


def content_of(value: Any) -> Any:
    """What an object holds, to compare with later; the parts are held too, or their addresses could be used again."""
    kind = type(value)
    if kind in KINDS:
        return list(KINDS[kind].items(value))
    if kind is bytearray:
        return bytes(value)
    if kind in WHOLE:
        return None if value.closed else [value.getvalue(), value.tell()]
    return value.tobytes()


def refill_file(value: Any, content: Tree) -> None:
    """Makes a file in memory what it is on the other side."""
    if content is None:
        value.close()
        return
    text, place = content
    value.seek(0)
    value.truncate()
    value.write(tree_bytes(text) if isinstance(value, io.BytesIO) else text)
    value.seek(place)


def is_same(value: Any, held: Any) -> bool:
    """Whether an object still holds what it held."""
    kind = type(value)
    if kind not in KINDS:
        return bool(content_of(value) == held)  # A file that is closed stays as it is.
    now = list(KINDS[kind].items(value))
    return held is not None and len(now) == len(held) and all(map(operator.is_, now, held))
