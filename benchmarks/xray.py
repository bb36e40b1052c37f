"""What `xray` costs a program that was x-rayed before: nothing."""

from __future__ import annotations

from typing import Any

from benchmarks.measure import Measured, best_of
from course.frameworks.client import client
from course.frameworks.django import django_app
from course.frameworks.xray import xray

REQUESTS = 20
ROUNDS = 60
RATIO = 1.05


def measure() -> list[Measured]:
    """Requests to a program after an x-ray, beside those to its like that never had one; the ratio should be 1."""
    return [_compared(*pair) for pair in zip(_programs(), _programs(), strict=True)]


def _compared(program: tuple[str, Any], like: tuple[str, Any]) -> Measured:
    name, app = program
    xray(app, "GET", "/books")
    seen, unseen = client(app), client(like[1])
    # In turns, so that a busy moment of the machine disturbs both.
    pairs = [(best_of(1, lambda: _ask(seen)), best_of(1, lambda: _ask(unseen))) for _ in range(ROUNDS)]
    seconds, minimum = (min(times) for times in zip(*pairs, strict=True))
    what = f"{name}, {REQUESTS} requests after an x-ray"
    return Measured(what, seconds, "never x-rayed", minimum, bound=RATIO * minimum)


def _ask(session: Any) -> None:
    for _ in range(REQUESTS):
        session.get("/books").raise_for_status()


def _programs() -> list[tuple[str, Any]]:
    from django.http import HttpResponse
    from django.urls import path
    from fastapi import FastAPI
    from flask import Flask

    flask = Flask("library")
    flask.add_url_rule("/books", "books", lambda: "books")
    fastapi = FastAPI()
    fastapi.add_api_route("/books", lambda: "books")
    django = django_app([path("books", lambda request: HttpResponse("books"))])
    return [("Django", django), ("FastAPI", fastapi), ("Flask", flask)]
