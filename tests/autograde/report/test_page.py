"""The report's page: complete, safe, and whole without the internet."""

from __future__ import annotations

import re

from autograde.remark import Remark
from autograde.report.figures import summarise
from autograde.report.page import page
from autograde.report.similarity import Pair
from tests.autograde.report.classroom import classroom, sheet, timed_out, verdict


def test_what_a_student_wrote_is_text() -> None:
    evil = sheet(
        "<script>alert(1)</script>", verdict("<img src=x onerror=alert(1)>", 1), problems=(timed_out("</td>"),)
    )
    made = page(summarise("web", "ps1", [evil]))
    assert "<script" not in made
    assert "<img" not in made
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in made


def test_it_loads_nothing_and_forbids_it() -> None:
    made = page(summarise("web", "ps1", classroom()))
    assert "default-src 'none'" in made
    assert re.findall(r'(?:src|href)="(?!#)[^"]*"', made) == []
    assert "@import" not in made


def test_every_picture_says_what_it_shows_and_has_its_table() -> None:
    made = page(summarise("web", "ps1", classroom()))
    pictures = re.findall(r"<figure>\s*<svg role=\"img\" aria-label=\"([^\"]+)\"", made)
    assert [text.split(".")[0] for text in pictures] == [
        "Distribution of points",
        "Tests by difficulty and discrimination",
        "Seconds that the graded cells of a student ran; at most 0",
    ]
    assert made.count("<caption>") == 4


def test_pairs_and_missing_students_are_told() -> None:
    alike = Pair(notebook="shop", one="ada", other="ben", similarity=0.97, tokens=80)
    made = page(summarise("web", "ps1", classroom(), [alike], ["zoe"]))
    assert "ada and ben" in made
    assert "97%" in made
    assert "Nothing was handed in by zoe." in made


def test_what_weakens_the_grades_of_the_assignment_is_told_first() -> None:
    idle = Remark(kind="cannot fail", notebook="shop", cells=("a", "<b>"), what="They never fail.", do="Mend them.")
    made = page(summarise("web", "ps1", classroom(), look_at=[idle]))
    row = '<th scope="row">shop, a, &lt;b&gt;</th><td>They never fail.</td><td>Mend them.</td>'
    assert made.index("Look at your assignment</h2>") < made.index(row) < made.index('id="look"')
    assert "Look at your assignment" not in page(summarise("web", "ps1", classroom()))


def test_a_class_of_nobody_has_a_page() -> None:
    assert "Nobody." in page(summarise("web", "ps1", []))
