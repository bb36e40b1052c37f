"""Steps of a request, written down as they happen."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from course.frameworks.xray.trace import Step, Trace, current, place, replaced, watched


class Clock:
    """Goes on by one each time that it is read."""

    def __init__(self) -> None:
        self.now = -1.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def names(steps: tuple[Step, ...]) -> list[Any]:
    return [(step.name, names(step.children)) if step.children else step.name for step in steps]


def test_steps_lie_in_each_other() -> None:
    trace = Trace(Clock())
    with trace.step("view", "show_book"):
        with trace.brief("sql", "SELECT 1"):
            pass
        with trace.step("template", "book.html"), trace.step("template", "base.html"):
            pass
    assert names(trace.steps()) == [("show_book", ["SELECT 1", ("book.html", ["base.html"])])]


def test_the_own_time_of_a_step_is_what_lies_between_its_children() -> None:
    trace = Trace(Clock())
    with trace.step("view", "show_book"), trace.brief("sql", "SELECT 1"):
        pass
    (view,) = trace.steps()
    assert (view.seconds, view.children[0].seconds, view.own) == (3, 1, 2)


def test_the_end_of_a_step_ends_what_is_open_in_it() -> None:
    trace = Trace(Clock())
    layer = trace.begin("middleware", "CommonMiddleware")
    trace.begin("view", "show_book")
    trace.end(layer)
    trace.begin("answer", "sent")
    assert names(trace.steps()) == [("CommonMiddleware", ["show_book"]), "sent"]


def test_statements_that_run_at_the_same_time_lie_beside_each_other() -> None:
    trace = Trace(Clock())
    with trace.step("view", "show_book"), trace.brief("sql", "SELECT 1"), trace.brief("sql", "SELECT 2"):
        pass
    assert names(trace.steps()) == [("show_book", ["SELECT 1", "SELECT 2"])]


def test_an_exception_is_raised_in_one_step_and_passes_through_the_others() -> None:
    trace = Trace(Clock())
    with pytest.raises(LookupError), trace.step("middleware", "outer"), trace.step("view", "inner"):
        raise LookupError("no such book")
    outer, inner = next(iter(trace.steps())).walk()
    assert (outer.outcome, outer.problem) == ("passed on", "")
    assert inner.outcome == "raised"
    assert inner.problem.startswith("LookupError: no such book (test_trace.py, line ")


def test_a_watched_function_writes_down_its_calls_only_for_a_trace() -> None:
    double: Callable[[int], int] = watched(lambda number: number * 2, "view", "double")
    assert double(2) == 4
    trace = Trace(Clock())
    token = current.set(trace)
    try:
        assert double(3) == 6
    finally:
        current.reset(token)
    assert names(trace.steps()) == ["double"]


def test_a_watched_coroutine_function_lasts_until_it_is_awaited() -> None:
    async def wait() -> str:
        await asyncio.sleep(0)
        return "done"

    async def request(trace: Trace) -> str:
        current.set(trace)
        return await watched(wait, "view")()

    trace = Trace(Clock())
    assert asyncio.run(request(trace)) == "done"
    assert trace.steps()[0].seconds == 1


def test_something_replaced_is_back_afterwards_even_after_an_exception() -> None:
    class Shelf:
        def books(self) -> str:
            return "books"

    shelf, method = Shelf(), vars(Shelf)["books"]
    with pytest.raises(LookupError), replaced(Shelf, "books", lambda was: lambda self: "traced"):  # noqa: PT012
        assert shelf.books() == "traced"
        raise LookupError
    assert vars(Shelf)["books"] is method
    with replaced(shelf, "books", lambda was: lambda: f"{was()} traced"):
        assert shelf.books() == "books traced"
    assert vars(shelf) == {}


def test_several_share_a_replacement_and_the_last_takes_it_away() -> None:
    shelf = SimpleNamespace(count=1)
    entered, leave = threading.Event(), threading.Event()

    def other() -> None:
        with replaced(shelf, "count", lambda was: was + 10):
            entered.set()
            leave.wait(10)

    with replaced(shelf, "count", lambda was: was + 10):
        thread = threading.Thread(target=other)
        thread.start()
        entered.wait(10)
        assert shelf.count == 11
    assert shelf.count == 11
    leave.set()
    thread.join(10)
    assert shelf.count == 1


def test_the_place_of_a_library_is_not_told() -> None:
    assert place(asyncio.run) == ""
    assert place(names).startswith("test_trace.py, line ")
