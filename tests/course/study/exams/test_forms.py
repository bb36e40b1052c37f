"""Forms keep to the blueprint, ask nothing twice while there is anything else, and come out the same again."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.study.exams.blueprints import Blueprint, read_blueprints
from course.study.exams.forms import Form, allocate, draw, plan
from course.study.library import Library
from tests.course.study.exam_hall import BLUEPRINT, TOPICS, make_library

QUICK = settings(max_examples=60, deadline=None)
WEIGHTS = st.dictionaries(st.integers(0, 30), st.integers(0, 50), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return make_library(tmp_path_factory.mktemp("banks") / "topics", each=8, tasks=6)


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    path = tmp_path_factory.mktemp("exams") / "blueprints.yaml"
    path.write_text(BLUEPRINT.format(questions=20, tasks=3), encoding="utf-8")
    return read_blueprints(path).record.blueprints[0]


@QUICK
@given(st.integers(0, 80), WEIGHTS, st.integers(0, 1000))
def test_shares_are_the_quotas_rounded_up_or_down_and_add_up(total: int, weights: dict[int, int], seed: int) -> None:
    shares = allocate(total, weights, None, random.Random(seed))
    whole = sum(weights.values())
    assert sum(shares.values()) == (total if whole else 0)
    for key, share in shares.items():
        quota = Fraction(total * weights[key], whole) if whole else Fraction(0)
        assert abs(share - quota) < 1


@QUICK
@given(st.integers(0, 80), WEIGHTS, st.data(), st.integers(0, 1000))
def test_where_there_is_no_room_the_others_get_more_and_nothing_is_lost(
    total: int, weights: dict[int, int], data: st.DataObject, seed: int
) -> None:
    room = {key: data.draw(st.integers(0, 12)) for key in weights}
    shares = allocate(total, weights, room, random.Random(seed))
    assert all(0 <= shares[key] <= room[key] for key in weights)
    assert sum(shares.values()) == min(total, sum(room[key] for key, weight in weights.items() if weight))


def test_the_largest_remainder_gets_what_is_left_over() -> None:
    assert allocate(10, {"a": 43, "b": 32, "c": 25}, None, random.Random(0)) == {"a": 4, "b": 3, "c": 3}


def test_equal_remainders_are_decided_by_the_seed() -> None:
    drawn = {tuple(allocate(1, {"a": 1, "b": 1, "c": 1}, None, random.Random(seed)).values()) for seed in range(20)}
    assert len(drawn) == 3


def drawn(mock: Blueprint, library: Library, seed: int = 1, **known: dict[str, int]) -> Form:
    form = draw(mock, library, 1, seed, **known)
    assert form is not None
    return form


@pytest.mark.parametrize("seed", range(5))
def test_a_form_has_the_topics_and_levels_of_its_blueprint(mock: Blueprint, library: Library, seed: int) -> None:
    form = drawn(mock, library, seed)
    entries = [library.questions[id] for section, id in form.items if section == "questions"]
    assert Counter(entry.topic for entry in entries) == {"routing": 10, "templates": 6, "forms": 4}
    assert Counter(entry.item.level for entry in entries) == {"beginner": 8, "intermediate": 8, "advanced": 4}
    assert (form.count("tasks"), form.minutes) == (3, 30)
    assert len(set(form.items)) == 23


def test_the_same_seed_draws_the_same_form_and_another_one_another(mock: Blueprint, library: Library) -> None:
    assert drawn(mock, library, 7) == drawn(mock, library, 7)
    assert drawn(mock, library, 7).items != drawn(mock, library, 8).items


@pytest.mark.parametrize("seed", range(5))
def test_forms_repeat_nothing_until_a_topic_is_exhausted_and_then_what_is_longest_ago(
    mock: Blueprint, library: Library, seed: int
) -> None:
    seen: dict[str, int] = {}
    for number in range(1, 6):
        form = draw(mock, library, number, 100 * seed + number, seen)
        assert form is not None
        again = [id for _, id in form.items if id in seen]
        assert form.repeated == len(again)
        assert ("bank is exhausted" in " ".join(form.caveats())) == bool(again)
        if number <= 2:
            assert not again
        for topic in TOPICS:
            for section in ("questions", "tasks"):
                pool = {id for id, entry in getattr(library, section).items() if entry.topic == topic}
                taken = {id for kind, id in form.items if kind == section} & pool
                old = taken & seen.keys()
                assert not old or pool - seen.keys() <= taken, "what was never asked comes first"
                waiting = (pool & seen.keys()) - taken
                assert all(seen[one] <= seen[other] for one in old for other in waiting)
        seen |= {id: number for _, id in form.items}
    assert seen


def test_what_a_quiz_asked_before_comes_after_what_was_never_seen(mock: Blueprint, library: Library) -> None:
    known = {id: 1 for id in library.questions if id.endswith(("-0", "-1"))}
    form = drawn(mock, library, met=known)
    assert not known.keys() & {id for _, id in form.items}


def test_a_form_of_some_topics_says_so(mock: Blueprint, tmp_path: Path) -> None:
    banks = make_library(tmp_path / "topics", each=8, tasks=3)
    (tmp_path / "topics/05_forms/bank.yaml").unlink()
    form = drawn(mock, Library(banks.path))
    assert form.caveats()[0].startswith("This form covers 2 of 3 topics, 80 % of the exam's weight")
    entries = [banks.questions[id] for section, id in form.items if section == "questions"]
    assert {entry.topic for entry in entries} == {"routing", "templates"}


def test_small_banks_make_shorter_forms_in_less_time_so_that_there_are_several(mock: Blueprint, tmp_path: Path) -> None:
    form = drawn(mock, make_library(tmp_path / "topics", each=4, tasks=1))
    assert (form.count("questions"), form.count("tasks")) == (12, 1)
    assert form.minutes == 16, "15 of 29 points in 30 minutes, rounded up"
    assert any("12 questions instead of 20" in said for said in form.caveats())


def test_there_is_no_form_of_empty_banks(mock: Blueprint, tmp_path: Path) -> None:
    assert draw(mock, Library(tmp_path), 1, 1) is None


@pytest.mark.parametrize("blueprint", read_blueprints().record.blueprints, ids=lambda one: one.id)
def test_a_whole_form_of_each_exam_keeps_its_weights(blueprint: Blueprint) -> None:
    cells = plan(blueprint, "questions")
    assert sum(cells.values()) == blueprint.questions
    for topic, weight in blueprint.asked.items():
        count = sum(number for (of, _), number in cells.items() if of == topic)
        assert abs(count - blueprint.questions * weight / 100) < 1
    for level, weight in blueprint.levels.items():
        count = sum(number for (_, of), number in cells.items() if of == level)
        assert abs(count - blueprint.questions * weight / 100) <= 1
