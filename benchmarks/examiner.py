"""What it costs to judge a test cell outside of the student's process, beside judging it inside."""

from __future__ import annotations

from autograde.examiner import PRELOAD
from autograde.examiner.examiner import Examiner
from autograde.examiner.plan import Examination, Outside, Setup
from autograde.kernel.session import Session
from autograde.kernel.warm import Warm
from benchmarks.measure import Measured, best_of

CELLS = 10
ROUNDS = 30
MORE = 0.002
"""Seconds that a cell judged outside may take longer."""
IMPORTS = "from werkzeug.test import Client\nfrom starlette.testclient import TestClient"
ANSWERS = """
from flask import Flask
from fastapi import FastAPI

def total(prices):
    return sum(prices)

site = Flask("library")

@site.get("/")
def home():
    return {"open": True}

api = FastAPI()

@api.get("/")
async def api_home():
    return {"open": True}
"""
TESTS = {
    "a function call": ("total", "assert total([1, 2]) == 3"),
    "a WSGI request": ("site", "assert Client(site).get('/').json == {'open': True}"),
    "an ASGI request": ("api", "assert TestClient(api).get('/').json() == {'open': True}"),
}


def measure() -> list[Measured]:
    """The same cell judged both ways, in turns."""
    with Warm(preload=[*PRELOAD, "flask", "werkzeug.test", "fastapi", "starlette.testclient"]) as warm:
        return [_measured(warm, what, name, test) for what, (name, test) in TESTS.items()]


def _measured(warm: Warm, what: str, name: str, test: str) -> Measured:
    outside = Outside(cell="test", place=1, needs=(name,), operators=())
    examination = Examination(notebook="desk", outside=(outside,), setup=(Setup(place=0, source=IMPORTS),))
    with warm.room({}) as room, warm.room({}) as own, Examiner(own, examination, student="ada") as examiner:
        student = room.session(links=examiner.links)
        for source in (IMPORTS, ANSWERS):
            student.run(source, seconds=30)
        ways = (lambda: _outside(examiner, student, test), lambda: _inside(student, test))
        # In turns, so that a busy moment of the machine disturbs both.
        pairs = [tuple(best_of(1, way) for way in ways) for _ in range(ROUNDS)]
    seconds, inside = (min(times) / CELLS for times in zip(*pairs, strict=True))
    return Measured(f"{what}, judged outside", seconds, "judged inside", inside, bound=inside + MORE)


def _outside(examiner: Examiner, student: Session, test: str) -> None:
    for _ in range(CELLS):
        assert examiner.judge("test", test, student, seconds=30).ok


def _inside(student: Session, test: str) -> None:
    for _ in range(CELLS):
        assert student.run(test, seconds=30).ok
