"""Predictions are compared as a person would, and told to whoever listens."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from course.study import prediction as core
from course.study.prediction import Prediction, chosen, decide, fitting, publish, read_question, subscribe, verdict

ASKED = Prediction("Which status?", ("200", "404"), "404", "404", True)


@pytest.fixture
def heard() -> Iterator[list[Prediction]]:
    heard: list[Prediction] = []
    unsubscribe = subscribe(heard.append)
    yield heard
    unsubscribe()


@pytest.mark.parametrize(
    ("line", "question", "options"),
    [
        ("What comes back? | 200 | 404", "What comes back?", ("200", "404")),
        ("  What comes back?  ", "What comes back?", ()),
        ("What? | 'a book' | | [1, 2] ", "What?", ("'a book'", "[1, 2]")),
    ],
)
def test_a_line_holds_a_question_and_its_options(line: str, question: str, options: tuple[str, ...]) -> None:
    assert read_question(line) == (question, options)


@pytest.mark.parametrize(
    ("predicted", "results"),
    [
        ("301", ("301", "301")),
        ("'301'", ("301",)),
        ('"Emma"', ("'Emma'", "Emma")),
        ("Emma", ("'Emma'", "Emma")),
        ("`Emma`", ("'Emma'", "Emma")),
        ("[1,2]", ("[1, 2]",)),
        ('{"title": "Emma"}', ("{'title': 'Emma'}",)),
        ("true", ("True",)),
        ("keyerror", ("KeyError: 'Emma'", "KeyError")),
        (" two   lines ", ("two\nlines",)),
    ],
)
def test_a_written_prediction_is_right_when_it_says_the_same(predicted: str, results: tuple[str, ...]) -> None:
    assert decide("What?", (), predicted, results).right


@pytest.mark.parametrize(
    ("predicted", "results"),
    [("1", ("True",)), ("30", ("301",)), ("Em ma", ("Emma",)), ("[2, 1]", ("[1, 2]",)), ("", ("nothing",))],
)
def test_a_written_prediction_is_wrong_when_it_says_something_else(predicted: str, results: tuple[str, ...]) -> None:
    assert not decide("What?", (), predicted, results).right


@pytest.mark.parametrize(
    ("predicted", "options", "results", "actual"),
    [
        ("/books/2/", (), ("'/books/2/'", "/books/2/"), "/books/2/"),
        ('"Emma"', (), ("'Emma'", "Emma"), '"Emma"'),
        ("emma", (), ("'Emma'", "Emma"), "Emma"),
        ("`Emma`", (), ("'Emma'", "Emma"), "Emma"),
        ("/books/", ("/books/", "/books/2/"), ("'/books/2/'", "/books/2/"), "/books/2/"),
        ("/books/", (), ("'/books/2/'", "/books/2/"), "'/books/2/'"),
        ("KeyError", ("None", "KeyError"), ("KeyError: 'Emma'", "KeyError"), "KeyError: 'Emma'"),
    ],
)
def test_a_result_is_told_as_the_learner_or_an_option_spells_it(
    predicted: str, options: tuple[str, ...], results: tuple[str, ...], actual: str
) -> None:
    assert decide("What?", options, predicted, results).actual == actual


def test_an_option_is_right_when_it_says_the_result() -> None:
    options = ("200", "404")
    assert fitting(options, ("404",)) == {"404"}
    assert fitting(options, ("500",)) == set()
    assert decide("What?", options, "404", ("404",)).right
    assert not decide("What?", options, "200", ("404",)).right


def test_case_counts_where_options_differ_in_nothing_else() -> None:
    assert fitting(("true", "True"), ("True",)) == {"True"}
    assert fitting(("true", "false"), ("True",)) == {"true"}


@pytest.mark.parametrize(
    ("reply", "option"),
    [("1", "200"), ("2", "404"), ("404", "404"), ("3", None), ("0", None), ("no", None), ("²", None), ("-1", None)],
)
def test_a_reply_means_an_option_by_its_text_or_its_number(reply: str, option: str | None) -> None:
    assert chosen(("200", "404"), reply) == option


def test_a_text_goes_before_a_number() -> None:
    assert chosen(("2", "1"), "1") == "1"


def test_a_verdict_says_what_was_predicted_and_what_came() -> None:
    assert verdict(ASKED) == "Right. You predicted 404, and it is 404."
    wrong = Prediction("Which status?", (), "`200`", "404 " * 100, False)
    assert verdict(wrong).startswith("Not this time. You predicted 200; it is 404 404")
    assert len(verdict(wrong)) < 300


def test_who_listens_hears_until_it_stops(heard: list[Prediction]) -> None:
    others: list[Prediction] = []
    unsubscribe = subscribe(others.append)
    publish(ASKED)
    unsubscribe()
    unsubscribe()
    publish(ASKED)
    assert (heard, others) == ([ASKED, ASKED], [ASKED])


def test_a_listener_that_fails_is_logged_and_harms_nobody(
    heard: list[Prediction], caplog: pytest.LogCaptureFixture
) -> None:
    def full(prediction: Prediction) -> None:
        raise OSError("the disk is full")

    first = subscribe(full)
    last: list[Prediction] = []
    second = subscribe(last.append)
    with caplog.at_level(logging.ERROR, logger=core.__name__):
        publish(ASKED)
    first()
    second()
    assert heard == last == [ASKED]
    assert "the disk is full" in caplog.text
