"""A report says what was reached, how sure that is, why each answer is right, and what to do next."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.study.exams.exam import Exams, Result, Run
from course.study.exams.report import Score, change, report, score, verdict, wilson
from course.study.library import Library
from course.study.progress import NotebookProgress, TopicProgress
from tests.course.study.exam_hall import BLUEPRINT, make_library

IDS = ["routing-beginner-0", "routing-advanced-0", "templates-beginner-0", "forms-beginner-0"]
NOTES = frozenset({"routing-concept"})


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return make_library(tmp_path_factory.mktemp("banks") / "topics", each=1, tasks=1)


@pytest.fixture(autouse=True)
def blueprints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "blueprints.yaml"
    path.write_text(BLUEPRINT.format(questions=4, tasks=1), encoding="utf-8")
    monkeypatch.setenv("COURSE_BLUEPRINTS", str(path))


def finished(number: int = 1, right: tuple[str, ...] = (), passed: int = 1, of: int = 2) -> Run:
    """A run of four questions, of which some were right, and one task."""
    items = [["questions", id] for id in IDS] + [["tasks", "write-routing-0"]]
    about = [{"topic": id.split("-")[0], "framework": "all", "level": id.split("-")[1]} for id in IDS]
    run = Run(
        run=f"mock-{number}",
        blueprint="mock",
        form=number,
        items=items,
        about=[*about, {"topic": "routing", "framework": "all", "level": "beginner"}],
        minutes=30,
        seed=1,
        started=1_000 * number,
        last=1_000 * number,
        pass_mark=0.6,
        task_points=3,
    )
    for id in IDS:
        known = id in right
        run.results[id] = Result(f"right of {id}" if known else f"wrong 2 of {id}", known, float(known))
    run.results["write-routing-0"] = Result("return 7", passed == of, passed / of, passed, of, ["not 42"])
    run.spent = {IDS[0]: 61_000}
    run.used_ms = 61_000
    whole = score(run, run.results)
    run.points, run.of, run.passed = whole.points, whole.of, whole.passes(0.6)
    run.handed = run.finished = 1_000 * number + 500
    return run


def exams(*runs: Run) -> Exams:
    return Exams({run.run: run for run in runs})


def topics(library: Library) -> list[TopicProgress]:
    known = library.syllabus.topic_by_id
    lesson = NotebookProgress("02_routing/1_matching.ipynb", "Matching", 30, 9, 9, objectives=NOTES)
    other = NotebookProgress("02_routing/2_other.ipynb", "Other", 30, 9, 9, objectives=frozenset({"another"}))
    exercises = NotebookProgress("02_routing/exercises.ipynb", "Exercises", 30, 9, 9, 0, 10, NOTES)
    return [TopicProgress(known["routing"], (other, exercises, lesson))]


def test_wilsons_interval_is_that_of_the_textbook() -> None:
    low, high = wilson(0.7, 20)
    assert (round(low, 3), round(high, 3)) == (0.481, 0.855)
    assert wilson(1.0, 10)[1] == 1
    assert wilson(0.0, 0) == (0, 1)


@pytest.mark.parametrize(
    ("points", "of", "said"),
    [
        (58, 60, "Passed, and with a margin"),
        (42, 60, "Passed. Another form would probably be passed"),
        (37, 60, "Passed, but only a coin's toss from failing"),
        (35, 60, "Not passed, but only a coin's toss from passing"),
        (31, 60, "Not passed, but not far from it"),
        (12, 60, "Not passed, and clearly so"),
    ],
)
def test_the_verdict_says_how_sure_it_is(points: int, of: int, said: str) -> None:
    assert verdict(Score(points, of, of), 0.6).startswith(said)


def test_a_task_counts_more_and_in_part() -> None:
    run = finished(right=(IDS[0],), passed=1, of=3)
    whole = score(run, run.results)
    assert (whole.points, whole.of) == (pytest.approx(2), 7)
    assert whole.weight == pytest.approx(49 / 13), "a heavy item makes the score less sure than seven light ones"


def test_the_report_has_the_score_by_topic_by_level_and_by_kind(library: Library) -> None:
    told = report(finished(right=(IDS[0], IDS[2])), exams(), library, [])
    assert (told["points"], told["of"], told["passed"]) == (3.5, 7, False)
    assert told["low"] < 0.5 < told["high"]
    rows = {
        table["name"]: {row["name"]: (row["points"], row["of"]) for row in table["rows"]} for table in told["tables"]
    }
    assert rows["Topic"] == {"Routing and URLs": (2.5, 5), "Templates": (1, 1), "Forms and input validation": (0, 1)}
    assert rows["Level"] == {"Beginner": (3.5, 6), "Advanced": (0, 1)}
    assert rows["Kind"] == {"Questions": (2, 4), "Code tasks": (1.5, 3)}


def test_each_item_has_the_own_answer_the_right_one_and_why(library: Library) -> None:
    first, second, *_, task = report(finished(right=(IDS[0],)), exams(), library, [])["items"]
    assert (first["state"], first["seconds"]) == ("right", 61)
    assert "own_why" not in first
    assert second["state"] == "wrong"
    assert second["own"] == {"line": f"wrong 2 of {IDS[1]}"}
    assert second["own_why"] == {"md": "secret of 2"}
    assert second["right"] == {"line": f"right of {IDS[1]}"}
    assert second["why"] == {"md": "secret of the key"}
    assert (task["state"], task["passed"], task["all"], task["failures"]) == ("part", 1, 2, ["not 42"])
    assert task["own_code"] == "return 7"
    assert "return 42" in task["reference"]


def test_what_was_missed_leads_to_notebooks_and_cards_about_just_that(library: Library) -> None:
    told = report(finished(right=(IDS[0], IDS[2])), exams(), library, topics(library))["next"]
    assert [one["topic"] for one in told] == ["routing", "forms"], "most points were lost in routing"
    routing = told[0]
    assert [one["lesson"] for one in routing["notebooks"]] == [
        "02_routing/1_matching.ipynb",
        "02_routing/exercises.ipynb",
    ]
    assert routing["cards"] == ["card-routing"]
    assert routing["study"] == "cards(only=['card-routing'])"
    assert routing["objectives"]


def test_nothing_is_to_be_studied_after_a_perfect_exam(library: Library) -> None:
    assert report(finished(right=tuple(IDS), passed=2), exams(), library, topics(library))["next"] == []


def test_it_is_compared_with_the_exam_before(library: Library) -> None:
    worse, better = long(1, 12), long(2, 30)
    known = exams(worse, better)
    assert change(worse, known) == ""
    assert change(better, known) == "45 percentage points more than in form 1, more than chance explains."
    assert change(long(3, 26), known) == "10 percentage points fewer than in form 2, which chance alone could explain."
    assert change(long(3, 30), known) == "As many points as in form 2."
    told = report(finished(3, tuple(IDS), passed=2), known, library, [])
    assert [(one["form"], one["passed"]) for one in told["earlier"]] == [(2, True), (1, False)]
    assert told["change"].startswith("25 percentage points more than in form 2")


def long(number: int, right: int) -> Run:
    """A run of 40 questions that no bank holds any more."""
    run = finished(number)
    run.items = [["questions", f"gone-{place}"] for place in range(40)]
    run.results = {f"gone-{place}": Result("this", place < right, float(place < right)) for place in range(40)}
    run.points, run.of, run.passed = float(right), 40.0, right >= 24
    return run
