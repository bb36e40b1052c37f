"""Which submissions are alike."""

from __future__ import annotations

from autograde.report.similarity import pairs, tokens
from tests.autograde.report.classroom import LOOP

ADA = LOOP.format(items="prices", item="price", remark="my own work")
BEN = LOOP.format(items="xs", item="x", remark="all mine").replace("\n\n\n", "\n\n")
OWN = "\n".join(f"step_{place} = {place} * {place + 1} - {place}" for place in range(30))


def test_names_comments_and_layout_do_not_hide_a_copy() -> None:
    [pair] = pairs("shop", {"ada": {"a": ADA}, "ben": {"a": BEN}, "cyd": {"a": OWN}}, {})
    assert (pair.one, pair.other, pair.similarity) == ("ada", "ben", 1.0)


def test_own_work_is_not_alike() -> None:
    assert pairs("shop", {"ada": {"a": ADA}, "cyd": {"a": OWN}}, {}) == []


def test_a_changed_copy_is_still_alike() -> None:
    changed = BEN.replace("> 10", ">= 11").replace("min(3, len(xs))", "3")
    [pair] = pairs("shop", {"ada": {"a": ADA}, "ben": {"a": changed}}, {})
    assert 0.9 <= pair.similarity < 1


def test_short_answers_and_untouched_ones_count_for_nothing() -> None:
    short = {"ada": {"a": "x = 1"}, "ben": {"a": "y = 1"}}
    assert pairs("shop", short, {}) == []
    assert pairs("shop", {"ada": {"a": ADA}, "ben": {"a": ADA}}, {"a": ADA}) == []


def test_what_much_of_the_class_wrote_is_what_the_lesson_led_to() -> None:
    class_ = {f"s{number}": {"a": ADA} for number in range(10)} | {f"t{number}": {"a": OWN} for number in range(2)}
    assert {(pair.one, pair.other) for pair in pairs("shop", class_, {})} == {("t0", "t1")}


def test_what_is_no_python_is_compared_by_words() -> None:
    assert tokens("def broken(:\n  'x") == ("def", "broken(:", "'x")
