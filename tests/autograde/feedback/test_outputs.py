"""Outputs in the best form that a page can show."""

from __future__ import annotations

import pytest

from autograde.feedback.hidden import Hidden
from autograde.feedback.outputs import NOT_HERE, show_outputs
from autograde.feedback.settings import Wishes
from tests.autograde.feedback.graded import DRAWING, PIXEL, code, printed, shown

SECRET = "assert price(7) == 13"
HIDDEN = Hidden([code(f"### BEGIN HIDDEN TESTS\n{SECRET}\n### END HIDDEN TESTS")], Wishes().secrets)


def show(*outputs: dict, longest: int = 1000) -> str:
    return "\n".join(show_outputs(outputs, HIDDEN, longest=longest))


def test_prints_that_follow_one_another_are_one_text() -> None:
    assert show(printed("one "), printed("two\n", "stderr"), printed("<b>")).count("<pre") == 1
    assert "one two\n&lt;b&gt;" in show(printed("one "), printed("two\n", "stderr"), printed("<b>"))


def test_a_text_may_stand_line_by_line() -> None:
    assert "one\ntwo" in show({"output_type": "stream", "name": "stdout", "text": ["one\n", "two\n"]})


def test_a_long_text_is_cut_and_says_by_how_much() -> None:
    text = show(printed("x" * 2500))
    assert "x" * 1000 in text
    assert "x" * 1001 not in text
    assert "1,500 more characters are not shown." in text


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (shown(text_plain="<Figure>", image_png=PIXEL), f'<img src="data:image/png;base64,{PIXEL}" alt="Figure">'),
        (shown(image_png="broken", text_plain="a figure"), "a figure"),
        (shown(text_html="<b onclick=x>bold</b>", text_plain="plain"), "<b>bold</b>"),
        (shown(text_html="<script>x()</script><div id=plot></div>", text_plain="a plot"), "a plot"),
        (shown(text_markdown="*soft*"), "<em>soft</em>"),
        (shown(text_latex="$x^2$"), '<code class="maths">x^2</code>'),
        (
            shown(text_plain="IntSlider(value=3)", **{"application_vnd.jupyter.widget-view+json": {}}),
            "IntSlider(value=3)",
        ),
        (shown(application_javascript="alert(1)"), NOT_HERE),
        ({"output_type": "display_data", "data": {}, "metadata": {}}, NOT_HERE),
        ({"output_type": "execute_result", "data": {"text/plain": ["4", "2"]}}, "42"),
    ],
)
def test_an_output_is_shown_in_the_best_form_that_is_safe(output: dict, expected: str) -> None:
    text = show(output)
    assert expected in text
    assert "alert" not in text
    assert "<script" not in text


def test_a_drawing_stays_a_drawing() -> None:
    assert "data:image/svg+xml;base64," in show({"output_type": "display_data", "data": {"image/svg+xml": DRAWING}})


def test_the_words_that_a_program_gave_a_picture_are_used() -> None:
    output = shown(image_png=PIXEL) | {"metadata": {"image/png": {"alt": "Sales by month"}}}
    assert 'alt="Sales by month"' in show(output)


@pytest.mark.parametrize(
    "output",
    [
        printed(SECRET),
        shown(text_plain=repr(SECRET)),
        shown(text_html=f"<pre>{SECRET}</pre>"),
        shown(text_markdown=SECRET),
    ],
)
def test_no_output_quotes_a_hidden_test(output: dict) -> None:
    assert "13" not in show(output)


def test_errors_are_told_elsewhere() -> None:
    assert show({"output_type": "error", "ename": "E", "evalue": "v", "traceback": []}) == ""
