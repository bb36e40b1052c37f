"""The page of a student: scores and messages together, offline, and safe to open."""

from __future__ import annotations

import base64
import hashlib
import re
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from autograde.feedback.marks import Mark, Marks
from autograde.feedback.page import make_page
from autograde.feedback.settings import Wishes
from tests.autograde.feedback.graded import answer, code, failed, frame, grade, words, work

MARKS = Marks(
    student="ada",
    assignment="week1",
    notebook="shop",
    marks={
        "price-test": Mark(points=0, most=2),
        "total-test": Mark(points=0, most=1),
        "zero-test": Mark(points=1, most=1),
        "why": Mark(points=2.5, most=3, extra=0.5, by_hand=True),
        "draw": Mark(points=0, most=2, waiting=True),
        "lost": Mark(points=0, most=1),
    },
    comments={"why": "Nearly. *Which* <script>alert(1)</script>apples?", "total": "No response."},
    penalty=0.5,
    score=3.5,
    most=10,
    whole=(7, 20),
)
PAGE = make_page({"cells": work(), "metadata": {}}, MARKS, Wishes(), fingerprint="f00d")


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


TAGS = Tags(PAGE)


def text(page: str) -> str:
    """What a person reads of a page."""
    body = re.sub(r"</?(p|div|td|th|tr|h[1-6]|li|pre|details|summary)\b", r" \g<0>", page.split("<body>")[1])
    return " ".join(unescape(re.sub(r"<[^>]*>", "", body)).split())


def rows(page: str) -> dict[str, str]:
    """The table of scores, by part."""
    table = page.split('<table class="scores">')[1].split("</table>")[0]
    lines = [text(f"<body>{row}") for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.S)]
    return {line.split(" ")[0]: line for line in lines}


def test_the_table_says_for_each_part_points_and_reason() -> None:
    table = rows(PAGE)
    assert table["price-test"] == "price-test 0 of 2 ✗ no points A hidden test failed: seven apples have a discount."
    assert table["total-test"] == "total-test 0 of 1 ✗ no points This check failed: assert total([1, 2]) == 3"
    assert table["zero-test"] == "zero-test 1 of 1 ✓ full points"
    assert table["why"] == "why 2.5 of 3 (0.5 extra) ◐ part of the points A grader gave these points."
    assert table["draw"] == "draw 0 of 2 … not graded yet A person has still to look at this."
    assert table["Handed"] == "Handed in late −0.5"
    assert table["Total"] == "Total 3 of 10"


def test_its_head_says_the_total_the_penalty_and_what_is_not_final() -> None:
    assert "3 of 10 points after 0.5 off for being late, not final: 1 answer waits for a person" in text(PAGE)
    assert "The whole assignment: 7 of 20." in text(PAGE)


def test_every_part_is_linked_to_its_cell() -> None:
    ids = {attributes["id"] for _, attributes in TAGS.found if "id" in attributes}
    links = [attributes["href"] for attributes in TAGS.all("a")]
    inner = [link for link in links if link and link.startswith("#")]
    assert len(inner) > len(MARKS.marks)
    assert {link.removeprefix("#") for link in inner if link} <= ids


def test_a_part_that_the_notebook_does_not_hold_is_told() -> None:
    assert "Parts that your notebook does not hold lost: 0 of 1" in text(PAGE)


def test_score_and_message_stand_at_the_cell_with_the_comment_of_the_grader() -> None:
    assert "Test price-test 0 of 2 ✗ no points A hidden test failed: seven apples have a discount." in text(PAGE)
    assert "Your answer why 2.5 of 3 (0.5 extra) ◐ part of the points A grader gave these points." in text(PAGE)
    assert "A grader gave these points. Comment Nearly. Which apples?" in text(PAGE)
    assert "Your answer total Comment No response." in text(PAGE)


def test_no_hidden_test_is_on_the_page_in_any_form() -> None:
    for secret in ("price(7)", "== 13", "n = 7", "HIDDEN TESTS"):
        assert secret not in unescape(PAGE)
    assert "What was shown while hidden tests ran is not part of this page." in text(PAGE)


def test_what_was_printed_in_a_test_with_hidden_parts_is_shown_when_the_instructor_wants_it() -> None:
    shown = make_page({"cells": work()}, MARKS, Wishes(hidden_tests="outputs"))
    assert "price(7) was asked" in text(shown)
    assert "== 13" not in unescape(shown)


def test_its_content_policy_forbids_scripts_and_everything_from_elsewhere() -> None:
    (policy,) = [meta["content"] for meta in TAGS.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in str(policy).split(";"))
    style = PAGE.split("<style>")[1].split("</style>")[0]
    known = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert rules == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": f"'sha256-{known}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_it_runs_no_script_and_loads_nothing() -> None:
    names = {tag for tag, _ in TAGS.found}
    assert TAGS.all("script") == [{"type": "application/json", "id": "autograde-results"}]
    assert not names & {"link", "iframe", "object", "embed", "form", "input", "video", "audio", "svg"}
    assert all(str(image["src"]).startswith("data:image/") for image in TAGS.all("img"))
    assert not [name for _, attributes in TAGS.found for name in attributes if name.startswith("on") or name == "style"]
    assert len(TAGS.all("style")) == 1
    assert "url(" not in PAGE
    assert "@import" not in PAGE


def test_headings_do_not_skip_a_level_and_every_picture_has_words() -> None:
    levels = [int(tag[1]) for tag, _ in TAGS.found if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(image["alt"] for image in TAGS.all("img"))


def test_headings_of_a_notebook_that_skips_levels_are_brought_into_order() -> None:
    cells = [words("### Part A\n\n##### Deep"), words("# Part B"), words("text <h2>x</h2>")]
    page = make_page({"cells": cells}, MARKS, Wishes())
    shown = page.split('<h2 id="notebook">')[1]
    assert re.findall(r"<h\d>[^<]*</h\d>", shown) == [
        "<h3>Part A</h3>",
        "<h4>Deep</h4>",
        "<h3>Part B</h3>",
        "<h4>x</h4>",
    ]


def test_an_error_in_a_cell_without_points_is_told_in_words_above_the_traceback() -> None:
    assert "Error. It ended with a TypeError: price() takes 1 argument. Where it happened" in text(PAGE)


def test_a_lesson_without_points_is_a_page_without_scores() -> None:
    marks = Marks(student="ada", assignment="a", notebook="n", marks={}, comments={}, penalty=0, score=0, most=0)
    page = make_page({"cells": [words("# Hello")], "metadata": {}}, marks, Wishes())
    assert "Scores" not in text(page)
    assert "Hello" in text(page)


def test_an_id_or_a_name_cannot_break_out_of_the_page() -> None:
    nasty = '"><script>alert(1)</script>'
    marks = Marks(
        student=nasty, assignment=nasty, notebook=nasty, marks={nasty: Mark(points=0, most=1, message=nasty)},
        comments={nasty: nasty}, penalty=0, score=0, most=1,
    )  # fmt: skip
    source = f"assert x, '{nasty}'"
    cell = code(source, failed(nasty, nasty, frame(1, 1, source)), grade_id=nasty, **grade(1))
    page = make_page({"cells": [cell], "metadata": {"language_info": {"name": nasty}}}, marks, Wishes())
    assert page.count("<script") == page.count("</script") == 1
    assert len(Tags(page).all("script")) == 1


@pytest.mark.parametrize(
    "cell",
    [
        {"cell_type": "code"},
        {"cell_type": "code", "source": ["a = 1\n", "b = 2"], "metadata": None, "outputs": [{}]},
        {"cell_type": "raw", "source": "<b>raw</b>", "metadata": {}},
        {"cell_type": "code", "source": "", "metadata": {"nbgrader": {"grade": True}}, "outputs": []},
        {"cell_type": "markdown", "source": "x", "metadata": {"nbgrader": None}, "attachments": []},
        {"cell_type": "code", "source": "x", "metadata": {}, "outputs": [{"output_type": "error"}]},
        {
            "cell_type": "code",
            "source": "x",
            "metadata": {},
            "outputs": [{"output_type": "display_data", "data": None}],
        },
    ],
)
def test_a_cell_of_an_odd_shape_spoils_no_page(cell: dict[str, Any]) -> None:
    assert "Your notebook" in make_page({"cells": [cell]}, MARKS, Wishes())


def test_a_comment_on_an_answer_that_a_test_judges_stands_at_the_answer() -> None:
    said = {"price": "Good names."}
    marks = Marks(student="ada", assignment="a", notebook="n", marks={}, comments=said, penalty=0, score=0, most=0)
    page = make_page({"cells": [code("x = 1", grade_id="price", **answer())]}, marks, Wishes())
    assert "Your answer price Comment Good names." in text(page)
