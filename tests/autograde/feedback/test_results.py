"""What a page carries for programs: the engine's own JSON, which nothing in it can break out of or run."""

from __future__ import annotations

import json
from datetime import datetime
from html.parser import HTMLParser

import msgspec

from autograde.feedback.marks import Mark, Marks
from autograde.feedback.page import make_page
from autograde.feedback.settings import Wishes
from autograde.run.document import VERSION, Document, StudentLine
from autograde.task import Judged
from tests.autograde.feedback.graded import work

MARKS = Marks(
    student="ada",
    assignment="week1",
    notebook="shop",
    marks={
        "price-test": Mark(points=0, most=2, message="assert price(7) == 13"),
        "total-test": Mark(points=0, most=1),
        "zero-test": Mark(points=1, most=1),
        "why": Mark(points=2.5, most=3, extra=0.5, by_hand=True),
        "draw": Mark(points=0, most=2, waiting=True),
        "lost": Mark(points=0, most=1),
    },
    comments={},
    penalty=0.5,
    score=3.5,
    most=10,
    judged={"price": Judged.UNTOUCHED, "price-test": Judged.OUTSIDE},
    graded_at=datetime(2026, 11, 20, 17, 5),
)
NASTY = "</script><!--<script>alert(1)</script>&\u2028"


class Block(HTMLParser):
    """What a browser finds in the page's one script element."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.open = "", False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            assert dict(attrs) == {"type": "application/json", "id": "autograde-results"}
            self.open = True

    def handle_endtag(self, tag: str) -> None:
        self.open &= tag != "script"

    def handle_data(self, data: str) -> None:
        if self.open:
            self.text += data


def block(marks: Marks, wishes: Wishes | None = None) -> str:
    return Block(make_page({"cells": work(), "metadata": {}}, marks, wishes or Wishes())).text


def read(text: str) -> tuple[Document, StudentLine]:
    document = msgspec.json.decode(text, type=Document)
    [student] = document.students
    return document, msgspec.json.decode(student, type=StudentLine)


def test_it_is_a_document_as_a_run_writes_it() -> None:
    document, student = read(block(MARKS))
    assert (document.version, document.ended, document.assignment) == (VERSION, "finished", "week1")
    assert (student.student, student.state) == ("ada", "graded")
    [notebook] = student.notebooks
    assert (notebook.notebook, notebook.points, notebook.most) == ("shop", 3.5, 10)


def test_each_part_has_its_points_and_how_it_was_judged() -> None:
    [notebook] = read(block(MARKS))[1].notebooks
    cells = {cell.cell: (cell.points, cell.most, cell.judged) for cell in notebook.cells}
    assert list(cells) == ["price", "price-test", "total", "total-test", "zero-test", "why", "draw", "lost"]
    assert cells["price"] == (None, 0, Judged.UNTOUCHED)
    assert cells["price-test"] == (0, 2, Judged.OUTSIDE)
    assert cells["why"] == (2.5, 3, Judged.BY_HAND)
    assert cells["draw"] == (None, 2, Judged.BY_HAND)


def test_it_says_when_it_was_graded_and_what_lateness_cost() -> None:
    [notebook] = json.loads(block(MARKS))["students"][0]["notebooks"]
    assert (notebook["graded_at"], notebook["penalty"]) == ("2026-11-20T17:05:00+00:00", 0.5)


def test_of_hidden_tests_it_says_no_more_than_the_page() -> None:
    [notebook] = read(block(MARKS))[1].notebooks
    messages = {cell.cell: cell.message for cell in notebook.cells}
    assert messages["price-test"] == "A hidden test failed: seven apples have a discount."
    assert messages["total-test"] == "This check failed: `assert total([1, 2]) == 3`"
    for secret in ("price(7)", "== 13", "n = 7", "HIDDEN TESTS"):
        assert secret not in block(MARKS)
    assert "discount" not in block(MARKS, Wishes(hidden_tests="nothing"))


def test_nothing_in_it_can_end_it_or_begin_something_else() -> None:
    marks = msgspec.structs.replace(
        MARKS, student=NASTY, marks={NASTY: Mark(points=0, most=1, message=NASTY)}, judged={}
    )
    text = block(marks)
    assert not set("<>&\u2028") & set(text)
    assert read(text)[1].student == NASTY
