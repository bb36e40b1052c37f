"""The list of mistakes explains each, keeps the right answer back until it is wanted, and asks again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from course.house import House
from course.study.lessons import Lessons
from course.study.library import Library
from course.study.questions.asking import date_in_words
from course.study.questions.mending import PAGE, Mending
from course.study.running import Outcome
from course.workspace import Workspace
from tests.course.study.riverside import BANK, ELSEWHERE, KNOWN, UNKNOWN, Study, make_library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return make_library(tmp_path_factory.mktemp("topics"))


@pytest.fixture
def study(library: Library) -> Study:
    """A learner who was sure of something wrong yesterday."""
    study = Study(library)
    study.answers(UNKNOWN, False, confidence=3)
    study.watch.wait(days=1)
    return study


def desk_of(study: Study) -> Mending:
    return Mending(study.memory, study.library)


def item(desk: Mending, number: int = 0) -> dict[str, Any]:
    shown: dict[str, Any] = desk.view()["items"][number]
    return shown


def do(desk: Mending, kind: str, question: str = UNKNOWN, **others: Any) -> None:
    desk.act({"type": kind, "question": question, **others})


def answer(desk: Mending, text: str, question: str = UNKNOWN) -> None:
    shown = next(one for one in desk.view()["items"] if one["question"] == question)
    place = [option["text"]["line"] for option in shown["retry"]["options"]].index(f"`{text}`")
    do(desk, "answer", question, option=place, turn=shown["retry"]["turn"])


def test_a_mistake_says_what_was_believed_and_why_it_is_wrong(study: Study) -> None:
    shown = item(desk_of(study))
    assert "GET /loan" in shown["ask"]["md"]
    assert shown["chosen"] == {"line": "`405`"}
    assert shown["why"] == {"line": "That speaks about the method."}
    assert shown["idea"] == "The course calls the idea behind it “missing-method-is-404”."
    assert (shown["confidence"], shown["times"], shown["last"]) == ("sure", 1, "20 November 2026")


def test_the_right_answer_is_nowhere_before_it_is_wanted(study: Study) -> None:
    desk = desk_of(study)
    before = json.dumps(desk.view())
    do(desk, "try")
    for told in ("The path is unknown", "assert 404", "The path is known", "correct"):
        assert told not in before + json.dumps(desk.view())


def test_whoever_asks_gets_the_right_answer_with_its_reason_and_its_proof(study: Study) -> None:
    desk = desk_of(study)
    do(desk, "show")
    right = item(desk)["right"]
    assert (right["text"], right["why"]) == ({"line": "`404`"}, {"line": "The path is unknown."})
    assert right["proof"].strip() == "assert 404 == 404"


def test_a_matter_of_judgement_has_no_proof_to_run(study: Study) -> None:
    study.answers(KNOWN, False, confidence=3)
    desk = desk_of(study)
    do(desk, "show", KNOWN)
    assert next(one for one in desk.view()["items"] if one["question"] == KNOWN)["right"]["proof"] is None


def test_trying_again_asks_another_question_with_the_same_trap(study: Study) -> None:
    desk = desk_of(study)
    do(desk, "try")
    assert "DELETE /loans" in item(desk)["retry"]["ask"]["md"]
    answer(desk, "405")
    last = study.events()[-1]
    assert (last["question"], last["instead_of"], last["where"], last["form"]) == (KNOWN, UNKNOWN, "mistakes", "retry")
    assert item(desk)["right"]["text"] == {"line": "`404`"}, "answered, the first question may be told, too"
    assert item(desk)["outcome"] == "Once more on another day, and it is mended."


def test_without_the_trap_another_question_on_the_objective_is_asked(study: Study) -> None:
    study.answers(KNOWN, True)
    study.answers(UNKNOWN, False, misconception="everything-is-served", chosen="`200`")
    desk = desk_of(study)
    do(desk, "try")
    retry = item(desk)["retry"]
    assert ("is matched?" in retry["ask"]["md"], retry["form"]) == (True, "Another question about this")


def test_without_another_question_the_same_one_comes_in_another_order(study: Study, tmp_path: Path) -> None:
    alone = BANK.replace("[flask-route-methods, routing-concept]", "[flask-route-methods]").replace(
        "- id: query-in-rule\n  objectives: [routing-concept]",
        "- id: query-in-rule\n  objectives: [routing-converters]",
    )
    study.library = make_library(tmp_path / "alone", alone)
    study.answers(ELSEWHERE, False, confidence=3)
    desk = desk_of(study)
    do(desk, "try", ELSEWHERE)
    retry = next(one for one in desk.view()["items"] if one["question"] == ELSEWHERE)["retry"]
    assert {option["text"]["line"] for option in retry["options"]} == {"`/books`", "All of it", "`sort`"}
    assert retry["form"] == "The same question, its options in another order"


def test_two_days_of_right_answers_mend_it_before_ones_eyes(study: Study) -> None:
    desk = desk_of(study)
    do(desk, "try")
    answer(desk, "405")
    study.watch.wait(days=1)
    do(desk, "try")
    answer(desk, "/books")
    assert item(desk)["mended"]
    assert item(desk)["outcome"] == "Mended: it was right on two different days."
    assert desk.view()["open"] == 0
    assert desk_of(study).view()["items"] == []


def test_a_wrong_retry_keeps_it_open_and_may_be_answered_on(study: Study) -> None:
    desk = desk_of(study)
    do(desk, "try")
    answer(desk, "404")
    retry = item(desk)["retry"]
    assert (retry["done"], retry["tries"], item(desk)["right"]) == (False, 1, None)
    answer(desk, "405")
    assert item(desk)["outcome"] == "It stays open, and comes back tomorrow."
    assert study.memory.state.mistakes.open[UNKNOWN].right_days == []


def test_what_was_shown_a_moment_ago_does_not_count_as_known(study: Study) -> None:
    desk = desk_of(study)
    do(desk, "show")
    do(desk, "try")
    answer(desk, "405")
    assert study.memory.state.mistakes.open[UNKNOWN].right_days == []
    assert item(desk)["outcome"].startswith("The answer was seen or tried earlier today")


def test_what_was_shown_counts_no_more_when_the_cell_is_run_again(study: Study) -> None:
    do(desk_of(study), "show")
    study.memory = study.restarted()
    desk = desk_of(study)
    assert item(desk)["right"] is not None
    do(desk, "show")
    do(desk, "try")
    answer(desk, "405")
    assert (study.memory.state.mistakes.open[UNKNOWN].right_days, len(study.events("shown"))) == ([], 1)


def test_what_was_shown_yesterday_has_to_be_known_today(study: Study) -> None:
    desk = desk_of(study)
    do(desk, "show")
    study.watch.wait(days=1)
    assert item(desk)["right"] is None
    do(desk, "try")
    answer(desk, "405")
    assert item(desk)["days_right"] == 1


def test_an_answer_without_trying_again_is_refused(study: Study) -> None:
    with pytest.raises(ValueError, match="Try again"):
        do(desk_of(study), "answer", option=0)


def test_clicks_that_are_repeated_count_once(study: Study) -> None:
    desk = desk_of(study)
    for _ in range(2):
        do(desk, "try")
    for _ in range(2):
        answer(desk, "405")
    for _ in range(2):
        do(desk, "cause", text="slip")
    assert (len(study.events()), len(study.events("cause"))) == (2, 1)


def test_a_cause_is_kept_in_own_words_and_can_be_taken_back(study: Study) -> None:
    desk = desk_of(study)
    do(desk, "cause", text="  I thought of\nDjango ")
    assert item(desk_of(study))["cause"] == "I thought of Django"
    do(desk, "cause", text="")
    assert item(desk_of(study))["cause"] == ""


def test_the_list_keeps_to_a_topic(study: Study) -> None:
    study.answers(KNOWN, False, topic="forms-validation")
    desk = desk_of(study)
    assert [(topic["id"], topic["count"]) for topic in desk.view()["topics"]] == [
        ("forms-validation", 1),
        ("routing", 1),
    ]
    desk.act({"type": "topic", "topic": "routing"})
    assert [shown["question"] for shown in desk.view()["items"]] == [UNKNOWN]
    desk.act({"type": "topic", "topic": ""})
    assert [shown["question"] for shown in desk.view()["items"]] == [UNKNOWN, KNOWN]


def test_nothing_moves_while_one_looks_at_it(study: Study) -> None:
    study.answers(KNOWN, False)
    study.answers(ELSEWHERE, False, confidence=1)
    desk = desk_of(study)
    before = [shown["question"] for shown in desk.view()["items"]]
    study.answers(ELSEWHERE, False, confidence=3)
    assert [shown["question"] for shown in desk.view()["items"]] == before == [UNKNOWN, KNOWN, ELSEWHERE]
    assert [shown["question"] for shown in desk_of(study).view()["items"]] == [ELSEWHERE, UNKNOWN, KNOWN]


def test_a_long_list_comes_in_parts(study: Study) -> None:
    for number in range(PAGE + 4):
        study.answers(KNOWN, False, question=f"gone-{number}")
    desk = desk_of(study)
    assert (len(desk.view()["items"]), desk.view()["more"]) == (PAGE, 5)
    desk.act({"type": "more"})
    assert (len(desk.view()["items"]), desk.view()["more"]) == (PAGE + 5, 0)


def test_a_question_that_left_the_course_is_named_and_can_be_dropped(study: Study, tmp_path: Path) -> None:
    study.library = make_library(tmp_path / "newer", BANK.replace("- id: unknown-path", "- id: renamed-path"))
    desk = desk_of(study)
    assert (item(desk)["gone"], item(desk)["chosen"], item(desk)["given"]) == (True, None, "`405`")
    do(desk, "drop")
    assert desk.view()["items"] == []


def test_a_question_of_the_course_is_not_dropped_but_mended(study: Study) -> None:
    with pytest.raises(ValueError, match="try it again instead"):
        do(desk_of(study), "drop")


def test_a_choice_card_is_tried_again_as_a_question_with_its_trap(study: Study) -> None:
    card = study.library.cards["path-or-method"]
    wrong = card.item.options[1]
    data = {"question": card.id, "chosen": wrong.text, "right": False, "misconception": wrong.misconception}
    study.memory.record("answer", {**data, "where": "cards", "options": 3, "form": "choice", **card.about()})
    desk = desk_of(study)
    shown = next(one for one in desk.view()["items"] if one["question"] == card.id)
    assert (shown["where"], shown["idea"][-25:]) == ("at a card", "2 of your answers so far.")
    do(desk, "try", card.id)
    retry = next(one for one in desk.view()["items"] if one["question"] == card.id)["retry"]
    assert "DELETE /loans" in retry["ask"]["md"]


def test_the_number_of_mistakes_and_the_counts_beside_are_said(study: Study) -> None:
    study.answers(KNOWN, False)
    study.memory.record("prediction", {"question": "?", "predicted": "1", "actual": "2", "right": False, "options": 2})
    view = desk_of(study).view()
    assert view["said"] == "2 open mistakes, 1 to try again today."
    points = "−6 points over the 1 answer where you said how sure you were (right and sure +3, wrong and sure −6)"
    assert view["notes"] == [points, "1 of 1 predictions wrong"]


def test_what_is_not_due_may_be_tried_earlier(study: Study) -> None:
    study.answers(UNKNOWN, False)
    assert desk_of(study).view()["said"] == "1 open mistake. It is not due today; you may try it earlier, for practice."


def test_the_list_keeps_to_where_mistakes_were_made(study: Study) -> None:
    study.answers(KNOWN, False, where="exam")
    desk = desk_of(study)
    assert [(place["title"], place["count"]) for place in desk.view()["places"]] == [
        ("in an exam", 1),
        ("in a quiz", 1),
    ]
    desk.act({"type": "where", "where": "exam"})
    assert [shown["question"] for shown in desk.view()["items"]] == [KNOWN]
    desk.act({"type": "where", "where": ""})
    assert len(desk.view()["items"]) == 2


def test_the_first_one_to_try_lies_open(study: Study) -> None:
    study.answers(KNOWN, False, confidence=3)
    view = desk_of(study).view()
    assert [shown["question"] for shown in view["items"]] == [KNOWN, UNKNOWN]
    assert view["first"] == UNKNOWN, "the other one is not due"
    assert view["items"][1]["head"] == {"line": "What comes back for `GET /loan`, which nobody serves?"}


def test_text_that_is_no_option_is_no_markdown(study: Study) -> None:
    foreign = "![x](https://elsewhere.example/t.png)"
    study.answers(UNKNOWN, False, chosen=foreign)
    shown = item(desk_of(study))
    assert (shown["chosen"], shown["given"], shown["why"]) == (None, foreign, None)
    assert {"line": foreign} not in shown.values()


def test_a_date_that_no_calendar_has_closes_nothing(study: Study) -> None:
    study.memory.state.mistakes.open[UNKNOWN].wrong_day = 10**12
    assert item(desk_of(study))["last"] == "a day that no calendar has"
    assert date_in_words(-(10**7)) == "a day that no calendar has"


def test_a_click_on_what_another_window_has_mended_is_told_so(study: Study) -> None:
    desk = desk_of(study)
    desk.view()
    for _ in range(2):
        study.answers(UNKNOWN, True, form="retry")
        study.watch.wait(days=1)
    do(desk, "try")
    assert desk.view()["notice"].startswith("This mistake was mended or dropped in another window")
    desk.act({"type": "more"})
    assert desk.view()["notice"] == ""


TYPED = """\
- id: router-parts
  objectives: [routing-concept]
  kind: cloze
  front: "A {{c1::rule}} leads to a function."
  back: It is a pattern of paths.
  proof: judgement
- id: double
  objectives: [routing-concept]
  kind: syntax
  front: Write `double(x)`.
  back: The secret of doubling.
  tests: assert double(4) == 8
  proof: judgement
tasks:
- id: serve-books
  objectives: [routing-concept]
  level: beginner
  ask: Serve the books.
  starter: "app = None\\n"
  reference: "app = 'the secret'\\n"
  tests: assert app
"""
WORDS = {
    "router-parts#1": ("path", "rule", "It is a pattern of paths."),
    "double": ("x", "2 * x", "The secret of doubling."),
    "serve-books": ("app = 0", "app = 1", "the secret"),
}


def checked(code: str, tests: str) -> Outcome:
    """What a run of these answers says, without running them."""
    right = code.strip() in ("2 * x", "app = 1")
    return Outcome(int(right), 1, [] if right else ["It did not work."], "", 0.0)


@pytest.fixture(params=WORDS)
def typed(study: Study, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """What was typed wrong yesterday, besides the question."""
    id: str = request.param
    study.watch.wait(days=-1)
    study.library = make_library(tmp_path / "typed", BANK + TYPED)
    about = {"right": False, "failures": ["It did not work."], "topic": "routing", "framework": "all"} | {
        "passed": 0,
        "all": 1,
        "level": "beginner",
    }
    if id == "serve-books":
        study.memory.record("task", {"task": id, "code": WORDS[id][0], "where": "exam", "exam": "a-run", **about})
    else:
        study.memory.record("card-answer", {"card": id, "typed": WORDS[id][0], "ms": 1, **about})
    study.watch.wait(days=1)
    return id


def typed_item(desk: Mending, id: str) -> dict[str, Any]:
    return next(one for one in desk.view()["items"] if one["question"] == id)


def test_what_was_typed_wrong_is_shown_with_why_and_without_the_answer(study: Study, typed: str) -> None:
    shown = typed_item(desk_of(study), typed)
    assert (shown["given"], shown["failures"], shown["typed"]) == (WORDS[typed][0], ["It did not work."], True)
    assert shown["where"] == ("in an exam" if typed == "serve-books" else "at a card")
    assert shown["ask"]["md"]
    assert WORDS[typed][2] not in json.dumps(shown)


def test_what_is_right_of_it_is_shown_to_who_asks(study: Study, typed: str) -> None:
    desk = desk_of(study)
    do(desk, "show", typed)
    assert WORDS[typed][2] in json.dumps(typed_item(desk, typed)["right"])


def test_it_is_typed_again_until_it_was_right_on_two_days(study: Study, typed: str) -> None:
    for outcome in ("Once more on another day, and it is mended.", "Mended: it was right on two different days."):
        desk = Mending(study.memory, study.library, run=checked)
        desk.view()
        do(desk, "try", typed)
        for _ in range(2):
            do(desk, "answer", typed, typed=WORDS[typed][1])
        shown = typed_item(desk, typed)
        assert (shown["outcome"], shown["retry"]["said"]) == (outcome, "Right.")
        study.watch.wait(days=1)
    assert len(study.events("retyped")) == 2
    assert typed in study.memory.state.mistakes.mended


def test_it_stays_open_when_it_is_wrong_first(study: Study, typed: str) -> None:
    desk = Mending(study.memory, study.library, run=checked)
    desk.view()
    do(desk, "try", typed)
    do(desk, "answer", typed, typed=WORDS[typed][0])
    assert typed_item(desk, typed)["retry"]["said"] == "Not right. Try again."
    do(desk, "answer", typed, typed=WORDS[typed][1])
    shown = typed_item(desk, typed)
    assert (shown["retry"]["said"], shown["outcome"]) == ("Right, at try 2.", "It stays open, and comes back tomorrow.")
    assert study.memory.state.mistakes.open[typed].right_days == []
    study.watch.wait(days=1)
    assert typed_item(desk, typed)["right"] is None, "what was found yesterday has to be remembered today"


def test_without_mistakes_it_says_what_will_come_here(library: Library) -> None:
    view = desk_of(Study(library)).view()
    assert view["said"].startswith("No mistakes so far. Whatever you answer wrong")
    assert view["items"] == view["notes"] == []


@pytest.mark.parametrize("event", [{}, {"type": "try", "question": KNOWN}, {"type": "flip", "question": UNKNOWN}])
def test_an_event_that_is_none_is_refused(study: Study, event: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="nothing to do with a mistake"):
        desk_of(study).act(event)


def test_a_mistake_leads_to_the_lesson_that_teaches_it(house: House, study: Study) -> None:
    Workspace(house.work, house.release).sync()
    lessons = Lessons(house.work, house.syllabus.record)
    link = lessons.teaching("greeting", ["greet"])
    assert link == {"lesson": "01_greeting/1_first_greeting.ipynb", "title": "A first greeting"}
    assert lessons.teaching("greeting", ["open"]) is None
    assert lessons.teaching("no-such-topic", ["greet"]) is None
    assert Mending(study.memory, study.library, lessons).view()["items"][0]["lesson"] is None
