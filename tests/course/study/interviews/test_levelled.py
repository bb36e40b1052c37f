"""Questions are drawn from the banks by topic, level and time; what was asked lately comes last."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.house import House
from course.study.interviews.levelled import MINUTES, RUBRIC, draw, levelled, wishes
from course.study.interviews.lobby import Lobby
from course.study.library import Library
from tests.course.study.candidate import Candidate


@pytest.fixture
def library(clone: House) -> Library:
    return Library(clone.topics_path)


def drawn(library: Library, minutes: int = 20, asked: dict[str, int] | None = None, seed: str = "a", **by: str) -> list:
    return draw(library, asked or {}, wishes(library, minutes=minutes, **by), seed)


def test_they_fit_into_the_time_and_come_from_easy_to_hard(library: Library) -> None:
    for minutes in (10, 20, 45):
        levels = [entry.item.level for entry in drawn(library, minutes, topic="routing")]
        assert 0 < sum(MINUTES[level] for level in levels) <= minutes
        assert levels == sorted(levels, key=list(MINUTES).index)


def test_a_level_and_a_topic_are_kept_to(library: Library) -> None:
    found = drawn(library, topic="routing", level="intermediate")
    assert {(entry.topic, entry.item.level) for entry in found} == {("routing", "intermediate")}
    assert len(found) == 3


def test_the_same_seed_draws_the_same_and_another_one_others(library: Library) -> None:
    def ids(seed: str) -> list[str]:
        return [entry.id for entry in drawn(library, 12, seed=seed, topic="routing")]

    assert ids("a") == ids("a")
    assert len({tuple(ids(str(seed))) for seed in range(10)}) > 1


def test_what_was_asked_longest_ago_comes_first(library: Library) -> None:
    ids = sorted(id for id, entry in library.interviews.items() if entry.item.level == "intermediate")
    asked = {id: 1000 + place for place, id in enumerate(ids)}
    found = drawn(library, 12, asked=asked, level="intermediate")
    assert {entry.id for entry in found} == set(ids[:2])
    del asked[ids[-1]]
    assert ids[-1] in {entry.id for entry in drawn(library, 12, asked=asked, level="intermediate")}


def test_one_question_is_asked_even_when_time_is_short(library: Library) -> None:
    assert len(drawn(library, 4, level="advanced")) == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"topic": "rooting"}, "Did you mean 'routing'"),
        ({"topic": "caching"}, "has no questions for an interview yet. There are questions on"),
        ({"level": "expert"}, "beginner, intermediate, advanced"),
        ({"minutes": 2}, "from 4 to 120 minutes"),
        ({"minutes": "x"}, "from 4 to 120 minutes, not 'x'"),
    ],
)
def test_wishes_that_cannot_be_met_are_explained(library: Library, given: dict, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        wishes(library, **given)


def test_a_level_without_questions_says_which_there_are(house: House) -> None:
    with pytest.raises(ValueError, match="there are beginner"):
        wishes(Library(house.topics_path), level="advanced")


def test_a_course_without_any_questions_says_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^There are no questions for an interview yet"):
        wishes(Library(tmp_path))


def test_a_question_of_a_bank_becomes_a_stage(library: Library) -> None:
    entry = library.interviews["shadowed-route-hunt"]
    [stage] = levelled([entry], wishes(library, topic="routing"), library).stages
    assert (stage.says, stage.key_points, stage.red_flags) == (
        entry.item.ask,
        entry.item.key_points,
        entry.item.red_flags,
    )
    assert [one.ask for one in stage.follow_ups] == [one.ask for one in entry.item.follow_ups]
    assert (stage.minutes, stage.rubric, stage.study) == (6, RUBRIC, ("routing",))


def hold(candidate: Candidate) -> list[str]:
    candidate.does("start")
    asked = []
    while candidate.phase != "report":
        if candidate.phase == "question":
            asked.append(candidate.view["stage"]["id"])
            candidate.answers()
            candidate.grades(2, 2, 2)
        elif candidate.phase == "follow-up":
            candidate.is_asked_further(2)
        else:
            candidate.does("finish" if candidate.view["last"] else "begin")
        candidate.waits(1)
    return asked


def test_the_next_interview_asks_other_questions(library: Library) -> None:
    candidate = Candidate(library, wanted=wishes(library, "routing", "intermediate", 12))
    first = hold(candidate)
    candidate.does("start-page")
    second = hold(candidate)
    assert len(first) == len(second) == 2
    assert not set(first) & set(second)


def test_the_questions_stay_the_same_until_it_is_over(library: Library, tmp_path: Path) -> None:
    wanted = wishes(library, "routing")
    candidate = Candidate(library, tmp_path / "journal.db", wanted)
    candidate.does("start")
    asked = candidate.run.stages
    candidate.answers("Mine.")
    candidate = Candidate(library, tmp_path / "journal.db", wanted)
    assert (candidate.phase, candidate.view["mine"]["text"]) == ("compare", "Mine.")
    assert [stage.id for stage in candidate.desk.interview(candidate.run).stages] == asked


def test_an_interview_with_other_wishes_is_another_one(library: Library) -> None:
    candidate = Candidate(library, wanted=wishes(library, "routing"))
    candidate.does("start")
    candidate.wanted = wishes(library, "routing", minutes=10)
    candidate.come_back()
    assert candidate.phase == "start"


def test_questions_that_left_the_course_leave_an_interview_that_is_open(library: Library, house: House) -> None:
    candidate = Candidate(library, wanted={"topic": None, "level": None, "minutes": 20})
    candidate.does("start")
    candidate.library = Library(house.topics_path)
    candidate.come_back()
    assert (candidate.phase, candidate.view["minutes"]) == ("start", 4)


def test_the_lobby_lists_what_there_is_with_earlier_results_and_leads_there(library: Library) -> None:
    candidate = Candidate(library)
    lobby = Lobby(candidate.memory, library)
    view = lobby.view()
    assert view["interviews"][0]["id"] == "todo-api"
    assert [(one["id"], one["questions"]["intermediate"]) for one in view["topics"]] == [("routing", 5)]
    lobby.act({"type": "choose", "interview": "todo-api"})
    assert (lobby.view()["phase"], lobby.view()["lobby"]) == ("start", True)
    lobby.act({"type": "start"})
    lobby.act({"type": "answer", "stage": "framework", "text": "Flask.", "choice": "flask"})
    grades = {"reasons": 3, "trade-offs": 2, "numbers": 2, "told": 3}
    lobby.act({"type": "grade", "stage": "framework", "points": [], "flags": [], "grades": grades})
    lobby.act({"type": "lobby"})
    assert [one["open"] for one in lobby.view()["interviews"]][:2] == [True, False]
    lobby.act({"type": "choose", "interview": "todo-api"})
    assert lobby.view()["phase"] == "paused"
    lobby.act({"type": "finish"})
    lobby.act({"type": "lobby"})
    assert [run["share"] for run in lobby.view()["interviews"][0]["earlier"]] == [67]


def test_the_lobby_draws_questions_and_says_what_is_wrong(library: Library) -> None:
    lobby = Lobby(Candidate(library).memory, library)
    with pytest.raises(ValueError, match="Choose an interview first"):
        lobby.act({"type": "start"})
    with pytest.raises(ValueError, match="no interview 'todo'"):
        lobby.act({"type": "choose", "interview": "todo"})
    for odd in ({"topic": "nope"}, {"topic": ["routing"]}, {"level": {}, "minutes": "x"}, {"level": 5}):
        with pytest.raises(ValueError, match=r"no topic|A level is|An interview takes"):
            lobby.act({"type": "draw", "minutes": 10, **odd})
    lobby.act({"type": "draw", "topic": "routing", "level": "", "minutes": 10})
    assert lobby.view()["title"] == "Routing and URLs, all levels"
