"""Requests to Django programs with different settings take turns; those with the same run together."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from contextvars import Context
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from course import client
from course.frameworks.django import django_app, django_setup, turns
from course.frameworks.django.turns import async_turn, turn

GERMAN = {"LANGUAGE_CODE": "de"}
FRENCH = {"LANGUAGE_CODE": "fr"}
SOON = 0.2
LATE = 20


@pytest.fixture(autouse=True)
def nothing_remains() -> Iterator[None]:
    django_setup()
    yield
    assert settings.LANGUAGE_CODE == "en-us"


def test_requests_of_many_programs_at_once_see_their_own_settings_only() -> None:
    def ask(code: str | None) -> bool:
        with turn({"LANGUAGE_CODE": code} if code else {}):
            before = settings.LANGUAGE_CODE
            threading.Event().wait(0.001)
            return before == settings.LANGUAGE_CODE == (code or "en-us")

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(ask, ["de", "fr", None] * 40))


def test_the_same_settings_run_together() -> None:
    both = threading.Barrier(2)

    def ask() -> str:
        with turn(dict(GERMAN)):
            both.wait(LATE)
            return settings.LANGUAGE_CODE

    with ThreadPoolExecutor(2) as pool:
        assert [answer.result(LATE) for answer in [pool.submit(ask), pool.submit(ask)]] == ["de", "de"]


def test_other_settings_wait_until_all_have_left() -> None:
    entered, leave, second = threading.Event(), threading.Event(), threading.Event()

    def first() -> None:
        with turn(GERMAN):
            entered.set()
            leave.wait(LATE)

    def later() -> str:
        with turn(FRENCH):
            second.set()
            return settings.LANGUAGE_CODE

    with ThreadPoolExecutor(2) as pool:
        pool.submit(first)
        entered.wait(LATE)
        answer = pool.submit(later)
        assert not second.wait(SOON)
        leave.set()
        assert answer.result(LATE) == "fr"


def test_a_request_from_within_another_sees_none_of_its_settings() -> None:
    with turn({**GERMAN, "DEBUG": False}):
        with turn(FRENCH):
            assert (settings.LANGUAGE_CODE, settings.DEBUG) == ("fr", True)
            with turn({}):
                assert (settings.LANGUAGE_CODE, settings.DEBUG) == ("en-us", True)
            assert (settings.LANGUAGE_CODE, settings.DEBUG) == ("fr", True)
        assert (settings.LANGUAGE_CODE, settings.DEBUG) == ("de", False)


def test_a_request_that_fails_leaves_nothing_behind() -> None:
    with pytest.raises(ZeroDivisionError), turn(GERMAN):
        _ = 1 / 0
    with turn(FRENCH):
        assert settings.LANGUAGE_CODE == "fr"


def test_awaited_requests_take_turns_and_do_not_block_their_loop() -> None:
    async def ask(code: str) -> bool:
        async with async_turn({"LANGUAGE_CODE": code}):
            await asyncio.sleep(0.001)
            return code == settings.LANGUAGE_CODE

    async def many() -> list[bool]:
        return await asyncio.gather(*(ask(code) for code in ["de", "fr"] * 10))

    assert all(asyncio.run(many()))


def test_requests_from_within_others_overlap_and_leave_nothing_behind() -> None:
    both = threading.Barrier(2)

    def ask(code: str) -> list[str]:
        with turn({}):
            both.wait(LATE)
            with turn({"LANGUAGE_CODE": code}):
                seen = [settings.LANGUAGE_CODE]
                threading.Event().wait(0.01)
                seen.append(settings.LANGUAGE_CODE)
            return [*seen, settings.LANGUAGE_CODE]

    for codes in (["de", "de"], ["de", "fr"]):
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(ask, codes)) == [[code, code, "en-us"] for code in codes]
        assert settings.LANGUAGE_CODE == "en-us"


def test_a_request_from_within_another_with_the_same_settings_does_not_wait_in_line() -> None:
    wait = threading.Event()

    def other() -> None:
        with turn(FRENCH):
            pass

    with ThreadPoolExecutor(1) as pool:
        with turn(GERMAN):
            answer = pool.submit(other)
            wait.wait(SOON)
            with turn(dict(GERMAN)):
                assert settings.LANGUAGE_CODE == "de"
        answer.result(LATE)


def test_parts_of_a_request_may_ask_other_programs_at_once() -> None:
    async def ask(code: str, times: int) -> bool:
        seen = []
        for _ in range(times):
            async with async_turn({"LANGUAGE_CODE": code}):
                await asyncio.sleep(0.001)
                seen.append(settings.LANGUAGE_CODE)
        return seen == [code] * times

    async def view() -> list[bool | str]:
        async with async_turn({"DEBUG": False}):
            asked = await asyncio.gather(ask("de", 3), ask("fr", 2), ask("it", 4))
            return [*asked, f"{settings.LANGUAGE_CODE} {settings.DEBUG}"]

    assert asyncio.run(view()) == [True, True, True, "en-us False"]
    assert settings.DEBUG


def test_what_a_request_began_and_did_not_wait_for_brings_its_settings_not_back() -> None:
    async def view() -> asyncio.Task[None]:
        async with async_turn({"DEBUG": False}):
            return asyncio.create_task(later())

    async def later() -> None:
        async with async_turn(GERMAN):
            assert settings.DEBUG

    async def both() -> None:
        await (await view())

    asyncio.run(both())
    assert settings.DEBUG


def test_who_came_first_enters_first_however_many_keep_coming() -> None:
    done = threading.Event()

    def keep_asking() -> None:
        while not done.is_set():
            with turn({}):
                threading.Event().wait(0.005)

    def ask() -> str:
        with turn(GERMAN):
            return settings.LANGUAGE_CODE

    async def awaited() -> str:
        async with async_turn(FRENCH):
            return settings.LANGUAGE_CODE

    with ThreadPoolExecutor(6) as pool:
        for _ in range(4):
            pool.submit(keep_asking)
        answers = [pool.submit(ask), pool.submit(asyncio.run, awaited())]
        try:
            assert [answer.result(turns.PATIENCE / 2) for answer in answers] == ["de", "fr"]
        finally:
            done.set()


def test_who_gives_up_lets_those_enter_who_came_later() -> None:
    async def give_up() -> None:
        async with async_turn(FRENCH):
            raise AssertionError

    def ask() -> str:
        with turn(GERMAN):
            return settings.LANGUAGE_CODE

    async def cell() -> str:
        async with async_turn(GERMAN):
            waiting = asyncio.create_task(give_up(), context=Context())
            await asyncio.sleep(0)
            later = asyncio.get_running_loop().run_in_executor(None, ask)
            await asyncio.sleep(SOON)
            waiting.cancel()
            return await asyncio.wait_for(later, turns.PATIENCE / 2)

    assert asyncio.run(cell()) == "de"


def test_parts_of_a_request_that_come_back_at_once_are_inside_once() -> None:
    async def view() -> None:
        async with async_turn(GERMAN) as own:
            elsewhere, other = Context(), ExitStack()
            own.leave()
            elsewhere.run(other.enter_context, turn(FRENCH))
            parts = []
            for _ in range(2):
                parts.append(asyncio.create_task(own.async_enter()))
                await asyncio.sleep(0)
                own.leave()
            parts.append(asyncio.create_task(own.async_enter()))
            await asyncio.sleep(0)
            elsewhere.run(other.close)
            await asyncio.gather(*parts)
            assert settings.LANGUAGE_CODE == "de"

    asyncio.run(view())


@pytest.mark.parametrize("own", [{}, GERMAN])
def test_a_stream_that_is_open_keeps_no_other_program_waiting(own: dict[str, str]) -> None:
    other = django_app([path("", lambda request: HttpResponse(settings.LANGUAGE_CODE))], asgi=True, **FRENCH)

    async def chunks() -> AsyncIterator[str]:
        for _ in range(2):
            yield settings.LANGUAGE_CODE
        assert await answer(other) == [b"fr"]
        yield settings.LANGUAGE_CODE

    app = django_app([path("", lambda request: StreamingHttpResponse(chunks()))], asgi=True, **own)

    async def cell() -> list[bytes]:
        async def reader() -> None:
            assert await asyncio.create_task(answer(other), context=Context()) == [b"fr"]

        return await answer(app, reader)

    code = own.get("LANGUAGE_CODE", "en-us").encode()
    assert asyncio.run(cell()) == [code, code, code]


def test_a_stream_that_waits_for_something_to_tell_keeps_no_other_program_waiting() -> None:
    async def cell() -> str:
        news, open_ = asyncio.Event(), asyncio.Event()

        async def events() -> AsyncIterator[str]:
            open_.set()
            await news.wait()
            yield "data: Emma is back\n\n"

        app = django_app([path("", lambda request: StreamingHttpResponse(events()))], asgi=True)
        reading = asyncio.create_task(answer(app), context=Context())
        await open_.wait()
        with turn(GERMAN):
            code = settings.LANGUAGE_CODE
        news.set()
        assert await reading == [b"data: Emma is back\n\n"]
        return code

    assert asyncio.run(cell()) == "de"


@pytest.mark.parametrize(("outer", "inner"), [(False, False), (False, True), (True, False), (True, True)])
def test_a_view_may_ask_a_program_over_either_protocol(outer: bool, inner: bool) -> None:
    def show(request: HttpRequest) -> HttpResponse:
        return HttpResponse(settings.LANGUAGE_CODE)

    def ask(request: HttpRequest) -> HttpResponse:
        asked = [client(app).get("/").text for app in (same, other)]
        return HttpResponse(" ".join([*asked, settings.LANGUAGE_CODE]))

    same = django_app([path("", show)], asgi=inner, **GERMAN)
    other = django_app([path("", show)], asgi=inner, **FRENCH)
    assert client(django_app([path("", ask)], asgi=outer, **GERMAN)).get("/").text == "de fr de"


async def answer(app: Any, reader: Callable[[], Awaitable[None]] | None = None) -> list[bytes]:
    """The parts of a program's answer, each of which the reader gets before the program goes on."""
    parts: list[bytes] = []
    messages = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        if message.get("body"):
            parts.append(message["body"])
            if reader:
                await reader()

    await app({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}, receive, send)
    return parts


def test_an_awaited_request_from_within_another_does_not_wait() -> None:
    async def ask() -> str:
        async with async_turn(GERMAN):
            async with async_turn(FRENCH):
                inner = settings.LANGUAGE_CODE
            return f"{inner} {settings.LANGUAGE_CODE}"

    assert asyncio.run(ask()) == "fr de"


def test_who_waits_too_long_is_told_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    with ThreadPoolExecutor(1) as pool, turn(GERMAN):

        def ask() -> None:
            with turn(FRENCH):
                pass

        async def wait() -> None:
            async with async_turn(FRENCH):
                pass

        for waiting in (ask, lambda: asyncio.run(wait())):
            with pytest.raises(RuntimeError, match=r"make one of them a project\(\.\.\.\)"):
                pool.submit(waiting).result(LATE)
