"""A desk at which one test cell is judged: a student's session, an examiner's, and the line between them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import pytest

from autograde.examiner import PRELOAD
from autograde.examiner.examiner import Examiner
from autograde.examiner.plan import Examination, Outside, Setup
from autograde.kernel.ran import Ran
from autograde.kernel.room import Room
from autograde.kernel.session import Session
from autograde.kernel.warm import Warm
from autograde.settings import Limits

WEB = ("flask", "werkzeug.test", "fastapi", "starlette.testclient", "httpx", "course.frameworks.client", "pytest")


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    with Warm(limits=Limits(cell_seconds=20), preload=(*PRELOAD, *WEB)) as warm:
        yield warm


class Desk:
    """A student's notebook that has been run, and the examiner's session for its tests."""

    def __init__(self, room: Room, own: Room, setup: Sequence[str] = ()) -> None:
        self._room, self._own = room, own
        self._setup = tuple(Setup(place=place, source=source) for place, source in enumerate(setup))
        self._needs: list[str] = []
        self._tests = 0
        self.examiner: Examiner
        self.student: Session
        self._open(())

    def _open(self, outside: Sequence[Outside]) -> None:
        self._examination = Examination(notebook="desk", outside=tuple(outside), setup=self._setup)
        self.examiner = Examiner(self._own, self._examination, student="ada")
        self.student = self._room.session(links=self.examiner.links)

    def answer(self, source: str) -> Ran:
        """Runs a cell of the student's."""
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self._needs.append(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self._needs.append(node.id)
        return self.student.run(source, seconds=20)

    def judge(
        self, source: str, *, seconds: float = 20, objects: bool = True, operators: Sequence[str] | None = None
    ) -> Ran:
        """Judges a test cell that may use every name the student's cells have bound."""
        words = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
        needs = tuple(name for name in dict.fromkeys(self._needs) if name in words)
        self._tests += 1
        each = Outside(
            cell=f"test-{self._tests}",
            place=100 + self._tests,
            needs=needs,
            objects=objects,
            operators=None if operators is None else tuple(operators),
        )
        self.examiner._examination = Examination(notebook="desk", outside=(each,), setup=self._setup)
        return self.examiner.judge(each.cell, source, self.student, seconds=seconds)

    def close(self) -> None:
        """Ends both."""
        self.examiner.close()


@pytest.fixture
def desk(warm: Warm) -> Iterator[Desk]:
    with warm.room({}) as room, warm.room({}) as own:
        desk = Desk(room, own)
        yield desk
        desk.close()


def said(ran: Ran) -> str:
    """What was printed."""
    return "".join(output["text"] for output in ran.outputs if output["output_type"] == "stream")
