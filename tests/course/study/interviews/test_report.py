"""A report says what was strong and weak, how long it took, and what to study next; it can be taken along."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from course.house import House
from course.study.interviews.desk import InterviewDesk
from course.study.library import Library
from course.study.progress import NotebookProgress, TopicProgress
from tests.course.study.candidate import Candidate


@pytest.fixture
def candidate(clone: House) -> Candidate:
    return Candidate(Library(clone.topics_path))


def test_it_counts_by_stage_and_by_criterion(candidate: Candidate) -> None:
    candidate.holds_it(1, 2, 3)
    view = candidate.view
    assert [(stage["share"], stage["used"], stage["planned"]) for stage in view["stages"]] == [
        (50, "1:00", "2:00"),
        (100, "0:00", "3:00"),
    ]
    assert {one["title"]: (one["share"], one["stages"]) for one in view["criteria"]} == {
        "Reasons": (50, 2),
        **{"Told": (50, 1), "Costs": (100, 1), "Rules": (100, 1), "Code": (100, 1)},
    }
    assert (view["share"], view["used"], view["planned"]) == (75, "1:00", "5:00")


def test_time_over_the_plan_is_said(candidate: Candidate) -> None:
    candidate.does("start")
    candidate.thinks(140)
    candidate.answers()
    candidate.does("finish")
    [stage] = candidate.view["stages"]
    assert (stage["used"], stage["planned"], stage["over"]) == ("2:20", "2:00", True)


def test_key_points_that_were_missed_and_red_flags_are_named(candidate: Candidate) -> None:
    candidate.does("start")
    candidate.answers()
    candidate.grades(3, 3, 3, points=(1,), flags=(0,))
    candidate.does("finish")
    [stage] = candidate.view["stages"]
    assert [line["line"] for line in stage["missed"]] == ["The readers.", "The team."]
    assert [line["line"] for line in stage["flags"]] == ["Contempt."]
    assert candidate.view["flags"] == 1


def test_weak_stages_say_what_to_study_next(candidate: Candidate) -> None:
    candidate.holds_it(1, 2, 2)
    assert candidate.view["advice"] == [
        {"topic": "Choosing and comparing frameworks", "because": "The choice: 33 % of the grades.", "notebooks": []}
    ]


def test_topics_to_study_lead_to_their_notebooks(candidate: Candidate) -> None:
    topic = candidate.library.syllabus.topic_by_id["choosing-framework"]
    lessons = tuple(NotebookProgress(f"27/{n}.ipynb", f"Lesson {n}", 20, 5, 0) for n in range(3))
    staged = candidate.desk.interview()
    candidate.desk = InterviewDesk(
        candidate.memory, candidate.library, staged, topics=lambda: [TopicProgress(topic, lessons)]
    )
    candidate.holds_it(1, 2, 2)
    [advice] = candidate.view["advice"]
    assert advice["notebooks"] == [{"lesson": f"27/{n}.ipynb", "title": f"Lesson {n}"} for n in range(2)]


def test_a_red_flag_alone_is_a_reason_and_a_good_stage_is_none(candidate: Candidate) -> None:
    candidate.does("start")
    candidate.answers()
    candidate.grades(3, 3, 3, flags=(1,))
    candidate.does("finish")
    assert [one["because"] for one in candidate.view["advice"]] == ["The choice: a red flag."]


def test_weak_follow_ups_are_a_reason_too(candidate: Candidate) -> None:
    candidate.does("start")
    candidate.answers()
    candidate.grades(3, 3, 3)
    candidate.is_asked_further(1, 2)
    candidate.does("finish")
    assert [one["because"] for one in candidate.view["advice"]] == ["The choice: the follow-ups."]


def test_earlier_interviews_stand_beside_it(candidate: Candidate) -> None:
    candidate.holds_it(1, 1, 1)
    candidate.does("start-page")
    candidate.waits(86_400)
    candidate.holds_it(3, 3, 3)
    assert [(run["date"], run["share"]) for run in candidate.view["earlier"]] == [("2026-11-20", 50)]
    candidate.come_back()
    first = candidate.view["earlier"][-1]
    assert [run["share"] for run in candidate.view["earlier"]] == [100, 50]
    candidate.does("report", run=first["run"])
    assert (candidate.view["share"], candidate.view["earlier"], candidate.view["can_undo"]) == (50, [], False)


def test_an_interview_without_any_grade_is_not_compared_with_others(candidate: Candidate) -> None:
    candidate.does("start")
    candidate.does("finish")
    assert candidate.view["share"] is None
    candidate.does("start-page")
    assert candidate.view["earlier"] == []


def test_it_can_be_taken_to_a_friend_as_markdown(candidate: Candidate) -> None:
    candidate.does("start")
    candidate.thinks(40)
    candidate.answers("Flask. *Small*, and known.")
    candidate.grades(1, 2, 3, points=(0,), flags=(1,))
    candidate.is_asked_further(3, 1)
    candidate.does("finish")
    export = candidate.view["export"]
    assert export["name"] == "interview-books-2026-11-20"
    for said in (
        "# Mock interview: A library's API",
        "> What do you build it on?",
        "Flask. *Small*, and known.",
        "I chose Flask.",
        "- **Reasons**: 1 of 3. Nothing.",
        "| Reasons | 1 of 3 |",
        "I missed:\n\n- The load.",
        "Red flags:\n\n- No reason.",
        "**Then:** And with ten readers?\n\nHad it.",
        "Time: 0:40 of 2:00.",
        "- Choosing and comparing frameworks. The choice: 50 % of the grades.",
    ):
        assert said in export["text"], said


def test_nothing_that_was_typed_reaches_the_rest_of_the_report(candidate: Candidate) -> None:
    candidate.does("start")
    candidate.answers("Flask:\n````\n```python\n<script>alert(1)</script>\n# Heading")
    candidate.grades(1, 2, 3)
    candidate.does("follow-up", number=candidate.view["number"], text="~~~\n<b>More.")
    candidate.does("follow-up-grade", number=0, grade=3)
    candidate.does("finish")
    tokens = MarkdownIt("commonmark").parse(candidate.view["export"]["text"])
    fences = [token.content for token in tokens if token.type == "fence"]
    assert fences == [
        "Flask:\n````\n```python\n<script>alert(1)</script>\n# Heading\n",
        "~~~\n<b>More.\n",
    ]
    assert [token.type for token in tokens if token.type.startswith("html")] == []
    assert "What to study next" in [token.content for token in tokens if token.type == "inline"]
