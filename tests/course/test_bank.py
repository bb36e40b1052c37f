"""A bank's entries are complete and make sense before anything else looks at them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from course.bank import Card, read_bank
from course.problems import Problems
from tests.disk import Edit, edit, line_of
from tests.small import BANK

QUESTION = "the wrong option 'Nothing' must name its `misconception`"
CLOZE = "a cloze card, and no other, marks its gap as {{c1::word}} in `front`"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "bank.yaml"
    path.write_text(BANK, encoding="utf-8")
    return path


def complaints(path: Path, *edits: Edit) -> list[str]:
    edit(path, *edits)
    try:
        read_bank(path)
    except Problems as error:
        return [problem.text(path.parent) for problem in error.problems]
    return []


def test_a_bank_lists_its_entries_with_their_place(path: Path) -> None:
    places = [(section, index, item.id) for section, index, item in read_bank(path).record.items()]
    assert places == [
        ("questions", 0, "first-greeting"),
        ("cards", 0, "greeting-body"),
        ("interview", 0, "tell-greeting"),
        ("tasks", 0, "write-greeting"),
    ]


def test_a_new_bank_is_a_draft(path: Path) -> None:
    path.write_text("questions: []\n", encoding="utf-8")
    assert read_bank(path).record.status == "draft"


def test_an_entry_knows_its_line(path: Path) -> None:
    assert read_bank(path).line("cards", 0) == line_of(path, "id: greeting-body")


@pytest.mark.parametrize(
    ("old", "new", "where", "complaint"),
    [
        ("status: complete", "status: done", "status: done", "`status`: Input should be 'draft' or 'complete'"),
        ("id: first-greeting", "id: First Greeting", "First", "`questions.0.id`: String should match pattern"),
        (
            "first-greeting\n  objectives: [greet]",
            "first-greeting\n  objectives: []",
            "objectives: []",
            "`questions.0.objectives`: Tuple should have at least 1 item",
        ),
        (
            "greeting\n  objectives: [greet]\n  level: beginner\n  ask: |",
            "greeting\n  objectives: [greet]\n  level: easy\n  ask: |",
            "level: easy",
            "`questions.0.level`: Input should be 'beginner', 'intermediate' or 'advanced'. Correct the value.",
        ),
        (
            "    correct: true\n",
            "",
            "id: first-greeting",
            "`questions.0`: exactly one option must say `correct: true`.",
        ),
        (
            "    misconception: repr-is-sent",
            "    correct: true",
            "id: first-greeting",
            "`questions.0`: exactly one option must say `correct: true`. Correct the value.",
        ),
        (
            "    why: A returned string is the body.",
            "    why: A returned string is the body.\n    misconception: taken",
            "id: first-greeting",
            "`questions.0`: the right option 'The text with status 200' cannot be a misconception.",
        ),
        (
            "    misconception: client-needs-a-server\n",
            "",
            "id: first-greeting",
            f"`questions.0`: {QUESTION}. Correct the value.",
        ),
        (
            "- text: Nothing",
            "- text: The text in quotes",
            "id: first-greeting",
            "`questions.0`: two options have the same text. Correct the value.",
        ),
        (
            "  - text: Nothing\n    why: The client calls the application directly.\n"
            "    misconception: client-needs-a-server\n",
            "",
            "options:",
            "`questions.0.options`: Tuple should have at least 3 items",
        ),
        ("text: The text in quotes", "text: ' '", "text: ' '", "`questions.0.options.1.text`: String should have at"),
        ("why: Quotes are", "wy: Quotes are", "wy: Quotes", "`questions.0.options.1.wy` is not a key of this record."),
        ("  proof: judgement\n", "", "id: greeting-body", "`cards.0.proof` is missing. Add it."),
        ("kind: concept", "kind: fact", "kind: fact", "`cards.0.kind`: Input should be 'concept', 'difference', "),
        ("kind: concept", "kind: cloze", "id: greeting-body", f"`cards.0`: {CLOZE}. Correct the value."),
        ("front: What", "front: '{{c1::What}}' #", "id: greeting-body", f"`cards.0`: {CLOZE}. Correct the value."),
        ("red_flags: [no idea]", "red_flags: []", "red_flags", "`interview.0.red_flags`: Tuple should have at least"),
        (
            "{ask: Which one?, answer: The one whose route matches.}",
            "{ask: Which one?}",
            "Which one?",
            "`interview.0.follow_ups.0.answer` is missing. Add it.",
        ),
        ("  starter: |", "  begin: |", "begin: |", "`tasks.0.begin` is not a key of this record."),
        ("retired: []", "retired: [Old One]", "retired:", "`retired.0`: String should match pattern"),
        (
            "retired: []",
            "retire: []",
            "retire:",
            "`retire` is not a key of this record. Correct its spelling or remove",
        ),
    ],
)
def test_an_entry_that_makes_no_sense_is_named_with_its_line(
    path: Path, old: str, new: str, where: str, complaint: str
) -> None:
    said = complaints(path, (old, new))
    line = line_of(path, where)
    assert [text for text in said if text.startswith(f"bank.yaml:{line}: {complaint}")], said


def test_a_cloze_card_with_a_gap_is_fine(path: Path) -> None:
    assert not complaints(path, ("kind: concept", "kind: cloze"), ("front: What", "front: '{{c1::What}}' #"))


def test_a_starter_may_be_empty(path: Path) -> None:
    assert not complaints(path, ("  starter: |\n    def hello(): ...", "  starter: ''"))


def test_an_id_may_not_stand_under_two_keys(path: Path) -> None:
    said = complaints(path, ("- id: first-greeting\n", "- id: first-greeting\n  id: second\n"))
    assert said == [f"bank.yaml:{line_of(path, 'id: second')}: has the key `id` twice. Keep one of them."]


def test_a_value_that_holds_itself_is_a_message(tmp_path: Path) -> None:
    path = tmp_path / "bank.yaml"
    path.write_text("cards: &all [*all]\n", encoding="utf-8")
    with pytest.raises(Problems, match="holds itself through an alias"):
        read_bank(path)


def card(kind: str = "syntax", **more: object) -> Card:
    about = {"id": "card", "objectives": ["greet"], "front": "Write it.", "back": "So.", "proof": "judgement"}
    return Card.model_validate({**about, "kind": kind, **more})


OPTIONS = [
    {"text": "200", "correct": True, "why": "So it is."},
    {"text": "404", "why": "No.", "misconception": "a"},
    {"text": "500", "why": "No.", "misconception": "b"},
]


@pytest.mark.parametrize(
    ("kind", "more", "complaint"),
    [
        ("concept", {"options": OPTIONS}, "only a choice card has `options`"),
        ("choice", {"options": OPTIONS[:2]}, "a choice card has three to six `options`, and this one has 2"),
        ("choice", {"options": [*OPTIONS[1:], OPTIONS[1]]}, "exactly one option must say `correct: true`"),
        ("concept", {"tests": "assert True"}, "only a syntax card has `tests` and a `starter`"),
        ("concept", {"starter": "x = 1"}, "only a syntax card has `tests` and a `starter`"),
        ("syntax", {"starter": "____ = ____"}, "the `starter` marks more than one place by ____"),
    ],
)
def test_a_card_has_only_what_its_kind_has(kind: str, more: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(complaint)):
        card(kind, **more)


def test_a_choice_card_offers_options_as_a_question_does() -> None:
    assert [option.correct for option in card("choice", options=OPTIONS).options] == [True, False, False]


@pytest.mark.parametrize(
    ("starter", "typed", "program"),
    [
        ("", "x = 1", "x = 1\n"),
        ("import os\n", "x = 1\ny = 2\n", "import os\nx = 1\ny = 2\n"),
        ("____\ndef f(): ...\n", "@app.get('/')\n", "@app.get('/')\ndef f(): ...\n"),
        (
            "def f():\n    ____\n\nf()\n",
            "if x:\n    y()\n\nz()",
            "def f():\n    if x:\n        y()\n    \n    z()\n\nf()\n",
        ),
        ("def f():\n    ____\n", "    x = 1\n    y = 2", "def f():\n    x = 1\n    y = 2\n"),
        ("x = f(____)\n", " 1,\n  2 ", "x = f(1,\n  2)\n"),
    ],
)
def test_what_is_typed_comes_into_its_place(starter: str, typed: str, program: str) -> None:
    assert card(starter=starter).program(typed) == program


@pytest.mark.parametrize(
    ("starter", "program"),
    [
        ("", "\n"),
        ("import os\n", "import os\n\n"),
        ("x = [\n    ____\n]\n", "x = [\n    \n]\n"),
        ("x = ____\n", "x = ...\n"),
    ],
)
def test_a_starter_alone_is_still_a_program(starter: str, program: str) -> None:
    assert card(starter=starter).untouched() == program


def test_the_code_of_a_card_is_what_stands_on_its_back() -> None:
    back = "Two lines:\n\n```python\nx = 1\n```\n\nand\n\n```python\ny = 2\n```\n"
    assert card(back=back).code == "x = 1\ny = 2"
    assert card(back="No code.").code is None


def test_each_gap_is_asked_for_once() -> None:
    assert card("cloze", front="{{c2::a}} {{c1::b}} {{c2::c::hint}}").gaps == (1, 2)
