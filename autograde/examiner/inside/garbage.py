"""Garbage: what stands for a student's names to see whether a test notices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

MODES = ("wrong", "raising")
"""It answers nonsense, or it raises whatever is done with it."""
STATUS = "299 Nonsense"
BODY = b"nonsense"


class Nonsense(Exception):
    """What garbage raises."""


class Garbage:
    """An object that does nothing right."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Garbage()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """More garbage; as a WSGI application, an answer of it."""
        if len(args) == 2 and isinstance(args[0], dict) and "wsgi.version" in args[0]:
            args[1](STATUS, [("Content-Type", "text/plain")])
            return [BODY]
        return Garbage()

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __contains__(self, item: Any) -> bool:
        return False

    def __getitem__(self, key: Any) -> Any:
        return Garbage()

    def __enter__(self) -> Garbage:
        return self

    def __exit__(self, *details: Any) -> None:
        return None

    def __repr__(self) -> str:
        return "nonsense"


async def garbage_coroutine(*args: Any, **kwargs: Any) -> Any:
    """A coroutine function that gives garbage, and an ASGI application that answers it."""
    if len(args) == 3 and isinstance(args[0], dict) and "type" in args[0]:
        await _answer(*args)
    return Garbage()


class GarbageApplication(Garbage):
    """An ASGI application that answers garbage."""

    async def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Answers."""
        return await garbage_coroutine(*args, **kwargs)


async def _answer(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": int(STATUS[:3]), "headers": []})
        await send({"type": "http.response.body", "body": BODY})
    elif scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4000})
    else:
        await receive()
        await send({"type": "lifespan.startup.complete"})


class GarbageError(Exception):
    """Stands for a class of the student's that is perhaps one of exceptions."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Garbage()


def _raise(*args: Any, **kwargs: Any) -> NoReturn:
    raise Nonsense("nonsense")


class Raising:
    """An object that raises whatever is done with it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        raise Nonsense("nonsense")

    __call__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __len__ = __iter__ = _raise
    __contains__ = __getitem__ = __setitem__ = __enter__ = __add__ = __radd__ = __sub__ = __mul__ = _raise
    __hash__ = object.__hash__

    def __exit__(self, *details: Any) -> None:
        return None

    def __repr__(self) -> str:
        return "nonsense"


async def _raise_later(*args: Any, **kwargs: Any) -> NoReturn:
    raise Nonsense("nonsense")


class RaisingApplication(Raising):
    """An ASGI application that raises."""

    async def __call__(self, *args: Any, **kwargs: Any) -> NoReturn:  # type: ignore[override]
        """Raises."""
        raise Nonsense("nonsense")


def _function(*args: Any, **kwargs: Any) -> Any:
    return Garbage()(*args, **kwargs)


WRONG: dict[str, Any] = {
    "function": _function,
    "async": garbage_coroutine,
    "async object": GarbageApplication(),
    "class": GarbageError,
}
RAISING: dict[str, Any] = {"function": _raise, "async": _raise_later, "async object": RaisingApplication()}


def bind(shell: Any, kinds: Mapping[str, str], mode: str) -> None:
    """Binds names to garbage of their kind."""
    for name, kind in kinds.items():
        if kind == "module":
            continue
        shell.user_ns[name] = WRONG.get(kind, Garbage()) if mode == "wrong" else RAISING.get(kind, Raising())
