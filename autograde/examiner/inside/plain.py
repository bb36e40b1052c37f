"""Plain values: what crosses between two processes exactly, each type with its own form in JSON."""

from __future__ import annotations

import base64
import importlib
import math
import re
import sys
import uuid
import zoneinfo
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from keyword import iskeyword
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

SHORT = 1 << 62
"""Whole numbers below this stand in JSON as they are; longer ones as hexadecimal, of which Python limits no length."""
MOST_FIELDS = 100
NUMBERS = re.compile(r"[<>|=]?(?:[biufc]\d{1,2}|\?|[US]\d{1,6}|[mM]8(?:\[\w{1,6}\])?)\Z")
"""Types of numpy arrays without objects in them."""

Tree = Any
"""What the json module reads and writes."""


class NotPlain(TypeError):
    """A value cannot cross exactly; the message says which, for a person."""


class Malformed(Exception):
    """What came is no value; whoever sent it is not our code."""


def bytes_tree(value: bytes) -> str:
    """Bytes as JSON has them."""
    return base64.b64encode(value).decode("ascii")


def tree_bytes(tree: Tree) -> bytes:
    """Bytes as they were."""
    if not isinstance(tree, str):
        raise Malformed("bytes that are none")
    return base64.b64decode(tree, validate=True)


def _zone(zone: tzinfo | None) -> Tree:
    if zone is None:
        return None
    if type(zone) is timezone:
        offset = zone.utcoffset(None)
        name = zone.tzname(None)
        return [
            offset.days,
            offset.seconds,
            offset.microseconds,
            None if timezone(offset).tzname(None) == name else name,
        ]
    if type(zone) is zoneinfo.ZoneInfo and zone.key:
        return zone.key
    raise NotPlain(f"a time zone of type {type(zone).__name__}")


def _zone_of(tree: Tree) -> tzinfo | None:
    if tree is None:
        return None
    if isinstance(tree, str):
        return zoneinfo.ZoneInfo(tree)
    days, seconds, microseconds, name = tree
    offset = timedelta(days, seconds, microseconds)
    return timezone(offset) if name is None else timezone(offset, name)


def _datetime(value: datetime) -> list[Tree]:
    parts = (value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond)
    return [*parts, value.fold, _zone(value.tzinfo)]


ATOMS: dict[type, tuple[str, Callable[[Any], list[Tree]]]] = {
    bytes: ("b", lambda value: [bytes_tree(value)]),
    complex: ("c", lambda value: [value.real, value.imag]),
    Decimal: ("D", lambda value: [str(value)]),
    Fraction: ("Q", lambda value: [hex(value.numerator), hex(value.denominator)]),
    datetime: ("m", _datetime),
    date: ("y", lambda value: [value.year, value.month, value.day]),
    time: ("h", lambda value: [*_datetime(datetime.combine(date.min, value))[3:8], _zone(value.tzinfo)]),
    timedelta: ("e", lambda value: [value.days, value.seconds, value.microseconds]),
    timezone: ("z", lambda value: [_zone(value)]),
    zoneinfo.ZoneInfo: ("z", lambda value: [_zone(value)]),
    range: ("R", lambda value: [hex(value.start), hex(value.stop), hex(value.step)]),
    uuid.UUID: ("u", lambda value: [value.hex]),
    PurePosixPath: ("p", lambda value: [str(value)]),
    PureWindowsPath: ("P", lambda value: [str(value)]),
    type(...): (".", lambda value: []),
    type(NotImplemented): ("!", lambda value: []),
}
"""Values without others in them that JSON does not have: their tag and their parts."""


def _whole(tree: Tree) -> int:
    if not isinstance(tree, str):
        raise Malformed("a number that is none")
    return int(tree, 16)


ATOMS_OF: dict[str, Callable[..., Any]] = {
    "i": _whole,
    "b": tree_bytes,
    "c": complex,
    "D": Decimal,
    "Q": lambda above, below: Fraction(_whole(above), _whole(below)),
    "m": lambda *parts: datetime(*parts[:7]).replace(fold=parts[7], tzinfo=_zone_of(parts[8])),
    "y": date,
    "h": lambda *parts: time(*parts[:4]).replace(fold=parts[4], tzinfo=_zone_of(parts[5])),
    "e": timedelta,
    "z": lambda zone: _zone_of(zone),
    "R": lambda start, stop, step: range(_whole(start), _whole(stop), _whole(step)),
    "u": lambda text: uuid.UUID(hex=text),
    "p": PurePosixPath,
    "P": PureWindowsPath,
    ".": lambda: ...,
    "!": lambda: NotImplemented,
}
"""How they are made again, by their tag."""

COPIES: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (int, lambda value: int.__index__(value)),
    (float, lambda value: float.__float__(value)),
    (str, lambda value: str.__str__(value)),
    (bytes, lambda value: bytes.__getitem__(value, slice(None))),
    (tuple, lambda value: tuple.__getitem__(value, slice(None))),
    (list, lambda value: list.__getitem__(value, slice(None))),
    (dict, lambda value: dict.copy(value)),
    (set, lambda value: set().union(value)),
    (frozenset, lambda value: frozenset().union(value)),
    (bytearray, lambda value: bytearray(bytes(value))),
    (complex, lambda value: complex.__pos__(value)),
    (Decimal, lambda value: Decimal(Decimal.__str__(value))),
)
"""What an object of a subclass is, by the methods of the plain type under it."""


def plain_copy(value: Any) -> Any:
    """The plain value in an object of a subclass of a plain type; NotPlain for anything else."""
    kind = type(value)
    for base, copy in COPIES:
        if issubclass(kind, base):
            return copy(value)
    raise NotPlain(f"a value of type {kind.__name__}")


def is_record(value: Any) -> bool:
    """Whether it is a named tuple."""
    kind = type(value)
    if not issubclass(kind, tuple) or kind.__bases__ != (tuple,):
        return False
    fields = getattr(kind, "_fields", None)
    return isinstance(fields, tuple) and len(fields) == len(value) and all(isinstance(name, str) for name in fields)


@lru_cache(maxsize=256)
def record_type(name: str, fields: tuple[str, ...]) -> Any:
    """The class of named tuples of that name."""
    from collections import namedtuple

    if len(fields) > MOST_FIELDS or not all(
        isinstance(word, str) and word.isidentifier() and not iskeyword(word) for word in (name, *fields)
    ):
        raise Malformed("a record that is none")
    return namedtuple(name, fields, module="__main__")


def numpy() -> Any:
    """The numpy of this process, if it was imported."""
    return sys.modules.get("numpy")


def array_tree(value: Any) -> list[Tree]:
    """The parts of a numpy array or scalar."""
    text = value.dtype.str
    if not NUMBERS.match(text):
        raise NotPlain(f"an array of {value.dtype}")
    return [text, list(value.shape), bytes_tree(value.tobytes())]


def array_of(text: Tree, shape: Tree, content: Tree) -> Any:
    """A numpy array from its parts."""
    if not isinstance(text, str) or not NUMBERS.match(text) or not isinstance(shape, list) or len(shape) > 32:
        raise Malformed("an array that is none")
    if not all(type(side) is int and 0 <= side <= 1 << 40 for side in shape):
        raise Malformed("an array without a shape")
    data = tree_bytes(content)
    try:
        library = importlib.import_module("numpy")
    except ImportError:
        raise NotPlain("an array, and there is no numpy here") from None
    kind = library.dtype(text)
    if math.prod(shape) * kind.itemsize != len(data):
        raise Malformed("an array of another size")
    return library.frombuffer(data, dtype=kind).reshape(shape).copy()
