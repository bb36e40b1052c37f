"""The plan fits work into the days that a learner has, and says so when it cannot."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.study.cards.schedule import CardState
from course.study.clock import DAY, as_date, as_day
from course.study.journal import Event
from course.study.memory import State
from course.study.planning.calendar import Baseline, Day, planned_minutes
from course.study.planning.plan import Plan, make_plan, unseen_cards
from course.study.progress import NotebookProgress, TopicProgress
from course.study.settings import WEEK, Settings
from course.syllabus import Objective, Syllabus, Topic

MONDAY = as_day(date(2026, 11, 16))
EVERY_DAY = dict.fromkeys(WEEK, 1.0)


def objective(id: str, framework: str, origin: str = "core") -> Objective:
    return Objective.model_validate(
        {"id": id, "topic": "one", "framework": framework, "level": "beginner", "statement": "s"}
        | {"kinds": ["notebook"], "origin": origin}
    )


TOPICS = tuple(Topic(id=id, order=order, title=id.title(), scope="s") for order, id in enumerate(("one", "two"), 1))
SYLLABUS = Syllabus(
    topics=TOPICS,
    objectives=(objective("all-core", "all"), objective("flask-core", "flask"), objective("extra", "all", "beyond")),
)


def notebook(path: str, minutes: int = 30, *, objectives: str = "all-core", ran: int = 0, points: int = 0):
    return NotebookProgress(path, path.title(), minutes, 10, ran, 0, points, frozenset({objectives}))


def topics(*notebooks: NotebookProgress) -> list[TopicProgress]:
    return [TopicProgress(TOPICS[0], notebooks), TopicProgress(TOPICS[1], ())]


THREE = topics(notebook("a"), notebook("b"), notebook("exercises", 60, points=10))


def state(**settings: object) -> State:
    return State(settings=replace(Settings(hours=EVERY_DAY), **settings))  # type: ignore[arg-type]


def plan(known: State, having: list[TopicProgress] = THREE, unseen: int = 0, today: int = MONDAY) -> Plan:
    return make_plan(known, having, SYLLABUS, {"one": unseen}, today)


def lessons(made: Plan) -> list[tuple[int, str, int]]:
    return [(day.day - MONDAY, work.path, work.minutes) for day in made.days for work in day.works if work.path]


def test_lessons_come_in_order_and_end_before_the_last_days() -> None:
    made = plan(state(exam_date="2026-12-14"))
    assert list(dict.fromkeys(path for _, path, _ in lessons(made))) == ["a", "b", "exercises"]
    assert sum(minutes for *_, minutes in lessons(made)) == made.material == 120
    assert made.enough
    assert made.finish is not None
    assert made.finish <= as_day(date(2026, 12, 14)) - 3


def test_what_is_begun_counts_for_what_is_left_of_it() -> None:
    assert plan(state(), topics(notebook("a", 40, ran=5))).material == 20


def test_what_is_done_is_not_planned() -> None:
    assert plan(state(), topics(notebook("a", ran=10))).material == 0


def test_a_day_off_and_a_weekday_without_hours_have_no_work() -> None:
    made = plan(state(hours={"mon": 1.0, "wed": 1.0}, days_off=("2026-11-18",), exam_date="2026-12-14"))
    busy = {as_date(day.day).isoformat() for day in made.days if day.works}
    assert "2026-11-18" not in busy
    assert {date.fromisoformat(day).weekday() for day in busy} <= {0, 2}


def test_too_little_time_is_said_with_what_does_not_fit_and_what_would_be_enough() -> None:
    made = plan(state(exam_date="2026-11-20", hours={"mon": 0.5, "tue": 0.5}))
    assert not made.enough
    assert made.finish is None
    assert [work.path for work in made.left_out][-1] == "exercises"
    assert sum(work.minutes for work in made.left_out) + sum(minutes for *_, minutes in lessons(made)) == 120
    assert made.stretch > 1.5
    longer = dict.fromkeys(("mon", "tue"), 0.5 * made.stretch)
    assert plan(state(exam_date="2026-11-20", hours=longer)).enough


def test_before_time_is_called_short_every_day_is_filled() -> None:
    made = plan(state(exam_date="2026-11-20", hours=dict.fromkeys(("mon", "tue", "wed"), 0.75)))
    assert made.enough
    assert [day.planned for day in made.days if day.day - MONDAY < 2] == [45, 45]


def test_the_core_path_leaves_out_what_goes_beyond() -> None:
    having = topics(notebook("a"), notebook("more", objectives="extra"))
    assert {path for _, path, _ in lessons(plan(state(), having))} == {"a", "more"}
    short = plan(state(core_only=True), having)
    assert {path for _, path, _ in lessons(short)} == {"a"}


def test_other_frameworks_are_left_out() -> None:
    having = topics(notebook("a"), notebook("flask", objectives="flask-core"))
    assert {path for _, path, _ in lessons(plan(state(frameworks=("django",)), having))} == {"a"}


def test_without_a_date_the_variant_says_how_long_it_takes() -> None:
    much = topics(*(notebook(f"n{n}", 60) for n in range(60)))
    weeks = {}
    for variant in ("accelerated", "standard", "extended"):
        made = plan(state(variant=variant), much)
        weeks[variant] = (made.last_day - MONDAY + 1) / 7
        chosen = next(pace for pace in made.paces if pace.chosen)
        assert (chosen.variant, chosen.weeks) == (variant, weeks[variant])
    assert weeks == {"accelerated": 7, "standard": 12, "extended": 26}
    hours = [pace.hours_a_week for pace in plan(state(), much).paces]
    assert hours == sorted(hours, reverse=True)


def test_little_work_is_not_drawn_out_over_months() -> None:
    assert [pace.weeks for pace in plan(state()).paces] == [1, 1, 2]


def test_the_plan_is_made_anew_when_a_day_was_missed() -> None:
    before = plan(state(exam_date="2026-12-14"))
    after = plan(state(exam_date="2026-12-14"), today=MONDAY + 3)
    assert (
        before.material == after.material == sum(work.minutes for day in after.days for work in day.works if work.path)
    )
    assert all(day.day >= MONDAY + 3 for day in after.days)


def test_what_was_studied_today_is_not_planned_again() -> None:
    known = state()
    known.calendar.days[MONDAY] = Day(ms=45 * 60_000)
    assert plan(known).days[0].minutes == 15


def test_being_late_is_measured_against_what_was_promised() -> None:
    known = state(exam_date="2026-12-14")
    made = plan(known)
    assert made.late is None
    known.calendar.baseline = Baseline(MONDAY, made.material, MONDAY + 20)
    assert plan(known).late == 0
    assert plan(known, today=MONDAY + 14).late == 14, "nothing was done"
    assert plan(known, today=MONDAY + 27).late == 20, "later than all of it, it cannot be"
    one_done = topics(notebook("a", ran=10), notebook("b"), notebook("exercises", 60, points=10))
    assert plan(known, one_done).late == -5, "a quarter of the work is a quarter of the time"


def test_cards_that_are_due_take_their_time_from_the_day() -> None:
    known = state(exam_date="2026-12-14")
    for number in range(40):
        known.deck.cards[f"c{number}"] = CardState(note=f"c{number}", stability=5.0, phase="review", due_day=MONDAY)
    first = plan(known).days[0]
    assert first.works[0].kind == "cards"
    assert 8 <= first.works[0].minutes <= 20


def test_there_are_practice_exams_before_an_exam_and_none_without() -> None:
    made = plan(state(exam_date="2026-12-28", blueprint="flask-developer", hours=dict.fromkeys(WEEK, 1.5)))
    exams = [(day, work) for day in made.days for work in day.works if work.kind == "exam"]
    assert len(exams) == 4
    assert exams[-1][0].day == made.last_day - 2
    assert all(work.call == 'exam("flask-developer")' and work.minutes == 75 for _, work in exams)
    assert all(day.planned <= day.minutes for day, _ in exams)
    assert not [work for day in plan(state()).days for work in day.works if work.kind == "exam"]


def test_a_practice_exam_comes_on_a_day_that_has_the_time() -> None:
    hours = dict.fromkeys(WEEK, 0.5) | {"sat": 2.0}
    made = plan(state(exam_date="2026-12-28", hours=hours))
    days = [as_date(day.day).weekday() for day in made.days for work in day.works if work.kind == "exam"]
    assert len(days) == 4
    assert set(days[:-1]) == {5}


def test_the_last_days_are_for_practice_and_a_last_look() -> None:
    made = plan(state(exam_date="2026-12-14"), unseen=60)
    last = [day for day in made.days if made.finish is not None and made.finish < day.day < made.last_day]
    assert last
    assert all(day.works for day in last)
    cards = {day.day: sum(work.minutes for work in day.works if work.kind == "cards") for day in last}
    assert all(cards[day] for day in range(made.last_day - 5, made.last_day))


def test_mistakes_that_wait_are_planned_for_today_and_tomorrow() -> None:
    known = state(exam_date="2026-12-14")
    data = {"question": "q", "chosen": "x", "right": False, "misconception": "m", "confidence": None, "options": 4}
    data |= {"ms": 1, "where": "quiz", "form": "choice", "topic": "one", "framework": "all", "level": "beginner"}
    known.mistakes.take(Event((MONDAY - 1) * DAY + DAY // 2, 0, "e", "answer", data), known.settings)
    first, _, *later = plan(known).days
    assert [work.call for work in first.works].count("mistakes()") == 1
    assert not [work for day in later for work in day.works if work.kind == "mistakes"]


def test_unseen_cards_are_counted_by_topic_each_gap_for_itself() -> None:
    known = state()
    known.deck.cards["x#1"] = CardState(note="x", phase="review")
    known.deck.cards["y"] = CardState(note="y", suspended=True)
    known.deck.cards["z"] = CardState(note="z", buried_until=MONDAY)
    cards = [("x#1", "one"), ("x#2", "one"), ("y", "one"), ("z", "two")]
    assert unseen_cards(known, cards) == {"one": 1, "two": 1}


@pytest.mark.parametrize("unseen", [0, 500])
@given(
    st.dictionaries(st.sampled_from(WEEK), st.floats(0.25, 6)),
    st.integers(1, 120),
    st.lists(st.integers(5, 90), max_size=12),
)
def test_nothing_is_lost_and_no_day_is_overfull(
    unseen: int, hours: dict[str, float], days: int, minutes: list[int]
) -> None:
    known = state(hours=hours, exam_date=as_date(MONDAY + days).isoformat())
    made = plan(known, topics(*(notebook(f"n{number}", each) for number, each in enumerate(minutes))), unseen)
    placed = sum(work.minutes for day in made.days for work in day.works if work.path)
    assert placed + sum(work.minutes for work in made.left_out) == made.material == sum(minutes)
    for day in made.days:
        assert day.minutes == planned_minutes(day.day, known.settings)
        lessons_minutes = sum(work.minutes for work in day.works if work.path)
        assert lessons_minutes <= day.minutes + 10
        assert day.day <= made.last_day
