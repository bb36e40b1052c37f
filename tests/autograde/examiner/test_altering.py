"""A test is altered so that it expects other values, and still asks for the same."""

from __future__ import annotations

import ast

import pytest

from autograde.examiner.altering import altered_comparisons, altered_literals, comparisons, literals


@pytest.mark.parametrize(
    ("source", "altered"),
    [
        ("assert f(2) == 4", "assert f(2) == 1013"),
        ("assert 4 == f(2)", "assert 1013 == f(2)"),
        ("assert f('a') == 'b'", "assert f('a') == 'b§'"),
        ("assert f() == [1, {'k': 2}]", "assert f() == [1010, {'k': 1011}]"),
        ("assert f() is True", "assert f() is False"),
        ("assert f() == -1", "assert f() == -1010"),
        ("assert client.get('/a').status_code == 200", "assert client.get('/a').status_code == 1209"),
        ("same(fine(3), 60, 'fine')", "same(fine(3), 1069, 'fine§')"),
        ("for a, b in [('/x', 1), ('/y', 2)]:\n    f(a)", "for (a, b) in [('/x', 1010), ('/y', 1011)]:\n    f(a)"),
        ("%%time\nassert f() == 1", "%%time\nassert f() == 1010"),
        ("table = {'Dune': 'dune'}", "table = {'Dune': 'dune§'}"),
    ],
)
def test_literals_that_are_expected_are_other_ones(source: str, altered: str) -> None:
    made = altered_literals(source)
    assert made is not None
    assert made == altered if "%" in source else ast.dump(ast.parse(made)) == ast.dump(ast.parse(altered))


@pytest.mark.parametrize("source", ["x = 5", "f(3)", "assert f(3)", "def", "%time 1"])
def test_what_says_nothing_of_what_it_expects_cannot_be_altered(source: str) -> None:
    assert altered_literals(source) is None
    assert altered_comparisons(source) is None


def test_each_place_can_be_altered_alone() -> None:
    source = "assert f(1) == 1\nassert f(2) == 2"
    assert literals(source) == comparisons(source) == 2
    assert altered_literals(source, 1) == "assert f(1) == 1\nassert f(2) == 1011"
    assert altered_comparisons(source, 0) == "assert f(1) == _other_value(1)\nassert f(2) == 2"


def test_awaiting_tests_are_altered_too() -> None:
    assert altered_literals("assert await f() == 1") == "assert await f() == 1010"
