"""An interview goes a stage at a time, tells nothing too early, and loses neither words nor time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from course.house import House
from course.study.interviews.interview import AWAY
from course.study.journal import Journal
from course.study.library import Library
from course.study.memory import Memory, replay
from tests.course.study.candidate import SECRETS, Candidate


@pytest.fixture
def candidate(clone: House) -> Candidate:
    return Candidate(Library(clone.topics_path))


def on(page: object) -> str:
    return json.dumps(page, ensure_ascii=False)


def test_it_begins_with_a_page_that_says_how_it_goes(candidate: Candidate) -> None:
    assert candidate.phase == "start"
    assert [stage["minutes"] for stage in candidate.view["stages"]] == [2, 3]
    assert not candidate.memory.journal.events()


def test_a_stage_goes_from_question_to_comparison_to_follow_ups(candidate: Candidate) -> None:
    pages = [candidate.phase]
    candidate.does("start")
    pages.append(candidate.phase)
    candidate.answers()
    pages.append(candidate.phase)
    candidate.grades(2, 2, 2)
    pages.append(candidate.phase)
    candidate.does("follow-up", number=0, text="More.")
    pages.append(candidate.phase)
    candidate.does("follow-up-grade", number=0, grade=3)
    pages.append(candidate.phase)
    candidate.is_asked_further(2)
    pages.append(candidate.phase)
    assert pages == ["start", "question", "compare", "follow-up", "follow-up-compare", "follow-up", "between"]


def test_nothing_of_an_answer_is_shown_before_one_was_given(candidate: Candidate) -> None:
    assert not [secret for secret in SECRETS if secret in on(candidate.view)]
    candidate.does("start")
    assert not [secret for secret in SECRETS if secret in on(candidate.view)]
    candidate.does("draft", step="answer", text="Half a sen")
    assert not [secret for secret in SECRETS if secret in on(candidate.view)]
    candidate.answers()
    assert "The load" in on(candidate.view)
    assert not [later for later in ("ten readers", "Two tables") if later in on(candidate.view)]
    candidate.grades(2, 2, 2)
    assert "ten readers" in on(candidate.view)
    assert not [later for later in ("The same", "Which extensions") if later in on(candidate.view)]


def test_an_answer_is_written_or_said_or_not_known(candidate: Candidate) -> None:
    candidate.does("start")
    with pytest.raises(ValueError, match="say it aloud"):
        candidate.answers("  ")
    candidate.answers("", said_ms=61_000)
    assert candidate.view["mine"] == {"text": "", "said": "1:01", "skipped": False}
    candidate.grades(1, 1, 1)
    candidate.does("follow-up", number=0, skipped=True)
    assert candidate.view["mine"]["skipped"]


def test_a_choice_that_was_asked_for_has_to_be_made(candidate: Candidate) -> None:
    candidate.does("start")
    for choice in (None, "cobol"):
        with pytest.raises(ValueError, match="Which one"):
            candidate.answers(choice=choice)
    assert candidate.phase == "question"


@pytest.mark.parametrize(
    ("choice", "reasons", "asked"),
    [
        ("flask", 3, ["And with ten readers?", "Which extensions?"]),
        ("django", 3, ["And with ten readers?", "Which apps?"]),
        ("django", 1, ["And with ten readers?", "Which apps?", "One reason, please."]),
    ],
)
def test_follow_ups_depend_on_the_choice_and_on_the_grade(
    candidate: Candidate, choice: str, reasons: int, asked: list[str]
) -> None:
    candidate.does("start")
    candidate.answers(choice=choice)
    candidate.grades(reasons, 2, 2)
    assert candidate.view["of"] == len(asked)
    assert candidate.is_asked_further(*[2] * len(asked)) == asked
    assert candidate.phase == "between"


def test_the_own_choice_comes_first_among_the_model_answers(candidate: Candidate) -> None:
    candidate.does("start")
    candidate.answers(choice="flask")
    assert [(one["title"], one["mine"]) for one in candidate.view["code"]] == [("In Flask", True), ("In Django", False)]
    assert [one["mine"] for one in candidate.view["answers"]] == [True, False]


def test_each_line_of_the_rubric_wants_a_grade(candidate: Candidate) -> None:
    candidate.does("start")
    candidate.answers()
    with pytest.raises(ValueError, match="still open: Told, Costs"):
        candidate.does("grade", points=[1], flags=[], grades={"reasons": 2, "told": 9})
    assert candidate.view["rubric"][0]["grade"] == 2
    assert [point["ticked"] for point in candidate.view["points"]] == [False, True, False]


def test_what_is_ticked_is_kept_at_once(candidate: Candidate) -> None:
    candidate.does("start")
    candidate.answers()
    candidate.does("check", points=[0, 2, 7], flags=[1], grades={"told": 3})
    candidate.come_back()
    assert [point["ticked"] for point in candidate.view["points"]] == [True, False, True]
    assert [flag["ticked"] for flag in candidate.view["flags"]] == [False, True]
    assert [line["grade"] for line in candidate.view["rubric"]] == [None, 3, None]


def test_what_is_written_is_kept_as_it_is_written(candidate: Candidate) -> None:
    candidate.does("start")
    texts = ["Fla", "Flask, be", "Flask because 🚲", "Since the team knows Flask 🚲, Flask", "Since"]
    for text in texts:
        candidate.does("draft", step="answer", text=text)
        candidate.come_back()
        candidate.does("resume")
        assert candidate.view["text"] == text
    kept = [event.data["text"] for event in candidate.memory.journal.events() if event.kind == "interview-draft"]
    assert kept[:2] == ["Fla", "sk, be"]


def test_a_draft_that_comes_late_changes_no_answer(candidate: Candidate) -> None:
    candidate.does("start")
    candidate.answers("Done.")
    candidate.desk.act({"type": "draft", "stage": "choice", "step": "answer", "text": "Late"})
    assert candidate.view["mine"]["text"] == "Done."


def test_a_follow_up_is_kept_as_it_is_written(candidate: Candidate) -> None:
    candidate.does("start")
    candidate.answers()
    candidate.grades(2, 2, 2)
    candidate.does("draft", step="0", text="With ten")
    candidate.does("draft", step="1", text="Not asked yet")
    candidate.come_back()
    assert candidate.phase == "paused"
    candidate.does("resume")
    assert candidate.view["text"] == "With ten"
    assert list(candidate.run.turn("choice").follow_ups) == ["0"]


def test_the_same_click_twice_counts_once(candidate: Candidate) -> None:
    clicks = [
        {"type": "start"},
        {"type": "answer", "stage": "choice", "text": "A", "choice": "flask"},
        {
            "type": "grade",
            "stage": "choice",
            "points": [],
            "flags": [],
            "grades": {"reasons": 2, "told": 2, "costs": 2},
        },
        {"type": "follow-up", "stage": "choice", "number": 0, "text": "B"},
        {"type": "follow-up-grade", "stage": "choice", "number": 0, "grade": 2},
        {"type": "follow-up", "stage": "choice", "number": 1, "text": "C"},
        {"type": "follow-up-grade", "stage": "choice", "number": 1, "grade": 2},
        {"type": "begin", "stage": "models"},
    ]
    for click in clicks:
        candidate.desk.act(click)
        pages = [candidate.view]
        candidate.desk.act(click)
        pages.append(candidate.view)
        assert pages[0] == pages[1]
    kinds = [event.data.get("step", event.kind) for event in candidate.memory.journal.events()]
    assert kinds == [
        *("interview-start", "begin", "answer", "grade"),
        *("follow-up", "follow-up-grade", "follow-up", "follow-up-grade", "begin"),
    ]


def test_the_clock_runs_while_one_answers_and_stands_while_one_compares(candidate: Candidate) -> None:
    candidate.does("start")
    candidate.thinks(60)
    candidate.waits(7)
    candidate.answers()
    candidate.thinks(200)
    assert candidate.run.turn("choice").used_ms == 67_000
    candidate.grades(2, 2, 2)
    candidate.thinks(40)
    candidate.does("follow-up", number=0, text="More.")
    candidate.thinks(40)
    candidate.does("follow-up-grade", number=0, grade=1)
    candidate.is_asked_further(1)
    candidate.thinks(300)
    assert candidate.run.turn("choice").used_ms == 107_000
    assert candidate.view["done"]["used"] == "1:47"


def test_the_clock_can_be_paused(candidate: Candidate) -> None:
    candidate.does("start")
    candidate.thinks(20)
    candidate.does("pause")
    assert candidate.phase == "paused"
    assert "What do you build" not in on(candidate.view)
    candidate.thinks(60)
    candidate.does("resume")
    candidate.thinks(20)
    assert candidate.view["clock"]["used_ms"] == 40_000


def test_time_is_kept_over_a_crash_and_the_time_away_is_not_counted(candidate: Candidate) -> None:
    candidate.does("start")
    candidate.thinks(80)
    candidate.waits(3_600)
    candidate.come_back()
    assert candidate.phase == "paused"
    candidate.does("tick")
    candidate.waits(30)
    candidate.does("resume")
    candidate.thinks(20)
    assert (candidate.phase, candidate.view["clock"]["used_ms"]) == ("question", 100_000)


def test_a_lid_that_was_closed_is_no_time_of_thinking(candidate: Candidate) -> None:
    candidate.does("start")
    candidate.waits(AWAY / 1000 + 1)
    candidate.does("tick")
    assert candidate.view["clock"]["used_ms"] == 0
    candidate.waits(60)  # A hidden page says so once a minute.
    candidate.does("tick")
    assert candidate.view["clock"]["used_ms"] == 60_000


@pytest.mark.parametrize("stop", range(1, 12))
def test_a_new_desk_goes_on_where_the_former_stopped(clone: House, tmp_path: Path, stop: int) -> None:
    steps = [
        lambda: candidate.does("start"),
        lambda: candidate.answers(),
        lambda: candidate.grades(1, 2, 3, points=(1,), flags=(0,)),
        lambda: candidate.is_asked_further(2),
        lambda: candidate.does("follow-up", number=1, text="More."),
        lambda: candidate.does("follow-up-grade", number=1, grade=2),
        lambda: candidate.is_asked_further(2),
        lambda: candidate.does("begin"),
        lambda: candidate.answers(),
        lambda: candidate.grades(3, 3, 3, points=(0,)),
        lambda: candidate.is_asked_further(3),
    ]
    candidate = Candidate(Library(clone.topics_path), tmp_path / "journal.db")
    for step in steps[:stop]:
        step()
    before = candidate.view
    candidate = Candidate(Library(clone.topics_path), tmp_path / "journal.db")
    if candidate.phase == "paused":
        candidate.does("resume")
    assert candidate.view == before
    for step in steps[stop:]:
        step()
    candidate.does("finish")
    assert candidate.view["share"] == 75


def test_the_last_grade_can_be_taken_back(candidate: Candidate) -> None:
    candidate.does("start")
    candidate.answers()
    with pytest.raises(ValueError, match="no grade to take back"):
        candidate.does("undo")
    candidate.grades(1, 2, 2)
    candidate.is_asked_further(1)
    candidate.does("undo")
    assert (candidate.phase, candidate.view["number"]) == ("follow-up-compare", 0)
    candidate.does("follow-up-grade", number=0, grade=3)
    for _ in range(2):
        candidate.does("undo")
        if candidate.phase == "follow-up-compare":
            candidate.does("follow-up-grade", number=0, grade=3)
    assert candidate.phase == "follow-up"


def test_an_end_by_mistake_can_be_taken_back(candidate: Candidate) -> None:
    candidate.does("start")
    candidate.does("draft", step="answer", text="Half a")
    candidate.does("finish")
    assert candidate.phase == "report"
    candidate.does("undo")
    assert (candidate.phase, candidate.view["text"]) == ("question", "Half a")


def test_an_interview_that_was_ended_is_over(candidate: Candidate) -> None:
    candidate.does("start")
    candidate.does("finish")
    candidate.come_back()
    assert candidate.phase == "start"
    with pytest.raises(ValueError, match="is over"):
        candidate.desk.act({"type": "answer", "stage": "choice", "text": "A"})
    candidate.waits(1)
    candidate.does("start")
    assert (candidate.phase, len(candidate.memory.state.interviews.runs)) == ("question", 2)


def test_what_nobody_can_do_is_refused(candidate: Candidate) -> None:
    for event in ({"type": "dance"}, {}, {"type": "report", "run": "nobodys"}, {"type": "begin", "stage": "choice"}):
        with pytest.raises(ValueError, match=r"nothing to do|no such interview|is over"):
            candidate.desk.act(event)
    candidate.does("start")
    candidate.answers()
    candidate.grades(2, 2, 2)
    candidate.does("follow-up", number=0, text="More.")
    with pytest.raises(ValueError, match="Choose one of"):
        candidate.does("follow-up-grade", number=0, grade=4)


def test_the_state_follows_from_the_events_alone(candidate: Candidate) -> None:
    candidate.holds_it(1, 2, 3)
    candidate.does("start-page")
    candidate.waits(86_400)
    candidate.does("start")
    candidate.does("draft", step="answer", text="Half a")
    assert replay(candidate.memory.journal.events()).interviews == candidate.memory.state.interviews


def test_events_of_an_interview_that_is_not_there_change_nothing(candidate: Candidate) -> None:
    memory = Memory(Journal(), lambda: candidate.moment)
    memory.record("interview-turn", {"run": "elsewhere", "stage": "a", "step": "begin"})
    memory.record("interview-finish", {"run": "elsewhere"})
    assert memory.state.interviews.runs == {}
