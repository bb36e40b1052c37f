"""What happens during one request, written down step by step while it happens."""

from __future__ import annotations

import functools
import inspect
import re
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from traceback import walk_tb
from typing import Any, Literal, ParamSpec, TypeVar

from course.frameworks.routing import Routing, name_of

Outcome = Literal["", "answered", "raised", "passed on", "refused", "not reached"]
"""What became of a step: "answered": the answer is made here; "raised": an exception began here; "passed on": it came
from inside and went on outwards; "refused": it found the input wrong; "not reached"; or nothing special."""

LIBRARIES = (*(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")), str(Path(__file__).parents[1]))
CHANGED = re.compile(r"makes (\d+) of the answer (\d+)")
"""What is said of a layer that answers with another status than came to it."""
LAYERS = ("middleware", "mounted")
"""Kinds of steps that lie around everything that follows: the request goes in, the answer comes out."""
Words = str | Callable[[], str]
"""Words, or what gives them: asked where nothing that it raises harms."""
P = ParamSpec("P")
T = TypeVar("T")


def harmless(record: Callable[P, T]) -> Callable[P, T | None]:
    """`record`, which gives None where it would raise: a program that is traced must go on as if it were not.

    All that is done to write down a request goes through this; the trace knows that something is missing in it.
    """

    @functools.wraps(record)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T | None:
        try:
            return record(*args, **kwargs)
        except Exception as exception:
            trace = current.get()
            if trace is not None:
                trace.missing = trace.missing or type(exception).__name__
            return None

    return wrapper


@dataclass(frozen=True)
class Step:
    """One thing that happened. Times are seconds since the request came in."""

    kind: str
    name: str
    detail: str = ""
    where: str = ""
    """The learner's line that it comes from, or ""."""
    outcome: Outcome = ""
    problem: str = ""
    """What went wrong, in words."""
    begin: float = 0.0
    end: float = 0.0
    children: tuple[Step, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it took, with all that lies in it."""
        return self.end - self.begin

    @property
    def own(self) -> float:
        """The seconds that none of its children took."""
        return max(0.0, self.seconds - sum(child.seconds for child in self.children))

    @property
    def inner(self) -> Step | None:
        """The next layer inside of this one."""
        return next((child for child in self.children if child.kind in LAYERS), None)

    def walk(self) -> Iterator[Step]:
        """This step, then all inside of it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(eq=False)
class Open:
    """A step that is being written down."""

    kind: str
    name: str
    detail: str = ""
    where: str = ""
    outcome: Outcome = ""
    problem: str = ""
    begin: float = 0.0
    end: float | None = None
    children: list[Open] = field(default_factory=list)

    def step(self, latest: float) -> Step:
        """As it was written down; a step that is not over ends at `latest`."""
        end = latest if self.end is None else self.end
        children = tuple(child.step(end) for child in self.children)
        about = (self.kind, self.name, self.detail, self.where, self.outcome, self.problem)
        return Step(*about, begin=self.begin, end=end, children=children)


class Trace:
    """The steps of one request. Its steps lie in each other in the order in which they were begun and ended."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock, self._zero = clock, clock()
        self._stack: list[Open] = []
        self._seen: list[BaseException] = []
        self.roots: list[Open] = []
        self.plan: list[str] = []
        """The layers that a request passes from outside to inside, if none of them answers by itself."""
        self.status: int | None = None
        """That of the answer, as the layers that it has passed until now have left it."""
        self.route: Callable[[], Routing] | None = None
        """How the view was looked for: it is worked out afterwards, so that it costs the request no time."""
        self.missing = ""
        """The type of the first exception because of which something could not be written down."""

    def begin(self, kind: str, name: Words, detail: Words = "", where: Words = "", *, brief: bool = False) -> Open:
        """Begins a step inside of the one that was begun last and is not over. In a `brief` one lies no other."""
        node = Open(kind, _said(name), _said(detail), _said(where))
        self._place(node, brief)
        return node

    @harmless
    def _place(self, node: Open, brief: bool) -> None:
        node.begin = self._now()
        (self._stack[-1].children if self._stack else self.roots).append(node)
        if not brief:
            self._stack.append(node)

    @harmless
    def end(self, node: Open) -> None:
        """Ends a step, and those inside of it that are still open. A second time it does nothing."""
        now = self._now()
        while node in self._stack:
            self._stack.pop().end = now
        node.end = now if node.end is None else node.end

    @contextmanager
    def step(self, kind: str, name: Words, detail: Words = "", where: Words = "") -> Iterator[Open]:
        """A step that lasts as long as the block; an exception is noted and goes on."""
        node = self.begin(kind, name, detail, where)
        try:
            yield node
        except BaseException as exception:
            self.failed(node, exception)
            raise
        finally:
            self.end(node)

    @contextmanager
    def brief(self, kind: str, name: Words, detail: Words = "") -> Iterator[Open]:
        """A step in which no other lies, so that several may run at the same time; SQL for example."""
        node = self.begin(kind, name, detail, brief=True)
        try:
            yield node
        except BaseException as exception:
            self.failed(node, exception)
            raise
        finally:
            self.end(node)

    @harmless
    def failed(self, node: Open, exception: BaseException) -> None:
        """An exception left a step: the first to see it is where it was raised."""
        if node.outcome in ("answered", "refused"):
            return
        if any(seen is exception for seen in self._seen):
            node.outcome = node.outcome or "passed on"
        else:
            self._seen.append(exception)
            node.outcome, node.problem = "raised", _said(lambda: summary(exception))

    @property
    def innermost(self) -> Open | None:
        """The step that was begun last and is not over."""
        return self._stack[-1] if self._stack else None

    def inside(self, kind: str) -> bool:
        """Whether a step of this kind is going on."""
        return any(node.kind == kind for node in self._stack)

    @harmless
    def answered(self, node: Open, status: int | str) -> None:
        """The answer leaves a layer; if it is another one than that which came to it, that is noted."""
        status = int(str(status)[:3])
        if self.status is not None and status != self.status:
            node.detail = f"makes {status} of the answer {self.status}"
        self.status = status
        self.end(node)

    def steps(self) -> tuple[Step, ...]:
        """What was written down."""
        latest = self._now()
        return tuple(root.step(latest) for root in self.roots)

    def close(self) -> None:
        """Forgets the exceptions, which hold on to the variables of the views that raised them."""
        self._seen.clear()

    def _now(self) -> float:
        return self._clock() - self._zero


current: ContextVar[Trace | None] = ContextVar("current_trace", default=None)
"""The trace of the request that is being handled, where one is wanted."""


def _said(words: Words) -> str:
    return words if isinstance(words, str) else harmless(words)() or ""


def watched(
    function: Callable[..., Any], kind: str, name: str = "", after: Callable[[Open, Any], None] | None = None
) -> Callable[..., Any]:
    """`function`, which writes down each of its calls while a request is traced; `after` sees what it returned."""
    return harmless(_watched)(function, kind, name, harmless(after) if after else None) or function


def _watched(
    function: Callable[..., Any], kind: str, name: str, after: Callable[[Open, Any], None] | None
) -> Callable[..., Any]:
    name, where = name or name_of(function), place(function)
    updated = ("__dict__",) if inspect.isroutine(function) else ()

    @functools.wraps(function, updated=updated)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        trace = current.get()
        if trace is None:
            return function(*args, **kwargs)
        with trace.step(kind, name, where=where) as node:
            result = function(*args, **kwargs)
            if after:
                after(node, result)
        return result

    @functools.wraps(function, updated=updated)
    async def async_wrapper(*args: Any, **kwargs: Any) -> Any:
        trace = current.get()
        if trace is None:
            return await function(*args, **kwargs)
        with trace.step(kind, name, where=where) as node:
            result = await function(*args, **kwargs)
            if after:
                after(node, result)
        return result

    return async_wrapper if inspect.iscoroutinefunction(written_as(function)) else wrapper


def written_as(function: Any) -> Any:
    """The function or class behind decorators, or the `__call__` of an object."""
    plain = inspect.unwrap(function)
    return plain if inspect.isroutine(plain) or inspect.isclass(plain) else type(plain).__call__


_lock = threading.RLock()
_shared: dict[Any, list[Any]] = {}


@contextmanager
def shared(key: Any, make: Callable[[], AbstractContextManager[Any]]) -> Iterator[None]:
    """The context that `make` gives; several at the same time share one, which ends with the last of them."""
    with _lock:
        if key not in _shared:
            context = make()
            context.__enter__()
            _shared[key] = [0, context]
        _shared[key][0] += 1
    try:
        yield
    finally:
        with _lock:
            _shared[key][0] -= 1
            if not _shared[key][0]:
                _shared.pop(key)[1].__exit__(None, None, None)


def replaced(owner: Any, name: str, change: Callable[[Any], Any]) -> AbstractContextManager[None]:
    """`owner.name` is `change(what it was)` meanwhile. Several at the same time share the change; the last restores."""

    @contextmanager
    def exchange() -> Iterator[None]:
        owned = name in vars(owner) if hasattr(owner, "__dict__") else True
        was = vars(owner)[name] if owned and hasattr(owner, "__dict__") else getattr(owner, name)
        setattr(owner, name, change(was))
        try:
            yield
        finally:
            if owned:
                setattr(owner, name, was)
            else:
                delattr(owner, name)

    return shared((id(owner), name), exchange)


def summary(exception: BaseException) -> str:
    """The type of an exception, the first line of its text, and the learner's line in which it was raised."""
    text = str(exception).strip().split("\n")[0]
    lines = [located(frame.f_code.co_filename, line) for frame, line in walk_tb(exception.__traceback__)]
    where = next((f" ({line})" for line in reversed(lines) if line), "")
    return (f"{type(exception).__name__}: {text}" if text else type(exception).__name__) + where


def place(function: Any) -> str:
    """Where the learner wrote a function: "line 3 of its cell", "views.py, line 12", or "" for a library's."""
    while isinstance(function, functools.partial):
        function = function.func
    written = getattr(function, "view_class", None) or getattr(function, "cls", None) or inspect.unwrap(function)
    parts = list(vars(written).values()) if inspect.isclass(written) else [written, type(written).__call__]
    codes = [getattr(getattr(part, "__func__", part), "__code__", None) for part in parts]
    found = min((code for code in codes if code), key=lambda code: code.co_firstlineno, default=None)
    return located(found.co_filename, found.co_firstlineno) if found else ""


def located(file: str, line: int) -> str:
    """The place of a line in words; "" for a library's."""
    if "ipykernel_" in file or "ipython-input" in file:
        return f"line {line} of its cell"
    if file.startswith(LIBRARIES) or not Path(file).is_file():
        return ""
    return f"{Path(file).name}, line {line}"
