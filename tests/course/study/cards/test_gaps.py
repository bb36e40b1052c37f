"""Gaps of cloze cards: what is seen around one, and what counts as the word that was wanted."""

from __future__ import annotations

import re

import pytest

from course.bank import Card
from course.study.cards.gaps import compare, front_filled, front_with_gap, wanted
from course.study.library import the_library


def cloze(front: str) -> Card:
    return Card(id="card", objectives=("o",), kind="cloze", front=front, back="b", proof="judgement")


PARTS = cloze("A router looks at the {{c1::path}} and the {{c2::method::what is done}}.")


def test_one_gap_is_open_and_the_others_are_filled() -> None:
    assert front_with_gap(PARTS, 1) == "A router looks at the **[…]** and the method."
    assert front_with_gap(PARTS, 2) == "A router looks at the path and the **[what is done]**."


def test_the_answer_stands_out() -> None:
    assert front_filled(PARTS, 2) == "A router looks at the path and the **method**."


def test_stars_would_be_read_as_code_in_code() -> None:
    card = cloze('Write `path("{{c1::books/}}", view)` and {{c2::`include`}}.')
    assert front_with_gap(card, 1) == 'Write `path("[…]", view)` and `include`.'
    assert front_filled(card, 2) == 'Write `path("books/", view)` and **`include`**.'


def test_what_belongs_into_a_gap_is_plain_text() -> None:
    assert wanted(cloze("{{c1::`uuid`}}, again {{c1::`uuid`}}, and {{c1::slug}}"), 1) == "uuid, slug"
    assert PARTS.gaps == (1, 2)


@pytest.mark.parametrize("typed", ["path", "Path", " the path ", "`path`", "'path'.", "PATH!"])
def test_case_quotes_articles_and_spaces_make_no_difference(typed: str) -> None:
    assert compare(typed, "path").right


@pytest.mark.parametrize(
    ("typed", "answer"), [("methods", "method"), ("paht", "path"), ("default valu", "default value")]
)
def test_a_slip_of_the_fingers_is_near(typed: str, answer: str) -> None:
    found = compare(typed, answer)
    assert (found.right, found.near) == (False, True)


@pytest.mark.parametrize(
    ("typed", "answer"), [("int", "str"), ("end", "start"), ("GET", "PUT"), ("", "path"), ("a", "a/")]
)
def test_another_word_is_wrong(typed: str, answer: str) -> None:
    found = compare(typed, answer)
    assert (found.right, found.near) == (False, False)


def test_no_card_of_the_course_holds_the_word_that_its_gap_wants() -> None:
    telling = []
    for id, entry in the_library().deck.items():
        if gap := int(id.partition("#")[2] or 0):
            word, front = wanted(entry.item, gap), front_with_gap(entry.item, gap)
            if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", front, re.IGNORECASE):
                telling.append(id)
    assert telling == []


def test_a_mark_can_be_asked_for() -> None:
    assert compare(".", ".").right
    assert not compare(",", ".").right


def test_the_difference_is_shown_in_pieces() -> None:
    assert compare("Methot", "method").parts == (("same", "metho"), ("extra", "t"), ("missing", "d"))
    assert compare("the method", "method").parts == (("same", "method"),)
