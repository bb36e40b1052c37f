"""Readiness: no number before there is something to say, and a number that comes true."""

from __future__ import annotations

import math
import random
import re

import pytest

from course.study.ability import Ability, difficulty
from course.study.ability import Part as Rating
from course.study.exams.blueprints import Blueprint, find_blueprint, read_blueprints
from course.study.exams.readiness import Part, blueprint_parts, chance_to_pass, readiness
from course.study.journal import Event
from course.study.library import Library, the_library
from course.study.memory import State
from course.study.settings import Settings
from tests.course.study.exam_hall import BLUEPRINT

LEVELS = ("beginner", "intermediate", "advanced")
MIX = (2, 2, 1)
PASS = 0.7
EXAM = [Part(f"topic-{n}", level, 4, 1, count) for n in range(8) for level, count in zip(LEVELS, MIX, strict=True)]


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    path = tmp_path_factory.mktemp("exams") / "blueprints.yaml"
    path.write_text(BLUEPRINT.format(questions=10, tasks=2), encoding="utf-8")
    return read_blueprints(path).record.blueprints[0]


@pytest.fixture(scope="module")
def library() -> Library:
    return the_library()


def answered(number: int, right: float = 0.8, topics: tuple[str, ...] = ("routing", "templates", "forms")) -> State:
    """Somebody who has answered so many questions, of which that share was right."""
    dice, state = random.Random(1), State()
    outcomes = [place < round(number * right) for place in range(number)]
    dice.shuffle(outcomes)
    for place, outcome in enumerate(outcomes):
        answer(state.ability, place, topics[place % len(topics)], LEVELS[place % 3], outcome)
    return state


def answer(ability: Ability, number: int, topic: str, level: str, right: bool) -> None:
    data = {"question": f"q-{number}", "chosen": "this", "right": right, "options": 4, "form": "choice"}
    about = {"topic": topic, "framework": "all", "level": level}
    ability.take(Event(number, 60, str(number), "answer", data | about), Settings())


def test_before_thirty_answers_there_is_no_percentage(mock: Blueprint, library: Library) -> None:
    ready = readiness(answered(12), library, mock)
    assert (ready.probability, ready.answers) == (None, 12)
    assert ready.reason.startswith("After 18 more answers")
    assert "%" not in ready.text
    assert readiness(answered(29), library, mock).reason.startswith("After 1 more answer on")


def test_from_thirty_answers_on_there_is_one_with_its_range(mock: Blueprint, library: Library) -> None:
    ready = readiness(answered(30), library, mock)
    assert ready.probability is not None
    assert 0 <= ready.low < ready.probability < ready.high <= 1
    assert f"likely range {round(ready.low * 100)} to {round(ready.high * 100)} %" in ready.text
    assert ready.reason == "It rests on 30 answers in 3 of 3 topics."


def test_answers_about_other_topics_do_not_count(mock: Blueprint, library: Library) -> None:
    assert readiness(answered(60, topics=("caching", "routing")), library, mock).answers == 30


def test_more_right_answers_make_it_likelier_and_more_answers_surer(mock: Blueprint, library: Library) -> None:
    weak, fair, good = (readiness(answered(90, share), library, mock) for share in (0.3, 0.6, 0.9))
    assert weak.probability is not None
    assert fair.probability is not None
    assert good.probability is not None
    assert weak.probability < 0.2 < fair.probability < good.probability
    assert good.probability > 0.9
    few, many = readiness(answered(30, 0.6), library, mock), readiness(answered(240, 0.6), library, mock)
    assert many.high - many.low < few.high - few.low


def test_the_topics_that_hold_it_back_come_first(mock: Blueprint, library: Library) -> None:
    state = answered(30, 1.0, ("routing", "forms"))
    for number in range(100, 120):
        answer(state.ability, number, "templates", "beginner", False)
    topics = readiness(state, library, mock).topics
    assert (topics[0].id, topics[0].title, topics[0].answers) == ("templates", "Templates", 20)
    assert topics[0].expected < topics[1].expected
    assert sum(topic.lost for topic in topics) < 1


def test_there_is_no_percentage_before_half_of_the_weight_was_asked_about(mock: Blueprint, library: Library) -> None:
    ready = readiness(answered(60, 1.0, ("templates",)), library, mock)
    assert (ready.probability, ready.answers) == (None, 60)
    assert ready.reason == (
        "So far 60 answers are in topics that hold 30 % of its weight; a percentage needs 50 %. "
        "Nothing was answered yet in: Routing and URLs; Forms and input validation."
    )
    assert readiness(answered(60, 1.0, ("templates", "forms")), library, mock).probability is not None
    few = readiness(answered(1, 1.0, ("forms",)), library, mock).reason
    assert few.startswith("After 29 more answers on its topics")
    assert "So far 1 answer is in topics that hold 20 % of its weight" in few
    many = readiness(answered(60, 1.0, ("routing",)), library, find_blueprint("django-developer")).reason
    assert re.search(r"Nothing was answered yet in: ([^;]+; ){3}[^;]+, and 15 more\.$", many)


def test_who_knows_half_of_an_exam_well_is_not_ready_for_the_other_half(library: Library) -> None:
    blueprint = find_blueprint("django-developer")
    weights = blueprint.asked
    known: list[str] = []
    while sum(weights[topic] for topic in known) < 50:
        known.append(max(weights.keys() - set(known), key=lambda topic: (weights[topic], topic)))
    ready = readiness(answered(60, 1.0, tuple(known)), library, blueprint)
    assert f"{len(weights) - len(known)} topics have no answer yet and count as not studied" in ready.reason
    assert ready.probability is not None
    all_of_it = readiness(answered(60, 1.0, tuple(weights)), library, blueprint)
    assert all_of_it.probability is not None
    assert ready.probability < 0.8 < 0.95 < all_of_it.probability
    assert ready.topics[0].id not in known


def test_what_a_whole_form_asks_is_planned_once(
    mock: Blueprint, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = blueprint_parts(mock)
    monkeypatch.setattr("course.study.exams.readiness.plan", None)
    assert blueprint_parts(mock) == before
    assert readiness(answered(30), library, mock).probability is not None


def test_the_number_of_points_is_a_poisson_binomial() -> None:
    """Against a count by trial, for somebody whose ability is known."""
    ability = Ability({topic: Rating(0.0, 9, 1.0) for topic in ("", "a", "b")})
    parts = [Part("a", "beginner", 4, 1, 3), Part("a", "advanced", 0, 3, 2), Part("b", "intermediate", 4, 1, 2)]
    chances = [0.25 + 0.75 * _logistic(1)] * 3 + [_logistic(-1)] * 2 + [0.25 + 0.75 * _logistic(0)] * 2
    worth, dice, trials = [1] * 3 + [3] * 2 + [1] * 2, random.Random(5), 20_000
    passed = sum(
        sum(points for points, chance in zip(worth, chances, strict=True) if dice.random() < chance) >= 0.5 * sum(worth)
        for _ in range(trials)
    )
    probability, low, high = chance_to_pass(ability, parts, 0.5, integrated=False)
    assert probability == pytest.approx(passed / trials, abs=0.012)
    assert low == high == probability


def test_it_comes_true_for_many_learners() -> None:
    """As measured in simulations: after 30 answers Brier .176 (.198 with means taken for truth, base .248)."""
    dice = random.Random(20261120)
    integrated, plain, outcomes = [], [], []
    for _ in range(500):
        whole = dice.gauss(0.4, 0.8)
        able = {f"topic-{n}": whole + dice.gauss(0, 0.8) for n in range(8)}

        def knows(topic: str, level: str, able: dict[str, float] = able) -> bool:
            return dice.random() < 0.25 + 0.75 * _logistic(able[topic] - difficulty(level))

        ability = Ability()
        for number in range(30):
            topic, [level] = dice.choice(list(able)), dice.choices(LEVELS, MIX)
            answer(ability, number, topic, level, knows(topic, level))
        integrated.append(chance_to_pass(ability, EXAM, PASS)[0])
        plain.append(chance_to_pass(ability, EXAM, PASS, integrated=False)[0])
        points = sum(knows(part.topic, part.level) for part in EXAM for _ in range(part.count))
        outcomes.append(points >= PASS * 40)
    share = sum(outcomes) / len(outcomes)
    assert share * (1 - share) > 0.23, "about as many pass as fail, or this would be easy"
    assert brier(integrated, outcomes) < 0.176
    assert brier(integrated, outcomes) < brier(plain, outcomes)
    sure = [outcome for chance, outcome in zip(integrated, outcomes, strict=True) if chance > 0.9]
    sure_plain = [outcome for chance, outcome in zip(plain, outcomes, strict=True) if chance > 0.9]
    assert len(sure) > 40
    assert sum(sure) / len(sure) > 0.95
    assert sum(sure) / len(sure) > sum(sure_plain) / len(sure_plain)


def brier(said: list[float], came: list[bool]) -> float:
    return sum((one - other) ** 2 for one, other in zip(said, came, strict=True)) / len(said)


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))
