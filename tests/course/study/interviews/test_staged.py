"""The staged interviews of the course are whole and true; a broken one says what is wrong with it, and where."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest

from course.authoring.execute import Job, run_jobs
from course.bank import JUDGEMENT
from course.problems import Problems
from course.study.interviews.sheet import sheet
from course.study.interviews.staged import (
    MockInterview,
    Stage,
    find_mock_interview,
    mock_interviews,
    read_mock_interview,
)
from course.syllabus import read_syllabus
from tests.course.study.candidate import BOOKS

STAGES = [(one.id, stage) for one in mock_interviews().values() for stage in one.stages]
NAMES = [f"{id}-{stage.id}" for id, stage in STAGES]


def test_there_are_designs_and_questions_about_oneself() -> None:
    known = mock_interviews()
    assert next(iter(known)) == "todo-api"
    assert {"todo-api", "url-shortener", "notification-service", "chat", "behavioural"} <= set(known)
    assert [stage.id for stage in known["todo-api"].stages] == ["framework", "models", "security", "scaling"]


def test_every_claim_that_can_run_holds() -> None:
    named = [(name, parts) for one in mock_interviews().values() for name, parts in one.proofs()]
    assert len(named) > 50
    results = run_jobs([Job(name, parts) for name, parts in named])
    failed = [
        f"{name}: {outcome.says}"
        for (name, _), outcomes in zip(named, results, strict=True)
        for outcome in outcomes
        if outcome.error
    ]
    assert failed == []


def test_every_proof_asserts_something() -> None:
    proofs = [parts[-1] for one in mock_interviews().values() for _, parts in one.proofs()]
    assert [proof for proof in proofs if "assert " not in proof] == []


@pytest.mark.parametrize(("interview", "stage"), STAGES, ids=NAMES)
def test_two_to_four_questions_follow_whatever_was_chosen_and_graded(interview: str, stage: Stage) -> None:
    before = mock_interviews()[interview].stages
    choices = [stage.choice.options for stage in before[: before.index(stage) + 1] if stage.choice]
    levels = [[(one.id, level) for level in range(1, len(one.levels) + 1)] for one in stage.rubric]
    for chosen in product(*choices):
        for grades in product(*levels):
            assert 2 <= len(stage.asked_next(chosen, dict(grades))) <= 4, (chosen, grades)


@pytest.mark.parametrize(("interview", "stage"), STAGES, ids=NAMES)
def test_each_follow_up_is_asked_sometime(interview: str, stage: Stage) -> None:
    options = {id for one in mock_interviews()[interview].stages if one.choice for id in one.choice.options}
    extremes = [{one.id: 1 for one in stage.rubric}, {one.id: len(one.levels) for one in stage.rubric}]
    asked = {place for grades in extremes for place in stage.asked_next(options, grades)}
    assert asked == set(range(len(stage.follow_ups)))


def test_topics_to_study_are_those_of_the_syllabus() -> None:
    topics = {topic.id for topic in read_syllabus().record.topics}
    assert {topic for _, stage in STAGES for topic in stage.study} <= topics


@pytest.mark.parametrize("stage", ["models", "security", "scaling"])
def test_each_framework_gets_its_code_in_the_to_do_api(stage: str) -> None:
    [found] = [one for one in find_mock_interview("todo-api").stages if one.id == stage]
    assert [snippet.choice for snippet in found.code] == ["django", "flask", "fastapi"]
    assert {one.when.choice for one in found.follow_ups} >= {("django",), ("flask",), ("fastapi",)}


def test_a_choice_of_framework_has_a_model_answer_for_each() -> None:
    [choice] = [one for one in find_mock_interview("todo-api").stages if one.id == "framework"]
    lengths = [len(choice.answers[name]) for name in ("django", "flask", "fastapi")]
    assert max(lengths) < 1.5 * min(lengths)


def test_an_unknown_name_gets_the_nearest_one() -> None:
    with pytest.raises(LookupError, match="Did you mean 'todo-api'"):
        find_mock_interview("todo-apy")
    with pytest.raises(LookupError, match=r"There are todo-api, .*behavioural"):
        find_mock_interview("xyz")


def broken(**change: object) -> dict:
    stage = {**BOOKS["stages"][0], **change}
    return {**BOOKS, "stages": [stage, BOOKS["stages"][1]]}


ASK = {"ask": "?", "answer": "!"}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({**BOOKS, "id": "other"}, "`other` stands in `books.yaml`"),
        ({**BOOKS, "stages": [BOOKS["stages"][0]] * 2}, "two stages `choice`"),
        (broken(rubric=BOOKS["stages"][0]["rubric"][:2]), "at least 3"),
        (broken(answers={"cobol": "Cobol."}), "offers the choice `cobol`"),
        (broken(follow_ups=[{**ASK, "when": {"choice": ["cobol"]}}]), "offers the choice `cobol`"),
        (broken(follow_ups=[{**ASK, "when": {"criterion": "style", "at_most": 1}}]), "no criterion `style`"),
        (broken(follow_ups=[{**ASK, "when": {"criterion": "reasons", "at_most": 4}}]), "levels from 1 to 3"),
        (broken(follow_ups=[{**ASK, "when": {"criterion": "reasons"}}]), "goes together with"),
        (broken(follow_ups=[{**ASK, "when": {"at_least": 2}}]), "goes together with"),
        (broken(rubric=[BOOKS["stages"][0]["rubric"][0]] * 3), "a criterion twice"),
        (broken(colour="red"), "`stages.0.colour` is not a key"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, data: dict, says: str) -> None:
    path = tmp_path / "books.yaml"
    path.write_text(json.dumps(data, indent=1), encoding="utf-8")  # JSON is YAML.
    with pytest.raises(Problems) as error:
        read_mock_interview(path)
    assert says in str(error.value)
    assert f"{path}:" in str(error.value)


def test_a_sound_one_is_read(tmp_path: Path) -> None:
    path = tmp_path / "books.yaml"
    path.write_text(json.dumps(BOOKS), encoding="utf-8")
    interview = read_mock_interview(path)
    assert (interview.minutes, interview.stages[1].proof) == (5, JUDGEMENT)
    assert [name for name, _ in interview.proofs()] == ["books: choice: In Django", "books: choice: In Flask"]


def test_a_sheet_for_a_friend_holds_everything_to_ask_and_to_tick() -> None:
    text = sheet(MockInterview.model_validate(BOOKS))
    for said in (
        "# Interviewer's sheet: A library's API",
        "> What do you build it on?",
        "**Which one?** ☐ Flask ☐ Django",
        "- ☐ The load.",
        "- ☐ Contempt.",
        "**Django**\n\nDjango, it has an admin.",
        "```python\nclass Book: ...\n```",
        "1. **And with ten readers?**",
        "2. *Only if they chose flask.* **Which extensions?**",
        "4. *Only if “Reasons” is at level 1 or below.* **One reason, please.**",
        "- **Told**\n  - ☐ 1: Nothing.",
    ):
        assert said in text, said
