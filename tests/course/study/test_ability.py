"""Ability is rated by first answers, says how sure it is, and calls weak only what surely is."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from statistics import fmean
from typing import Any

import pytest

from course.study.ability import Ability, Estimate, chance, difficulty, weak_areas
from course.study.journal import Event
from course.study.settings import Settings

TOPICS = tuple(f"topic-{number}" for number in range(8))
FRAMEWORKS = ("django", "flask", "fastapi", "all")
LEVELS = ("beginner", "intermediate", "advanced")


def event(number: int, right: bool, kind: str = "answer", **others: object) -> Event:
    about = {"topic": "routing", "framework": "flask", "level": "intermediate"}
    name = "question" if kind == "answer" else "task"
    data = {name: f"item-{number}", "right": right, "chosen": "this", "code": "x = 1", "options": 4, "form": "choice"}
    return Event(number, 0, str(number), kind, data | about | others)


def followed(*events: Event) -> Ability:
    ability = Ability()
    for one in events:
        ability.take(one, Settings())
    return ability


class Learner:
    """Somebody whose true ability is known, and who answers as it predicts."""

    def __init__(self, seed: int):
        self._random = random.Random(seed)
        whole = self._random.gauss(0, 0.8)
        self.topics = {topic: whole + self._random.gauss(0, 1) for topic in TOPICS}
        self._frameworks = {name: self._random.gauss(0, 0.3) for name in FRAMEWORKS[:3]} | {"all": 0.0}
        self._mix = {topic: self._random.choice([(6, 3, 1), (1, 3, 6), (1, 1, 1), (3, 6, 3)]) for topic in TOPICS}

    def true(self, topic: str, framework: str) -> float:
        return self.topics[topic] + self._frameworks[framework]

    def answers(self, count: int, level: str | None = None) -> Iterator[Event]:
        """First answers; questions are not quite as difficult as their authors think."""
        for number in range(count):
            topic, framework = self._random.choice(TOPICS), self._random.choice(FRAMEWORKS)
            said = self._random.choices(LEVELS, self._mix[topic])[0]
            options = self._random.choice((3, 4, 4, 5))
            logit = self.true(topic, framework) - difficulty(said) - self._random.gauss(0, 0.4)
            right = self._random.random() < 1 / options + (1 - 1 / options) / (1 + math.exp(-logit))
            yield event(number, right, topic=topic, framework=framework, options=options, level=level or said)


def correlation(pairs: list[tuple[float, float]]) -> float:
    mean_a, mean_b = fmean(a for a, _ in pairs), fmean(b for _, b in pairs)
    shared = sum((a - mean_a) * (b - mean_b) for a, b in pairs)
    return shared / math.sqrt(sum((a - mean_a) ** 2 for a, _ in pairs) * sum((b - mean_b) ** 2 for _, b in pairs))


def rated(seed: int, level: str | None = None) -> list[tuple[float, float]]:
    """The true ability in each topic and the estimate after 400 answers; with a `level`, as if all were of that one."""
    learner = Learner(seed)
    ability = followed(*learner.answers(400, level))
    return [(true, ability.estimate(topic).mean) for topic, true in learner.topics.items()]


def test_the_rating_finds_strong_and_weak_topics_and_the_levels_of_authors_help() -> None:
    with_levels = [rated(seed) for seed in range(60)]
    without = [rated(seed, "intermediate") for seed in range(60)]
    assert 0.88 < correlation([pair for pairs in with_levels for pair in pairs]) < 0.94
    of_one_learner = fmean(correlation(pairs) for pairs in with_levels)
    assert of_one_learner > 0.82
    assert of_one_learner > fmean(correlation(pairs) for pairs in without) + 0.04


@pytest.mark.parametrize("count", [30, 400])
def test_the_uncertainty_is_neither_too_small_nor_too_large(count: int) -> None:
    misses = []
    for seed in range(60):
        learner = Learner(seed)
        ability = followed(*learner.answers(count))
        for topic in TOPICS:
            for framework in FRAMEWORKS[:3]:
                estimate = ability.estimate(topic, framework)
                misses.append((learner.true(topic, framework) - estimate.mean) / estimate.sd)
    assert 0.75 < math.sqrt(fmean(miss * miss for miss in misses)) < 1.25


def test_right_answers_raise_it_and_make_it_surer() -> None:
    before, after = Ability().estimate("routing"), followed(*(event(n, True) for n in range(12))).estimate("routing")
    assert before.mean == 0 < after.mean
    assert after.sd < 0.8 * before.sd
    assert (before.answers, after.answers) == (0, 12)


def test_only_the_first_answer_to_a_question_counts() -> None:
    assert followed(event(1, False), event(1, True), event(1, True)).estimate() == followed(event(1, False)).estimate()


def test_a_retry_says_nothing_and_its_question_is_seen_from_then_on() -> None:
    ability = followed(event(1, True, form="retry"), event(1, True))
    assert ability.estimate() == Ability().estimate()


@pytest.mark.parametrize("others", [{"chosen": None}, {"level": None}, {"kind": "task", "code": None}])
def test_what_was_left_out_or_has_no_level_says_nothing(others: dict[str, Any]) -> None:
    assert followed(event(1, False, **others)).estimate() == Ability().estimate()


def test_a_task_counts_and_cannot_be_guessed() -> None:
    choice, task = followed(event(1, True)), followed(event(1, True, kind="task", options=0))
    assert task.estimate("routing").mean > choice.estimate("routing").mean
    assert task.estimate("routing", "flask").answers == 1


def test_a_question_and_a_task_of_the_same_name_are_two() -> None:
    assert followed(event(1, True), event(1, True, kind="task", options=0)).estimate().answers == 2


def test_what_is_known_of_a_learner_is_believed_of_a_topic_never_tried() -> None:
    ability = followed(*(event(number, True) for number in range(20)))
    elsewhere = ability.estimate("testing")
    assert 0 < elsewhere.mean < ability.estimate("routing").mean
    assert (elsewhere.answers, elsewhere.sd > ability.estimate("routing").sd) == (0, True)


def test_one_framework_can_be_worse_than_the_others() -> None:
    ability = followed(*(event(n, n % 2 == 0, framework=("flask", "django")[n % 2]) for n in range(40)))
    assert (
        ability.estimate(framework="flask").mean > ability.estimate().mean > ability.estimate(framework="django").mean
    )
    assert ability.estimate("routing", "flask").mean > ability.estimate("routing").mean
    assert ability.estimate("routing", "all") == ability.estimate("routing")


def test_a_chance_lies_between_guessing_and_certainty() -> None:
    assert chance(Estimate(-9, 0.3, 20), "advanced", 4) == pytest.approx(0.25, abs=0.001)
    assert chance(Estimate(9, 0.3, 20), "beginner", 4) == pytest.approx(1, abs=0.001)
    assert chance(Estimate(0, 0.3, 20), "intermediate", 0) == pytest.approx(0.5)
    assert chance(Estimate(0, 0.3, 20), "intermediate", 4) == pytest.approx(0.625)


def test_who_is_not_sure_is_nearer_to_a_half() -> None:
    sure, unsure = Estimate(2, 0.1, 300), Estimate(2, 1.3, 0)
    assert 0.75 < chance(unsure, "intermediate", 0) < chance(sure, "intermediate", 0) - 0.05


def test_a_weak_area_is_surely_weak_and_not_only_low_by_chance() -> None:
    unlucky = followed(*(event(n, n % 2 == 0, level="advanced", topic="auth") for n in range(9)))
    weak = followed(*(event(n, n % 4 == 0, level="beginner", topic="auth") for n in range(16)))
    assert [area.verdict for area in weak_areas(unlucky, ["auth"], ["all"])] == ["fine"]
    assert [area.verdict for area in weak_areas(weak, ["auth"], ["all"])] == ["weak"]


def test_too_few_answers_are_said_to_be_too_few() -> None:
    answers = [event(number, False, level="beginner") for number in range(8)]
    few, enough = followed(*answers[:7]), followed(*answers)
    assert weak_areas(few, ["routing"], ["flask"])[0].verdict == "not enough answers"
    assert weak_areas(enough, ["routing"], ["flask"])[0].verdict == "weak"
    assert weak_areas(enough, ["routing"], ["django"])[0].verdict == "not enough answers", "its own answers count"


def test_areas_are_listed_weakest_first_then_unknown_then_fine() -> None:
    topics = {"forms": (True, "intermediate"), "auth": (False, "intermediate"), "testing": (False, "beginner")}
    answers = [
        event(number, right or number % 12 == 0, level=level, topic=topic)
        for number, (topic, (right, level)) in enumerate(list(topics.items()) * 15)
    ]
    areas = weak_areas(followed(*answers), ["forms", "routing", "auth", "testing"], ["all"])
    assert [area.topic for area in areas] == ["testing", "auth", "routing", "forms"]
    assert areas[0].bound < areas[1].bound < 0.7 <= areas[3].bound


def test_a_topic_that_was_mastered_first_is_not_called_weak_for_what_came_later() -> None:
    mastered = [event(number, True, topic="forms") for number in range(12)]
    later = [event(100 + number, number % 3 == 0, topic="auth") for number in range(40)]
    verdicts = {
        area.topic: area.verdict for area in weak_areas(followed(*mastered, *later), ["forms", "auth"], ["all"])
    }
    assert verdicts == {"forms": "fine", "auth": "weak"}
