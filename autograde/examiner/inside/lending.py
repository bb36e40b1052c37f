"""What cannot travel stays where it is, and is lent: the other side gets a number and asks for what it wants done."""

from __future__ import annotations

import builtins
import inspect
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextvars import Context, copy_context
from types import BuiltinFunctionType, ModuleType
from typing import Any

from autograde.examiner.inside.plain import COPIES, Malformed, NotPlain, Tree
from autograde.examiner.inside.values import Values

MOST_LENT = 50_000
MOST_PARAMETERS = 50
PLAIN = tuple(base for base, _ in COPIES)
HARMLESS = {
    name: value
    for name, value in vars(builtins).items()
    if isinstance(value, type)
    or name
    in [
        "abs",
        "all",
        "any",
        "ascii",
        "bin",
        "callable",
        "chr",
        "divmod",
        "hash",
        "hex",
        "len",
        "max",
        "min",
        "oct",
        "ord",
        "pow",
        "repr",
        "round",
        "sorted",
        "sum",
    ]
}
"""Builtins that are the same on both sides and do nothing but compute."""
SMALL = (type(None), bool, int, float, str)


class Lending:
    """What this side has lent, and what it has of the other side's."""

    def __init__(self, *, first: int, forgets: bool, in_context: bool) -> None:
        self._in_context = in_context
        self.values = Values(first, self.lend, self.take, forgets=forgets)
        self.makers: dict[str, Callable[..., Any]] = {}
        """What makes something of what the other side lends, by tag."""
        self.tell_error: Callable[[BaseException], Any] = lambda error: None
        self._lent: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._contexts: dict[int, Context] = {}
        self._next = 1
        self._borrowed: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._homes: dict[int, int] = {}
        self._returned: list[int] = []

    # What is ours

    def number(self, thing: Any) -> int:
        """The number under which the other side knows a thing of this one."""
        known = self._numbers.get(id(thing))
        if known is not None:
            return known
        if len(self._lent) >= MOST_LENT:
            raise NotPlain(f"more than {MOST_LENT:,} functions and other objects at a time")
        number = self._next
        self._next += 1
        self._lent[number] = thing
        self._numbers[id(thing)] = number
        if self._in_context:
            self._contexts[number] = copy_context()
        return number

    def thing(self, number: Any) -> Any:
        """The thing that was lent under this number."""
        if type(number) is not int or number not in self._lent:
            raise LookupError("This is not there any more.")
        return self._lent[number]

    def context(self, number: Any) -> Context | None:
        """The context in which it was lent, where what is lent is to be used in it."""
        return self._contexts.get(number) if type(number) is int else None

    def drop(self, numbers: list[int]) -> None:
        """Takes back what the other side does not need any more."""
        for number in numbers:
            if number in self._lent:
                del self._numbers[id(self._lent.pop(number))]
                self._contexts.pop(number, None)

    def drop_all(self, kept: type) -> None:
        """Takes back everything but things of this class."""
        self.drop([number for number, thing in self._lent.items() if not isinstance(thing, kept)])

    def lend(self, value: Any) -> list[Tree] | None:
        """What the other side is sent for a value that is not plain; None for one that has a plain one in it."""
        home = self._homes.get(id(value))
        if home is not None:
            return ["H", home]
        kind = type(value)
        if issubclass(kind, type):
            return self.lend_class(value)
        if issubclass(kind, PLAIN):
            return None
        if kind is BuiltinFunctionType and (name := value.__name__) in HARMLESS and HARMLESS[name] is value:
            return ["B", name]
        if issubclass(kind, ModuleType):
            return ["M", value.__name__]
        if issubclass(kind, BaseException):
            return self.lend_error(value)
        if issubclass(kind, Iterator):
            return ["I", self.number(value), inspect.isgenerator(value)]
        if issubclass(kind, AsyncIterator):
            return ["A", self.number(value)]
        if issubclass(kind, Awaitable):
            return ["W", self.number(value)]
        return self.lend_callable(value) if callable(value) else self.lend_object(value)

    def lend_callable(self, value: Any) -> list[Tree]:
        """What the other side is sent for a function or another object that can be called."""
        return ["F", self.number(value), *about_callable(value)]

    def lend_class(self, kind: type) -> list[Tree]:
        """What the other side is sent for a class."""
        if HARMLESS.get(kind.__name__) is kind:
            return ["B", kind.__name__]
        raise NotPlain(f"the class {kind.__name__}")

    def lend_error(self, error: BaseException) -> list[Tree]:
        """What the other side is sent for an exception that is passed as a value."""
        return ["X", self.values.tree(self.tell_error(error), shared=False)]

    def lend_object(self, value: Any) -> list[Tree]:
        """What the other side is sent for an object of a class that is not plain."""
        raise NotPlain(f"a value of type {type(value).__name__}")

    # What is theirs

    def take(self, tag: str, parts: list[Tree]) -> Any:
        """What stands for something that the other side has lent."""
        if tag == "H":
            return self.thing(parts[0])
        if tag == "B":
            return HARMLESS[parts[0]]
        if tag not in self.makers:
            raise Malformed("a value of no kind")
        number = parts[0]
        if type(number) is int:
            known = self._borrowed.get(number)
            if known is not None:
                return known
        made = self.makers[tag](*parts)
        if type(number) is int:
            self.borrow(number, made)
        return made

    def borrow(self, number: int, made: Any) -> None:
        """Notes what stands for the other side's thing of this number."""
        try:
            self._borrowed[number] = made
            weakref.finalize(made, self._return, number, id(made)).atexit = False
        except TypeError:  # It cannot be referred to weakly: its number stays taken.
            return
        self._homes[id(made)] = number

    def home(self, made: Any) -> int | None:
        """The other side's number of what stands for a thing of it."""
        return self._homes.get(id(made))

    def _return(self, number: int, address: int) -> None:
        self._homes.pop(address, None)
        self._returned.append(number)

    def returned(self) -> list[int]:
        """The numbers that the other side may take back."""
        returned, self._returned = self._returned, []
        return [number for number in returned if number not in self._borrowed]


def about_callable(value: Any) -> list[Tree]:
    """Of a callable: its name, whether it is awaited, its parameters, its documentation, whether it is a function."""
    name = getattr(value, "__name__", None)
    shown = name if isinstance(name, str) else type(value).__name__
    call = value if inspect.isroutine(value) else getattr(value, "__call__", value)  # noqa: B004  # What it wants.
    documentation = getattr(value, "__doc__", None)
    return [
        shown[:200],
        inspect.iscoroutinefunction(call),
        _parameters(value),
        documentation[:2000] if isinstance(documentation, str) else None,
        inspect.isroutine(value),
    ]


def _parameters(value: Any) -> list[Tree] | None:
    """Name, kind and default of each parameter; None where it does not say."""
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    if len(signature.parameters) > MOST_PARAMETERS:
        return None
    return [
        [
            parameter.name,
            int(parameter.kind),
            None if parameter.default is parameter.empty else _default(parameter.default),
        ]
        for parameter in signature.parameters.values()
    ]


def _default(value: Any) -> list[Tree]:
    """A default for those who look at the signature; calls leave it to the function itself."""
    return [value] if type(value) in SMALL and len(repr(value)) < 1000 else []
