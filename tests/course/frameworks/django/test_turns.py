"""Requests to Django programs with different settings take turns; those with the same run together."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings

from course.frameworks.django import django_setup, turns
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
