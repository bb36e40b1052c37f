"""An exam goes on whatever happens, says nothing of its key before the end, and is finished once."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from course.study.exams.calibration import calibration
from course.study.exams.exam import Result
from course.study.exams.report import change
from course.study.exams.sitting import Sitting
from course.study.journal import Journal
from course.study.library import Library
from course.study.running import Outcome, run_tests
from tests.course.study.exam_hall import BLUEPRINT, Hall, answer_all, finish, make_library, option


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return make_library(tmp_path_factory.mktemp("banks") / "topics")


@pytest.fixture
def hall(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hall:
    blueprints = tmp_path / "blueprints.yaml"
    blueprints.write_text(BLUEPRINT.format(questions=10, tasks=2), encoding="utf-8")
    monkeypatch.setenv("COURSE_BLUEPRINTS", str(blueprints))
    return Hall(library)


def kinds(hall: Hall) -> list[str]:
    return [event.kind for event in hall.memory().journal.events()]


def answer_first(desk: Sitting, wanted: str = "right") -> str:
    view = desk.view()
    desk.act({"type": "answer", "item": view["item"]["id"], "option": option(view, wanted)})
    return str(view["item"]["id"])


def chosen(desk: Sitting) -> list[str]:
    return [one["text"]["line"] for one in desk.view()["item"]["options"] if one["chosen"]]


def everything_shown(desk: Sitting) -> str:
    """All pages of a sitting, one after another."""
    pages = []
    for item in desk.view()["items"]:
        desk.act({"type": "go", "item": item["id"]})
        pages.append(json.dumps(desk.view()))
    return "".join(pages)


def test_the_list_has_every_exam_and_says_kindly_which_has_nothing_to_ask(hall: Hall) -> None:
    mock, far = hall.desk(None).view()["blueprints"]
    assert (mock["title"], mock["size"]) == ("Mock exam", "10 questions and 2 code tasks in 30 minutes")
    assert "30 more answers" in mock["readiness"]["reason"]
    assert "the banks hold no question" in far["nothing"]
    with pytest.raises(ValueError, match="try another exam"):
        hall.desk("far-away").act({"type": "start"})
    assert kinds(hall) == []


def test_the_start_page_says_what_comes_how_long_and_by_which_rules(hall: Hall) -> None:
    page = hall.desk().view()
    assert (page["state"], page["form"], page["size"]) == ("start", 1, "10 questions and 2 code tasks in 30 minutes")
    rules = " ".join(page["rules"])
    assert "Closed book" in rules
    assert "Nobody checks it" in rules
    assert "60 % of the points" in rules


def test_a_name_that_no_exam_has_is_answered_with_the_nearest(hall: Hall) -> None:
    with pytest.raises(LookupError, match="Did you mean 'mock'"):
        hall.desk("moc")


def test_no_page_holds_a_key_before_the_end(hall: Hall) -> None:
    desk = hall.begun()
    answer_all(desk, "wrong")
    desk.act({"type": "mark", "item": desk.view()["item"]["id"], "marked": True})
    desk.act({"type": "hand-in"})
    shown = json.dumps(desk.view()) + everything_shown(desk)
    assert "right of" in shown
    assert "secret" not in shown
    assert "correct" not in shown
    assert "trap-" not in shown


def test_options_stand_in_another_order_than_in_the_bank_and_in_the_same_one_again(hall: Hall) -> None:
    desk, orders = hall.begun(), []
    for item in desk.view()["items"]:
        desk.act({"type": "go", "item": item["id"]})
        if item["kind"] == "question":
            orders.append([one["text"]["line"] for one in desk.view()["item"]["options"]])
    assert any(not order[0].startswith("right") for order in orders)
    again = hall.desk()
    again.act({"type": "go", "item": desk.view()["items"][0]["id"]})
    assert [one["text"]["line"] for one in again.view()["item"]["options"]] == orders[0]


def test_an_answer_can_be_changed_and_the_last_one_counts(hall: Hall) -> None:
    desk = hall.begun()
    answer_all(desk, "wrong", code="return 0")
    answer_all(desk, "right", code="return 42")
    assert finish(desk)["share"] == 1


def test_the_same_click_twice_is_one_answer(hall: Hall) -> None:
    desk = hall.begun()
    answer_first(desk)
    answer_first(desk)
    assert kinds(hall).count("exam-answer") == 1


def test_the_same_start_twice_is_one_exam(hall: Hall) -> None:
    desk = hall.desk()
    for _ in range(2):
        desk.act({"type": "start", "form": 1})
    assert kinds(hall) == ["exam-start"]
    finish(desk)
    desk.act({"type": "start", "form": 1})
    assert kinds(hall).count("exam-start") == 1


def test_an_item_can_be_marked_for_later_and_unmarked(hall: Hall) -> None:
    desk = hall.begun()
    item = desk.view()["item"]["id"]
    desk.act({"type": "mark", "item": item, "marked": True})
    assert [one["marked"] for one in hall.desk().view()["items"]].count(True) == 1
    desk.act({"type": "mark", "item": item, "marked": False})
    assert not any(one["marked"] for one in desk.view()["items"])


def test_after_a_crash_the_exam_goes_on_with_all_that_was_answered(hall: Hall) -> None:
    first = hall.begun()
    item = answer_first(first, "wrong")
    given = chosen(first)
    place = first.view()["items"][3]["id"]
    first.act({"type": "go", "item": place})
    hall.hands.wait(seconds=10)
    second = hall.desk(None)  # The kernel is another one, and the cell only says exam().
    view = second.view()
    assert (view["state"], view["item"]["id"]) == ("sitting", place)
    second.act({"type": "go", "item": item})
    assert given
    assert chosen(second) == given


def test_code_that_was_typed_is_there_again(hall: Hall) -> None:
    desk = hall.begun()
    task = next(one["id"] for one in desk.view()["items"] if one["kind"] == "code")
    desk.act({"type": "go", "item": task})
    assert desk.view()["item"]["code"] == "def answer(): ..."
    desk.act({"type": "code", "item": task, "code": "def answer():\n    retu"})
    assert hall.desk().view()["item"]["code"] == "def answer():\n    retu"


def tick_for(desk: Sitting, hall: Hall, minutes: float) -> None:
    for _ in range(round(minutes * 3)):
        hall.hands.wait(seconds=20)
        desk.act({"type": "tick"})


def left(desk: Sitting, shown: float = -1) -> int:
    desk.act({"type": "tick", "shown": shown})
    return int(desk.view()["left"])


def test_time_passes_while_the_exam_is_open(hall: Hall) -> None:
    desk = hall.begun()
    tick_for(desk, hall, 10)
    assert left(desk) == pytest.approx(20 * 60, abs=2)


def test_time_stands_still_while_nothing_is_open(hall: Hall) -> None:
    tick_for(hall.begun(), hall, 10)
    hall.hands.wait(days=2)
    desk = hall.desk()
    page = desk.view()
    assert (page["state"], page["interrupted"], page["left"]) == ("paused", True, pytest.approx(20 * 60, abs=2))
    hall.hands.wait(hours=1)
    desk.act({"type": "resume"})
    assert left(desk) == pytest.approx(20 * 60, abs=2)


def test_a_kernel_that_is_restarted_at_once_costs_no_time_either(hall: Hall) -> None:
    desk = hall.begun()
    tick_for(desk, hall, 1)
    hall.hands.wait(seconds=50)
    assert left(hall.desk()) == pytest.approx(29 * 60, abs=2)


def test_a_page_in_the_background_that_wakes_once_a_minute_is_open(hall: Hall) -> None:
    desk = hall.begun()
    for _ in range(5):
        hall.hands.wait(seconds=61)
        desk.act({"type": "tick"})
    assert left(desk) == pytest.approx(30 * 60 - 5 * 61, abs=2)


def test_a_machine_that_slept_under_an_open_page_has_lost_nothing(hall: Hall) -> None:
    desk = hall.begun()
    hall.hands.wait(hours=9)
    assert left(desk) == pytest.approx(30 * 60, abs=2)


def test_a_pause_stops_the_clock_until_it_is_over(hall: Hall) -> None:
    desk = hall.begun()
    tick_for(desk, hall, 5)
    desk.act({"type": "pause"})
    assert desk.view()["state"] == "paused"
    hall.hands.wait(seconds=40)
    desk.act({"type": "tick"})
    assert hall.desk().view()["left"] == pytest.approx(25 * 60, abs=2)
    with pytest.raises(ValueError, match="paused"):
        desk.act({"type": "answer", "item": "x", "option": 0})
    desk.act({"type": "resume"})
    assert left(desk) == pytest.approx(25 * 60, abs=2)


def test_a_tick_changes_nothing_that_is_drawn_unless_the_page_shows_a_wrong_time(hall: Hall) -> None:
    desk = hall.begun()
    before = desk.view()
    hall.hands.wait(seconds=20)
    desk.act({"type": "tick", "shown": before["left"] - 20})
    assert desk.view() == before
    hall.hands.wait(seconds=20)
    desk.act({"type": "tick", "shown": before["left"]})
    assert desk.view()["left"] == pytest.approx(before["left"] - 40, abs=1)


def test_at_the_end_of_time_it_is_handed_in_by_itself(hall: Hall) -> None:
    desk = hall.begun()
    answer_all(desk, only=[1, 2, 3])
    tick_for(desk, hall, 30)
    page = desk.view()
    assert (page["state"], page["by"]) == ("report", "time")
    assert page["points"] == 3
    with pytest.raises(ValueError, match="No exam is running"):
        desk.act({"type": "answer", "item": "x", "option": 0})


def test_an_answer_after_the_end_of_time_is_not_taken(hall: Hall) -> None:
    desk = hall.begun()
    tick_for(desk, hall, 29.7)
    hall.hands.wait(seconds=25)
    answer_first(desk)
    assert desk.view()["points"] == 0


def test_two_notebooks_show_the_same_exam(hall: Hall) -> None:
    one, other = hall.begun(), hall.desk(None)
    item = answer_first(one)
    assert [row["state"] for row in other.view()["items"]].count("answered") == 1
    other.act({"type": "go", "item": one.view()["items"][5]["id"]})
    assert one.view()["item"]["id"] == item, "each notebook stays at its own question"
    other.act({"type": "pause"})
    assert one.view()["state"] == "paused"
    one.act({"type": "resume"})
    assert other.view()["state"] == "sitting"
    finish(other)
    assert one.view()["state"] == "report"


def test_time_in_two_notebooks_passes_once(hall: Hall) -> None:
    one, other = hall.begun(), hall.desk()
    for _ in range(15):
        hall.hands.wait(seconds=10)
        one.act({"type": "tick"})
        hall.hands.wait(seconds=10)
        other.act({"type": "tick"})
    assert left(one) == pytest.approx(25 * 60, abs=2)


def test_only_one_exam_runs_at_a_time(hall: Hall) -> None:
    hall.begun()
    desk = hall.desk("far-away")
    assert "Mock exam, form 1, is still running" in desk.view()["busy"]
    desk.act({"type": "go-on"})
    assert desk.view()["title"] == "Mock exam"


def test_handing_in_asks_again_while_something_is_open_or_marked(hall: Hall) -> None:
    desk = hall.begun()
    answer_all(desk, only=range(1, 11))
    desk.act({"type": "mark", "item": desk.view()["items"][1]["id"], "marked": True})
    desk.act({"type": "hand-in"})
    assert desk.view()["confirm"] == {"open": [11, 12], "marked": [2]}
    desk.act({"type": "cancel"})
    assert desk.view()["confirm"] is None
    assert "exam-hand-in" not in kinds(hall)


def test_handing_in_does_not_ask_when_all_is_answered(hall: Hall) -> None:
    desk = hall.begun()
    answer_all(desk)
    desk.act({"type": "hand-in"})
    assert (desk.view()["state"], desk.view()["all"]) == ("handing-in", 2)


def test_code_is_checked_task_by_task_with_progress_and_counts_in_part(hall: Hall) -> None:
    desk = hall.begun()
    answer_all(desk, code="return 7")
    desk.act({"type": "hand-in"})
    seen = []
    while (view := desk.view())["state"] == "handing-in":
        seen.append((view["done"], view["all"]))
        for _ in range(2):  # A second view of the same page says it, too.
            desk.act({"type": "grade", "done": view["done"]})
    assert seen == [(0, 2), (1, 2)]
    assert len(hall.checks.asked) == 2
    assert (view["points"], view["of"]) == (10 + 2 * 1.5, 16)
    assert [item["state"] for item in view["items"]].count("part") == 2


def test_code_that_was_not_touched_is_open_and_not_run(hall: Hall) -> None:
    desk = hall.begun()
    answer_all(desk, code="def answer(): ...\n")
    report = finish(desk)
    assert hall.checks.asked == []
    assert [item["state"] for item in report["items"]].count("open") == 2


def events_of(hall: Hall, *wanted: str) -> list[dict[str, Any]]:
    return [dict(event.data) for event in hall.memory().journal.events() if event.kind in wanted]


def test_each_item_becomes_one_answer_or_task_at_the_end(hall: Hall) -> None:
    desk = hall.begun()
    item = desk.view()["item"]["id"]
    hall.hands.wait(seconds=30)
    answer_all(desk, "wrong", only=[1])
    finish(desk)
    answers, tasks = events_of(hall, "answer"), events_of(hall, "task")
    assert (len(answers), len(tasks)) == (10, 2)
    [first] = [one for one in answers if one["question"] == item]
    assert first["where"] == "exam"
    assert first["form"] == "choice"
    assert first["options"] == 4
    assert first["misconception"].startswith("trap-")
    assert first["ms"] == 30_000
    assert first["right"] is False
    assert {"topic", "framework", "level"} <= first.keys()
    assert {one["chosen"] for one in answers if one["question"] != item} == {None}
    assert tasks[0]["right"] is False


class Killed(BaseException):
    """The process is gone."""


def test_killed_while_handing_in_the_next_opening_finishes_it_without_doubles(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = hall.begun()
    answer_all(desk)

    def die() -> None:
        if len(hall.checks.asked) == 1:
            raise Killed

    hall.checks.before = die
    with pytest.raises(Killed):
        finish(desk)
    assert events_of(hall, "answer", "task", "exam-finish") == []

    hall.hands.wait(days=1)
    hall.checks.before = lambda: None
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "add", _die_when_it_ends)
        with pytest.raises(Killed):
            _grade_all(hall.desk(None))
    assert events_of(hall, "answer", "task", "exam-finish") == []

    both = hall.desk(None), hall.desk(None)
    assert both[0].view()["state"] == "handing-in"
    for other in both:
        _grade_all(other)
        assert other.view()["share"] == 1
    assert len(events_of(hall, "answer")) == 10
    assert len(events_of(hall, "task")) == 2
    assert len(events_of(hall, "exam-finish")) == 1


def test_two_notebooks_that_hand_in_at_the_same_instant_finish_it_once(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = hall.begun()
    answer_all(desk, "wrong")
    desk.act({"type": "hand-in", "sure": True})
    other, add = hall.desk(None), Journal.add

    def add_after_the_other(journal: Journal, events: Any) -> int:
        monkeypatch.setattr(Journal, "add", add)
        _grade_all(other)
        return add(journal, events)

    desk.act({"type": "grade", "done": 0})
    monkeypatch.setattr(Journal, "add", add_after_the_other)
    desk.act({"type": "grade", "done": 1})
    assert (len(events_of(hall, "answer")), len(events_of(hall, "task", "exam-finish"))) == (10, 3)
    assert desk.view() == other.view()
    assert desk.view()["points"] == 6, "the tasks alone"


def _die_when_it_ends(journal: Journal, events: Any) -> int:
    raise Killed


def _grade_all(desk: Sitting) -> None:
    while (view := desk.view())["state"] == "handing-in":
        desk.act({"type": "grade", "done": view["done"]})


def test_the_next_form_asks_nothing_that_the_first_one_asked(hall: Hall) -> None:
    desk = hall.begun()
    first = {item["id"] for item in desk.view()["items"]}
    finish(desk)
    desk.act({"type": "again"})
    assert desk.view()["form"] == 2
    desk.act({"type": "start", "form": 2})
    assert not first & {item["id"] for item in desk.view()["items"]}


def test_a_report_can_be_looked_at_again(hall: Hall) -> None:
    desk = hall.begun()
    answer_all(desk)
    told = finish(desk)
    later = hall.desk()
    [earlier] = later.view()["earlier"]
    later.act({"type": "report", "run": earlier["run"]})
    assert later.view() == told


def test_an_item_that_the_course_dropped_in_between_does_not_count(hall: Hall, tmp_path: Path) -> None:
    desk = hall.begun()
    answer_all(desk, code="return 0")
    dropped = {item["id"] for item in desk.view()["items"] if item["kind"] == "code"}
    hall.library = make_library(tmp_path / "newer", tasks=0)
    newer = hall.desk()
    newer.act({"type": "go", "item": next(iter(dropped))})
    assert newer.view()["item"]["kind"] == "gone"
    report = finish(newer)
    assert (report["points"], report["of"]) == (10, 10)
    assert {item["id"] for item in report["items"] if item["state"] == "gone"} == dropped
    assert report["caveats"][-1] == "2 items are no longer part of the course, and left out of the score."


def reworded(folder: Path, there: Path) -> Library:
    """The same banks after a typo was mended in every option."""
    newer = shutil.copytree(there, folder / "reworded")
    for bank in newer.rglob("bank.yaml"):
        bank.write_text(bank.read_text("utf-8").replace("right of", "correct is").replace("wrong 2", "no 2"), "utf-8")
    return Library(newer)


def test_an_option_that_is_worded_anew_meanwhile_is_worth_what_it_was(hall: Hall, tmp_path: Path) -> None:
    desk = hall.begun()
    answer_all(desk, "right", only=range(1, 9))
    answer_all(desk, "wrong 2", only=[9])
    hall.library = reworded(tmp_path, hall.library.path)
    newer = hall.desk()
    assert [one["state"] for one in newer.view()["items"]].count("answered") == 9
    newer.act({"type": "go", "item": newer.view()["items"][0]["id"]})
    assert chosen(newer)[0].startswith("correct is")
    newer.act({"type": "go", "item": newer.view()["items"][8]["id"]})
    assert chosen(newer)[0].startswith("no 2")
    assert finish(newer)["points"] == 8
    given = [one for one in events_of(hall, "answer") if one["chosen"]]
    assert [one["right"] for one in given] == [True] * 8 + [False]
    assert (given[8]["misconception"], given[8]["options"]) == ("trap-2", 4)


def test_code_that_was_typed_counts_also_when_the_task_begins_like_that_now(hall: Hall, tmp_path: Path) -> None:
    desk = hall.begun()
    answer_all(desk, code="def answer(): return 42", only=[11, 12])
    newer = shutil.copytree(hall.library.path, tmp_path / "newer")
    for bank in newer.rglob("bank.yaml"):
        bank.write_text(bank.read_text("utf-8").replace("def answer(): ...", "def answer(): return 42"), "utf-8")
    hall.library = Library(newer)
    assert finish(hall.desk())["points"] == 6


def test_an_exam_of_which_nothing_is_left_in_the_course_is_void(hall: Hall, tmp_path: Path) -> None:
    desk = hall.begun()
    answer_all(desk)
    (tmp_path / "empty").mkdir()
    hall.library = Library(tmp_path / "empty")
    newer = hall.desk()
    report = finish(newer)
    assert (report["passed"], report["of"]) == (None, 0)
    assert report["verdict"].startswith("Void: nothing that it asked is part of the course any more")
    assert [one["passed"] for one in report["earlier"]] == [None]
    assert [one["passed"] for one in events_of(hall, "exam-finish")] == [None]
    state = hall.memory().state
    [run] = state.exams.finished()
    run.predicted = 0.8
    assert calibration(state).exams.answers == 0
    right = {"one": Result("a", True, 1.0)}
    next_run = replace(run, run="next", finished=run.last + 9, items=[["questions", "one"]], results=right, passed=True)
    assert change(next_run, state.exams) == ""


def test_events_of_another_exam_are_refused(hall: Hall) -> None:
    desk = hall.begun()
    item = desk.view()["item"]["id"]
    for event in ({"type": "answer", "option": 0}, {"type": "mark", "marked": True}, {"type": "go"}):
        with pytest.raises(ValueError, match="belongs to another exam"):
            desk.act({**event, "item": item, "run": "mock-0"})
    with pytest.raises(ValueError, match="belongs to another exam"):
        desk.act({"type": "hand-in", "sure": True, "run": "mock-0"})
    desk.act({"type": "drop", "sure": True, "run": "mock-0"})
    assert kinds(hall) == ["exam-start"]


def test_an_exam_can_be_left_for_good_after_a_second_click(hall: Hall) -> None:
    desk = hall.begun()
    answer_first(desk)
    desk.act({"type": "drop"})
    assert desk.view()["leaving"]
    desk.act({"type": "cancel"})
    assert not desk.view()["leaving"]
    desk.act({"type": "pause"})
    desk.act({"type": "drop"})
    assert (desk.view()["state"], desk.view()["leaving"]) == ("paused", True)
    other = hall.desk(None)
    desk.act({"type": "drop", "sure": True})
    assert (desk.view()["state"], desk.view()["earlier"]) == ("start", [])
    assert other.view()["state"] in ("start", "list")
    desk.act({"type": "start", "form": desk.view()["form"]})
    assert desk.view()["state"] == "sitting"
    assert "answer" not in kinds(hall)


def test_an_exam_whose_blueprint_is_gone_can_be_left_too(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    hall.begun()
    renamed = Path(os.environ["COURSE_BLUEPRINTS"]).with_name("renamed.yaml")
    renamed.write_text(BLUEPRINT.format(questions=10, tasks=2).replace("id: mock", "id: other"), encoding="utf-8")
    monkeypatch.setenv("COURSE_BLUEPRINTS", str(renamed))
    desk = hall.desk(None)
    assert desk.view()["state"] == "sitting"
    desk.act({"type": "drop", "sure": True})
    assert desk.view()["state"] == "list"


def test_code_can_be_checked_for_being_python_and_no_more(hall: Hall) -> None:
    desk = hall.begun()
    task = next(one["id"] for one in desk.view()["items"] if one["kind"] == "code")
    desk.act({"type": "go", "item": task})
    desk.act({"type": "check", "item": task, "code": "def answer():\n    return 42 +\n"})
    assert desk.view()["item"]["checked"] == "Line 2: invalid syntax."
    desk.act({"type": "check", "item": task, "code": "print('run')\nreturn 5"})
    assert desk.view()["item"]["checked"] == "Line 2: 'return' outside function."
    desk.act({"type": "check", "item": task, "code": "raise SystemExit\n"})
    assert desk.view()["item"]["checked"].startswith("This is Python.")
    desk.act({"type": "code", "item": task, "code": "raise SystemExit(1)\n"})
    assert "checked" not in desk.view()["item"]
    assert hall.checks.asked == []


def test_an_exam_keeps_its_time_beside_events_of_a_clock_that_was_ahead(hall: Hall) -> None:
    hall.hands.wait(hours=12)
    hall.memory().record("hint", {"hint": "h", "step": 1})
    hall.hands.wait(hours=-12)
    desk = hall.begun()
    tick_for(desk, hall, 10)
    assert left(desk) == pytest.approx(20 * 60, abs=2)
    answer_first(desk)
    tick_for(desk, hall, 20)
    assert (desk.view()["by"], desk.view()["points"]) == ("time", 1)


def test_two_machines_that_end_the_same_exam_can_be_brought_together(hall: Hall) -> None:
    answer_all(hall.begun(), "wrong")
    here, there = hall, Hall(hall.library, checks=hall.checks)
    there.journal.add(here.journal.events())
    finish(here.desk(None))
    there.hands.wait(minutes=1)
    answer_all(there.desk(None), "right")
    finish(there.desk(None))
    for one, other in ((here, there), (there, here)):
        one.journal.add(list(other.journal.events()))
    told = [{event.id for event in one.journal.events()} for one in (here, there)]
    assert told[0] == told[1]
    assert [one.memory().state.exams.finished()[0].points for one in (here, there)] == [6, 6]


@pytest.mark.parametrize(
    "event",
    [{}, {"type": "fly"}, {"type": "go", "item": "nothing"}, {"type": "answer", "item": "nothing", "option": 0}],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(hall: Hall, event: dict[str, Any]) -> None:
    desk = hall.begun()
    with pytest.raises(ValueError, match=r"nothing that can be done|no item"):
        desk.act(event)


@pytest.mark.parametrize("number", [-1, 4, "0", None])
def test_an_option_that_does_not_exist_is_refused(hall: Hall, number: object) -> None:
    desk = hall.begun()
    with pytest.raises(ValueError, match=r"no option|no answer"):
        desk.act({"type": "answer", "item": desk.view()["item"]["id"], "option": number})


def test_the_real_checks_run_code_against_its_tests_and_a_hang_costs_its_time_only(hall: Hall) -> None:
    def patient(code: str, tests: str) -> Outcome:
        return run_tests(code, tests, timeout=1 if "while" in code else 20)

    desk = Sitting(hall.memory(), hall.library, "mock", run_code=patient)
    desk.act({"type": "start"})
    tasks = [item["id"] for item in desk.view()["items"] if item["kind"] == "code"]
    desk.act({"type": "code", "item": tasks[0], "code": "def answer():\n    return 7\n"})
    desk.act({"type": "code", "item": tasks[1], "code": "while True: pass"})
    report = finish(desk)
    told = {item["id"]: item for item in report["items"]}
    assert (told[tasks[0]]["passed"], told[tasks[0]]["all"], told[tasks[0]]["failures"]) == (1, 2, ["not 42"])
    assert told[tasks[1]]["state"] == "wrong"
    assert "loop" in told[tasks[1]]["failures"][0]
