"""Classes and objects of the student's: what a test does with them is done in the student's process.

No object of the student's says whether it equals a value of the test: it may be asked only about another such object.
"""

from __future__ import annotations

import builtins
import inspect
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from autograde.examiner.inside.plain import COPIES, Malformed, NotPlain, Tree

if TYPE_CHECKING:
    from autograde.examiner.inside.exchange import Exchange
    from autograde.examiner.inside.remote import Remote

COMPARED = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__")
ASKED = [
    *("__len__", "__iter__", "__next__", "__reversed__", "__getitem__", "__setitem__", "__delitem__", "__call__"),
    *("__bool__", "__int__", "__float__", "__complex__", "__index__", "__bytes__", "__format__", "__hash__"),
    *("__round__", "__trunc__", "__floor__", "__ceil__", "__enter__", "__exit__"),
]
BINARY = (
    "add",
    "sub",
    "mul",
    "matmul",
    "truediv",
    "floordiv",
    "mod",
    "divmod",
    "pow",
    "lshift",
    "rshift",
    "and",
    "xor",
    "or",
)
CLAIMED = [
    *COMPARED,
    *("__contains__", "__neg__", "__pos__", "__abs__", "__invert__"),
    *(f"__{kind}{name}__" for name in BINARY for kind in ("", "r", "i")),
]
"""Operators with which an object could say that it is whatever a test expects: only those that the reference needs."""
AWAITED = ("__aenter__", "__aexit__", "__anext__")
PLAIN = tuple(base for base, _ in COPIES)
OF_PYTHON = ("_is_coroutine", "_is_coroutine_marker", "_is_coroutine_mark")
"""Python itself asks for these."""
MOST_METHODS = 500


def about_class(kind: type, lend: Callable[[type], list[Tree]]) -> list[Tree]:
    """What can be told of a class: its names, its bases, its operators, its methods and whether they are awaited."""
    special: dict[str, None] = {}
    methods: dict[str, bool] = {}
    for base in kind.__mro__:
        if base is object or base.__module__ == "builtins":
            continue
        for name, value in list(vars(base).items()):
            if name in CLAIMED or name in ASKED or name in AWAITED:
                if value is not None:
                    special[name] = None
            elif inspect.isfunction(value) and not name.startswith("__"):
                methods.setdefault(name, inspect.iscoroutinefunction(value))
    bases = [lend(base) for base in kind.__bases__ if base is not object]
    shown = dict(list(methods.items())[:MOST_METHODS])
    return [kind.__name__, kind.__module__, kind.__qualname__, bases, list(special), shown]


class RemoteType(type):
    """A class of the student's."""

    _far_class: tuple[Objects, int]

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Makes an object, in the student's process."""
        __tracebackhide__ = True
        objects, number = cls._far_class
        return objects.exchange.ask("call", number, list(args), kwargs)

    def __getattr__(cls, name: str) -> Any:
        __tracebackhide__ = True
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")
        objects, number = cls._far_class
        return objects.ask("get", number, name)

    def __setattr__(cls, name: str, value: Any) -> None:
        __tracebackhide__ = True
        objects, number = cls._far_class
        objects.ask("set", number, name, value)


class RemoteObject:
    """An object of the student's."""

    __slots__ = ("__weakref__", "_far")
    _far: tuple[Objects, int]

    def __getattr__(self, name: str) -> Any:
        __tracebackhide__ = True
        is_special = name.startswith("__") and name.endswith("__") and name not in ("__dict__", "__doc__")
        if is_special or name in OF_PYTHON:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        objects, number = self._far
        return objects.ask("get", number, name)

    def __setattr__(self, name: str, value: Any) -> None:
        __tracebackhide__ = True
        objects, number = self._far
        objects.ask("set", number, name, value)

    def __delattr__(self, name: str) -> None:
        __tracebackhide__ = True
        objects, number = self._far
        objects.ask("delete", number, name)

    def __repr__(self) -> str:
        __tracebackhide__ = True
        return _text(self, "repr")

    def __str__(self) -> str:
        __tracebackhide__ = True
        return _text(self, "str")


def _text(thing: RemoteObject, how: str) -> str:
    objects, number = object.__getattribute__(thing, "_far")
    text = objects.exchange.ask(how, number)
    if type(text) is not str:
        raise NotPlain("a text that is none")
    return text


class Objects:
    """Makes what stands for the student's classes and objects."""

    def __init__(self, exchange: Exchange, remote: Remote, namespace: dict[str, Any]) -> None:
        self.exchange = exchange
        self._remote = remote
        self.allowed = True
        """Whether a test may use them: with the reference solution it has to have used some."""
        self.operators: frozenset[str] | None = None
        """Which of the claimed operators a test may use; None for all."""
        self.used = False
        self.used_operators: set[str] = set()
        self._namespace = namespace
        self._classes: dict[int, type] = {}
        exchange.lending.makers |= {"K": self.class_, "J": self.object_}

    def allow(self, objects: bool, operators: Iterable[str] | None) -> None:
        """Says what the test of the next cell may use."""
        self.allowed, self.used = objects, False
        self.operators = None if operators is None else frozenset(operators)
        self.used_operators = set()

    def ask(self, deed: str, number: int, *given: Any) -> Any:
        """Asks for something that is done with an object."""
        __tracebackhide__ = True
        if not self.allowed:
            raise AttributeError("The tests of this cell use no attributes of this object.")
        outcome = self.exchange.ask(deed, number, *given)
        self.used = True
        return outcome

    def object_(self, number: Tree, kind: Tree, call: Tree) -> Any:
        """An object; with what is told of its call where it has one."""
        if type(number) is not int:
            raise Malformed("an object of no number")
        made = self.exchange.lending.values.value(kind)
        if not isinstance(made, type):
            raise Malformed("an object of no class")
        clients = flask_clients() if _is_flask(kind) else {}
        if call is not None and not self.allowed:
            name, is_async, parameters, text, is_function = call
            return self._remote.callable(number, name, is_async, parameters, text, is_function, clients)
        if not self.allowed or not isinstance(made, RemoteType):
            raise NotPlain(f"a value of type {made.__name__}")
        if call is None:
            self.used = True
        else:
            held = {"__slots__": (), "__module__": "__main__", "__call__": self._remote.method(number, *call)}
            made = RemoteType(made.__name__, (made,), held | clients)
        plain: type = made
        value: Any = object.__new__(plain)
        object.__setattr__(value, "_far", (self, number))
        return value

    def class_(self, number: Tree, *about: Tree) -> type:
        """A class; it is told about when it comes for the first time."""
        if type(number) is not int:
            raise Malformed("a class of no number")
        if number not in self._classes:
            name, module, path, bases, special, methods = about
            if not all(isinstance(text, str) for text in (name, module, path)):
                raise Malformed("a class without a name")
            made = [self.exchange.lending.values.value(base) for base in bases]
            self._classes[number] = self._error_class(name, module, path, made) or self._class(
                number, name, made, special, methods
            )
        return self._classes[number]

    def _error_class(self, name: str, module: str, path: str, bases: list[Any]) -> type | None:
        """The class of an exception: the one of this process where there is one of that name, else a new one."""
        above = tuple(base for base in bases if isinstance(base, type) and issubclass(base, BaseException))
        if not above:
            return None
        own = self._namespace.get(name) if module == "__main__" else _found(module, path)
        if isinstance(own, type) and issubclass(own, BaseException) and own.__module__ == module:
            return own
        if any(not issubclass(base, Exception) for base in above):
            raise NotPlain(f"an exception of type {name}")
        return type(name, above, {"__module__": "__main__"})

    def _class(self, number: int, name: str, bases: list[Any], special: list[str], methods: dict[str, bool]) -> type:
        above = tuple(base for base in bases if isinstance(base, RemoteType)) or (RemoteObject,)
        held: dict[str, Any] = {"__slots__": (), "__module__": "__main__", "_far_class": (self, number)}
        for method, is_async in methods.items():
            if method not in held and method != "_far":
                held[method] = self._method(str(method), is_async=bool(is_async))
        for method in special:
            if method in CLAIMED:
                held[method] = self._claimed(method)
            elif method == "__exit__":
                held[method] = self._exit()
            elif method in ASKED:
                held[method] = self._method(method, is_async=False)
            elif method in AWAITED:
                held[method] = self._method(method, is_async=True)
        if "__eq__" in held and "__hash__" not in held:
            held["__hash__"] = None
        return RemoteType(name, above, held)

    def _method(self, name: str, *, is_async: bool) -> Callable[..., Any]:
        if is_async:

            async def awaited(this: Any, *args: Any, **kwargs: Any) -> Any:
                __tracebackhide__ = True
                number = self._number(this)
                return await self.exchange.task("method", number, name, _without_traces(name, args), kwargs)

            return awaited

        def method(this: Any, *args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            return self.ask("method", self._number(this), name, _without_traces(name, args), kwargs)

        method.__name__ = name
        return method

    def _claimed(self, name: str) -> Callable[..., Any]:
        def claim(this: Any, *given: Any) -> Any:
            __tracebackhide__ = True
            if self.operators is not None and name not in self.operators:
                if name in COMPARED or (len(given) == 1 and name != "__contains__"):
                    return NotImplemented
                raise TypeError(f"The tests of this cell do not use {name} of this object.")
            if name in COMPARED and not isinstance(given[0], RemoteObject):
                return NotImplemented
            self.used_operators.add(name)
            return self.ask("method", self._number(this), name, list(given), {})

        return claim

    def _exit(self) -> Callable[..., Any]:
        def leave(this: Any, kind: Any, error: Any, trace: Any) -> bool:
            __tracebackhide__ = True
            told = self.ask("method", self._number(this), "__exit__", [kind, error, None], {})
            # What a test has found wrong, no object of the student's can make good.
            return bool(told) and not (isinstance(kind, type) and issubclass(kind, AssertionError))

        return leave

    def _number(self, this: Any) -> int:
        if not isinstance(this, RemoteObject):
            raise TypeError("This method needs an object of its class.")
        number: int = object.__getattribute__(this, "_far")[1]
        return number


def _is_flask(kind: Tree) -> bool:
    """Whether this is told of a class that is Flask's application, or one of its subclasses."""
    match kind:
        case ["K", int(), "Flask", "flask.app", *_]:
            return True
        case ["K", int(), _, _, _, [*bases], *_]:
            return any(_is_flask(base) for base in bases)
    return False


def flask_clients() -> dict[str, Any]:
    """What gives a Flask application its test client: one of this process, which no student's code can bend."""

    def test_client(app: Any, use_cookies: bool = True, **options: Any) -> Any:
        # Lazily: only tests that ask for it need them.
        from flask import Response
        from werkzeug.test import Client

        return Client(app, Response, use_cookies=use_cookies, **options)

    return {"test_client": test_client}


def _without_traces(name: str, args: tuple[Any, ...]) -> list[Any]:
    return [*args[:2], None] if name == "__aexit__" and len(args) == 3 else list(args)


def _found(module: str, path: str) -> Any:
    thing: Any = builtins if module == "builtins" else sys.modules.get(module)
    for part in path.split("."):
        thing = getattr(thing, part, None)
    return thing


def deeds(exchange: Exchange) -> None:
    """Lets the examiner do something with the objects of this process."""
    thing = exchange.lending.thing

    def method(number: Any, name: str, given: list[Any], named: dict[str, Any]) -> Any:
        value = thing(number)
        if name.startswith("__"):
            return getattr(type(value), name)(value, *given, **named)
        return getattr(value, name)(*given, **named)

    async def awaited(number: Any, name: str, given: list[Any], named: dict[str, Any]) -> Any:
        return await method(number, name, given, named)

    exchange.sync |= {
        "get": lambda number, name: getattr(thing(number), name),
        "set": lambda number, name, value: setattr(thing(number), name, value),
        "delete": lambda number, name: delattr(thing(number), name),
        "method": method,
        "repr": lambda number: repr(thing(number)),
        "str": lambda number: str(thing(number)),
    }
    exchange.tasks["method"] = awaited
