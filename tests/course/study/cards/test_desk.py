"""A session of cards: recall first, rate, undo, and go on wherever it was left."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from course.problems import Problems
from course.study.cards.desk import BREAK, MEANWHILE
from course.study.library import Library
from tests.course.study.card_box import Box, act, card, make_library, rate, undo

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
THINK, GAP, OTHER_GAP, CODE, CHOICE = "status-of-text", "router-parts#1", "router-parts#2", "double", "who-sorts"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return make_library(tmp_path_factory.mktemp("box"), more=30)


@pytest.fixture
def box(library: Library) -> Box:
    return Box(library)


class TestRecall:
    @pytest.mark.parametrize("id", [THINK, GAP, CODE, CHOICE, "role-of-templates"])
    def test_nothing_of_the_answer_is_told_before_the_learner_looks(self, box: Box, id: str) -> None:
        desk = box.desk(only=[id])
        assert "secret" not in json.dumps(desk.view())
        assert card(desk)["ratings"] is None
        act(desk, "reveal")
        assert "secret" in json.dumps(desk.view())

    def test_a_gap_is_not_told_before_it_is_filled(self, box: Box) -> None:
        desk = box.desk(only=[OTHER_GAP])
        assert card(desk)["front"] == {"md": "A router looks at the path and the **[what is done]**."}
        assert "method" not in json.dumps(card(desk))

    def test_a_card_is_not_rated_unseen(self, box: Box) -> None:
        desk = box.desk(only=[THINK])
        with pytest.raises(ValueError, match="look at the answer before"):
            act(desk, "rate", rating=GOOD)

    def test_each_button_says_when_the_card_comes_back(self, box: Box) -> None:
        desk = box.desk(only=[THINK])
        act(desk, "reveal")
        names = [(one["rating"], one["name"]) for one in card(desk)["ratings"]]
        assert names == [(1, "Again"), (2, "Hard"), (3, "Good"), (4, "Easy")]
        assert card(desk)["ratings"][0]["wait"] == "1 min"
        easy = card(desk)["ratings"][3]["wait"]
        act(desk, "rate", rating=EASY)
        state = box.memory.state.deck.cards[THINK]
        assert easy == f"{state.due_day - box.memory.today()} days"

    def test_a_card_says_what_it_is_about(self, box: Box) -> None:
        shown = card(box.desk(only=[THINK]))
        assert (shown["label"], shown["topic"], shown["framework"]) == ("Concept", "Routing and URLs", "Flask")
        assert (shown["new"], shown["high"]) == (True, library_weight(box, THINK) >= 1)

    def test_the_time_is_measured_and_capped(self, box: Box) -> None:
        desk = box.desk(only=[THINK, CHOICE])
        desk.view()
        box.wait(seconds=7)
        first = rate(desk, EASY)
        desk.view()
        box.wait(minutes=30)
        rate(desk, EASY)
        times = [(event.data["card"], event.data["ms"]) for event in reviews(box)]
        assert times[0] == (first, 7000)
        assert times[1][1] == 60_000

    def test_a_review_says_what_it_was_about(self, box: Box) -> None:
        rate(box.desk(only=[GAP]), GOOD)
        [event] = reviews(box)
        assert {**event.data, "ms": 0} == {
            "card": GAP,
            "note": "router-parts",
            "rating": GOOD,
            "ms": 0,
            "topic": "routing",
            "framework": "all",
        }


class TestJudgement:
    def test_the_right_option_is_good_and_perhaps_easy(self, box: Box) -> None:
        desk = box.desk(only=[CHOICE])
        answer_choice(desk, "Flask")
        assert (card(desk)["proposed"], card(desk)["verdict"]) == (GOOD, "Right, and quick. If it was easy, say so.")

    def test_the_right_option_after_long_thought_is_good(self, box: Box) -> None:
        desk = box.desk(only=[CHOICE])
        desk.view()
        box.wait(seconds=20)
        answer_choice(desk, "Flask")
        assert (card(desk)["proposed"], card(desk)["verdict"]) == (GOOD, "Right.")

    def test_a_wrong_option_is_answered_and_kept_with_its_misconception(self, box: Box) -> None:
        desk = box.desk(only=[CHOICE])
        answer_choice(desk, "Django")
        shown = card(desk)
        assert (shown["proposed"], shown["verdict"]) == (AGAIN, "Not this time.")
        replies = {one["text"]["line"]: (one["state"], one.get("why")) for one in shown["options"]}
        assert replies == {
            "Flask": ("right", {"line": "secret of Werkzeug"}),
            "Django": ("wrong", {"line": "secret of Django"}),
            "FastAPI": ("open", None),
        }
        mistakes = box.memory.state.mistakes
        assert mistakes.misconceptions == {"django-sorts": 1}
        assert mistakes.open[CHOICE].where == "cards"

    def test_options_stand_in_another_order_the_next_time(self, box: Box) -> None:
        desk = box.desk(only=[CHOICE])
        first = [one["text"] for one in card(desk)["options"]]
        rate(desk, GOOD)
        assert [one["text"] for one in card(desk)["options"]] != first

    def test_the_learner_may_overrule(self, box: Box) -> None:
        desk = box.desk(only=[CHOICE])
        answer_choice(desk, "Django")
        act(desk, "rate", rating=EASY)
        assert [event.data["rating"] for event in reviews(box)] == [EASY]

    @pytest.mark.parametrize(
        ("typed", "proposed", "verdict"),
        [
            ("The Path", GOOD, "Right, and quick. If it was easy, say so."),
            ("paht", HARD, "Almost. Look at the letters."),
            ("body", AGAIN, "Not this time."),
        ],
    )
    def test_a_word_in_a_gap_is_compared_leniently(self, box: Box, typed: str, proposed: int, verdict: str) -> None:
        desk = box.desk(only=[GAP])
        act(desk, "answer", typed=typed)
        shown = card(desk)
        assert (shown["proposed"], shown["verdict"]) == (proposed, verdict)
        assert (shown["compared"]["typed"], shown["compared"]["wanted"]) == (typed, "path")
        assert shown["filled"] == {"md": "A router looks at the **path** and the method."}
        act(desk, "rate", rating=GOOD)
        assert reviews(box)[0].data["typed"] == typed

    def test_a_gap_that_was_typed_into_is_judged_by_looking_at_it(self, box: Box) -> None:
        desk = box.desk(only=[GAP])
        act(desk, "reveal", typed="path")
        assert card(desk)["verdict"].startswith("Right")

    def test_a_gap_may_be_thought(self, box: Box) -> None:
        desk = box.desk(only=[GAP])
        act(desk, "reveal")
        assert (card(desk)["proposed"], card(desk)["verdict"]) == (None, "")

    def test_code_is_put_into_its_place_and_run(self, box: Box) -> None:
        desk = box.desk(only=[CODE])
        assert card(desk)["code"]["before"] == "# A program\n"
        act(desk, "answer", typed="def double(x):\n    return 2 * x")
        assert box.ran == ["# A program\ndef double(x):\n    return 2 * x\n"]
        shown = card(desk)
        assert (shown["revealed"], shown["proposed"]) == (True, GOOD)

    @pytest.mark.parametrize(
        ("typed", "lines"),
        [("def double(x):\n    return 2 * x", (2, 3, 1)), ("\n\ndef double(x): return 2 * x\n", (2, 2, -1))],
    )
    def test_lines_of_the_program_are_known_as_those_of_the_box(self, box: Box, typed: str, lines: tuple) -> None:
        act(box.desk(only=[CODE]), "answer", typed=typed)
        assert box.lines == [lines]
        assert box.ran[0].splitlines()[lines[0] - 1] == typed.splitlines()[lines[0] - lines[2] - 1]

    def test_code_that_fails_may_be_mended_and_is_hard_then(self, box: Box) -> None:
        desk = box.desk(only=[CODE])
        act(desk, "answer", typed="def double(x): ...")
        shown = card(desk)
        assert (shown["revealed"], shown["code"]["failures"]) == (False, ["double(4) should be 8."])
        assert shown["code"]["typed"] == "def double(x): ..."
        assert "secret" not in json.dumps(shown)
        act(desk, "answer", typed="def double(x): return 2 * x")
        assert (card(desk)["proposed"], card(desk)["verdict"]) == (HARD, "Right, at try 2.")

    def test_code_that_fails_and_is_looked_up_comes_again(self, box: Box) -> None:
        desk = box.desk(only=[CODE])
        act(desk, "answer", typed="def double(x): ...")
        act(desk, "reveal")
        assert card(desk)["proposed"] == AGAIN

    def test_code_that_was_typed_and_not_run_is_kept(self, box: Box) -> None:
        desk = box.desk(only=[CODE])
        act(desk, "reveal", typed="def double")
        assert card(desk)["code"]["typed"] == "def double"
        act(desk, "rate", rating=AGAIN)
        assert reviews(box)[0].data["typed"] == "def double"

    @pytest.mark.parametrize(
        ("id", "event", "message"),
        [
            (THINK, {"typed": "200"}, "answered in the mind"),
            (GAP, {"typed": "  "}, "nothing is typed yet"),
            (GAP, {}, "nothing is typed yet"),
            (CHOICE, {"option": 9}, "no option 9"),
            (CHOICE, {"option": "1"}, "no option 1"),
        ],
    )
    def test_what_is_no_answer_is_refused(self, box: Box, id: str, event: dict[str, object], message: str) -> None:
        desk = box.desk(only=[id])
        with pytest.raises(ValueError, match=message):
            act(desk, "answer", **event)
        assert box.memory.journal.events() == []


class TestUndo:
    def test_it_brings_the_card_back_as_it_was(self, box: Box) -> None:
        desk = box.desk("routing")
        before = desk.view()["counts"]
        first = rate(desk, AGAIN)
        undo(desk)
        assert (card(desk)["id"], card(desk)["revealed"]) == (first, True)
        assert desk.view()["counts"] == before
        assert desk.view()["said"] == "Taken back: Again."
        act(desk, "rate", rating=GOOD)
        assert [event.data["rating"] for event in reviews(box)] == [GOOD]

    def test_it_goes_back_over_the_whole_session(self, box: Box) -> None:
        desk = box.desk("routing")
        start = box.memory.state.deck
        begun = [rate(desk, AGAIN), rate(desk, EASY)]
        begun.append(str(card(desk)["id"]))
        act(desk, "suspend")
        begun.append(str(card(desk)["id"]))
        act(desk, "bury")
        for id in reversed(begun):
            undo(desk)
            assert card(desk)["id"] == id
        assert desk.view()["undo"] is None
        assert box.memory.state.deck == start

    def test_it_takes_back_the_answer_on_the_desk_with_all_that_followed_from_it(self, box: Box) -> None:
        desk = box.desk(only=[THINK, CHOICE])
        while card(desk)["id"] != CHOICE:
            rate(desk, EASY)
        before = deepcopy(box.memory.state)
        answer_choice(desk, "Django")
        assert CHOICE in box.memory.state.mistakes.open
        assert desk.view()["undo"]["what"] == "answer"
        undo(desk)
        assert box.memory.state == before
        shown = card(desk)
        assert (shown["id"], shown["revealed"], desk.view()["said"]) == (CHOICE, False, "Taken back: answer.")
        assert "secret" not in json.dumps(shown)
        answer_choice(desk, "Flask")
        assert not box.memory.state.mistakes.open
        assert box.memory.state.answers.asked == {CHOICE: 1}

    def test_the_rating_goes_first_and_then_its_answer_and_then_the_card_before(self, box: Box) -> None:
        desk = box.desk(only=[THINK, CHOICE])
        ids = []
        for _ in range(2):
            ids.append(str(card(desk)["id"]))
            if ids[-1] == CHOICE:
                answer_choice(desk, "Django")
                act(desk, "rate", rating=EASY)
            else:
                rate(desk, EASY)
        expected = [name for id in reversed(ids) for name in (["Easy", "answer"] if id == CHOICE else ["Easy"])]
        taken = []
        while desk.view()["undo"]:
            taken.append(desk.view()["undo"]["what"])
            undo(desk)
        assert taken == expected
        assert box.memory.state == Box(box.library).memory.state

    def test_each_run_of_code_is_a_step(self, box: Box) -> None:
        desk = box.desk(only=[CODE])
        act(desk, "answer", typed="def double(x): ...")
        act(desk, "answer", typed="def double(x): return 2 * x")
        undo(desk)
        shown = card(desk)
        assert (shown["revealed"], shown["code"]["tries"], shown["code"]["typed"]) == (False, 1, "def double(x): ...")
        undo(desk)
        assert (card(desk)["code"]["tries"], desk.view()["undo"]) == (0, None)

    def test_it_reaches_over_four_in_the_morning(self, box: Box) -> None:
        box.now = box.now.replace(hour=3, minute=59) + timedelta(days=1)
        desk = box.desk("routing")
        first = rate(desk, AGAIN)
        box.wait(minutes=5)
        undo(desk)
        assert (card(desk)["id"], reviews(box)) == (first, [])

    def test_what_was_typed_comes_back_too(self, box: Box) -> None:
        desk = box.desk(only=[GAP])
        act(desk, "answer", typed="body")
        act(desk, "rate", rating=AGAIN)
        undo(desk)
        assert card(desk)["compared"]["typed"] == "body"

    def test_the_same_click_twice_takes_one_thing_back(self, box: Box) -> None:
        desk = box.desk("routing")
        rate(desk, GOOD)
        rate(desk, GOOD)
        event = {"type": "undo", "event": desk.view()["undo"]["event"]}
        desk.act(event)
        desk.act(event)
        assert len(reviews(box)) == 1

    def test_another_desk_can_take_back_what_this_one_did(self, box: Box) -> None:
        first = rate(box.desk("routing"), AGAIN)
        later = box.desk("routing")
        undo(later)
        assert card(later)["id"] == first

    def test_it_does_not_reach_other_cards_nor_other_days(self, box: Box) -> None:
        rate(box.desk("templates"), EASY)
        assert box.desk("routing").view()["undo"] is None
        assert box.desk("templates").view()["undo"]
        box.wait(days=1)
        assert box.desk("templates").view()["undo"] is None


class TestSession:
    def test_cards_that_were_put_away_do_not_come(self, box: Box) -> None:
        desk = box.desk("templates")
        act(desk, "suspend")
        end = desk.view()["end"]
        assert [one["card"] for one in end["suspended"]] == ["role-of-templates"]
        assert "secret" not in json.dumps(end)
        desk.act({"type": "unsuspend", "card": "role-of-templates"})
        assert card(desk)["id"] == "role-of-templates"
        act(desk, "bury")
        assert desk.view()["card"] is None
        box.wait(days=1)
        assert card(box.desk("templates"))["id"] == "role-of-templates"

    def test_the_end_says_what_was_done_and_when_the_next_ones_come(self, box: Box) -> None:
        desk = box.desk(only=[THINK, CHOICE])
        rate(desk, EASY)
        rate(desk, EASY)
        view = desk.view()
        assert (view["end"]["cards"], view["end"]["answers"], view["end"]["again"]) == (2, 2, 0)
        assert (view["progress"]["done"], view["progress"]["all"]) == (2, 2)
        assert sum(one["count"] for one in view["end"]["next"]) == 2
        assert all(one["when"].startswith("on ") for one in view["end"]["next"])

    def test_a_step_that_is_near_is_taken_at_once_when_nothing_else_is_left(self, box: Box) -> None:
        desk = box.desk(only=[THINK, CHOICE])
        first, second = rate(desk, AGAIN), rate(desk, AGAIN)
        assert first != second
        assert [rate(desk, GOOD), rate(desk, GOOD)] == [first, second]
        assert desk.view()["counts"] == {"new": 0, "learning": 2, "due": 0}

    def test_the_card_that_was_just_answered_does_not_come_at_once(self, box: Box) -> None:
        desk = box.desk(only=[THINK, CHOICE])
        first, second = rate(desk, GOOD), rate(desk, AGAIN)
        assert (box.memory.state.deck.cards[second].due, card(desk)["id"]) == (
            min(card.due for card in box.memory.state.deck.cards.values()),
            first,
        )

    def test_siblings_come_on_different_days(self, box: Box) -> None:
        desk = box.desk(only=["router-parts"])
        assert rate(desk, EASY) == GAP
        assert desk.view()["card"] is None
        box.wait(days=1)
        assert rate(box.desk(only=["router-parts"]), EASY) == OTHER_GAP

    def test_more_new_cards_are_one_click_away(self, box: Box) -> None:
        box.memory.record("setting", {"name": "new_per_day", "value": 2})
        desk = box.desk("forms")
        rate(desk, EASY)
        rate(desk, EASY)
        assert desk.view()["end"]["more_new"] == 10
        for _ in range(2):
            desk.act({"type": "more", "what": "new"})
        assert [event.kind for event in box.memory.journal.events()].count("more-cards") == 1
        assert box.desk("forms").view()["counts"]["new"] == 10
        box.wait(days=1)
        assert box.desk("forms").view()["counts"]["new"] == 2

    def test_whoever_has_begun_nothing_is_told_how_to_begin(self, box: Box) -> None:
        end = box.desk().view()["end"]
        assert (end["unbegun"], end["more_new"]) == ({"topic": "routing", "title": "Routing and URLs"}, 0)
        rate(box.desk("templates"), EASY)
        assert box.desk().view()["end"]["unbegun"]["topic"] == "routing"
        assert box.desk("templates").view()["end"]["unbegun"] is None
        rate(box.desk(only=[THINK]), EASY)
        assert box.desk().view()["card"]

    def test_what_is_above_the_limit_is_one_click_away(self, box: Box) -> None:
        box.memory.record("setting", {"name": "new_per_day", "value": 6})
        while box.desk("forms").view()["card"]:
            rate(box.desk("forms"), EASY)
        box.wait(days=30)
        box.memory.record("setting", {"name": "reviews_per_day", "value": 2})
        desk = box.desk("forms")
        rate(desk, GOOD)
        rate(desk, GOOD)
        end = desk.view()["end"]
        assert (end["put_off"], end["more_new"]) == (4, 0)
        desk.act({"type": "more", "what": "reviews"})
        assert desk.view()["counts"]["due"] == 4

    def test_half_an_hour_is_said_once(self, box: Box) -> None:
        box.memory.record("setting", {"name": "new_per_day", "value": 40})
        desk = box.desk("forms")
        said = []
        for _ in range(32):
            if desk.view()["card"] is None:
                break
            box.wait(minutes=2)
            rate(desk, HARD)
            said.append(desk.view()["notice"])
        assert [bool(one) for one in said].index(True) == 29
        assert [one["text"] for one in said if one] == [BREAK]

    def test_a_card_that_is_forgotten_again_and_again_names_its_lesson(self, box: Box) -> None:
        for _ in range(6):
            while state_of(box, THINK) != "review":
                rate(box.desk(only=[THINK]), GOOD)
            box.wait(days=40)
            desk = box.desk(only=[THINK])
            rate(desk, AGAIN)
        notice = desk.view()["notice"]
        assert (notice["what"], notice["card"]) == ("leech", THINK)
        assert "forgotten this card 6 times" in notice["text"]
        desk.act({"type": "suspend", "card": THINK})
        assert (desk.view()["notice"], desk.view()["card"]) == (None, None)

    def test_a_repeated_click_is_counted_once(self, box: Box) -> None:
        desk = box.desk("routing")
        act(desk, "reveal")
        click = {"type": "rate", "turn": card(desk)["turn"], "rating": GOOD}
        desk.act(click)
        desk.act(click)
        assert len(reviews(box)) == 1
        assert desk.view()["said"] == ""

    def test_an_unknown_wish_is_refused(self, box: Box) -> None:
        desk = box.desk("routing")
        for event in ({"type": "flip"}, {"type": "rate"}, {"type": "suspend", "card": "none"}, {"type": "more"}):
            with pytest.raises(ValueError, match=r"nothing to do|its turn|there is no card|say whether"):
                desk.act(event)


class TestOddClocks:
    def test_the_day_may_go_back(self, box: Box) -> None:
        box.now = datetime(2026, 11, 20, 5, tzinfo=timezone(timedelta(hours=9)))
        rate(box.desk("templates"), GOOD)
        box.now = datetime(2026, 11, 19, 20, 10, tzinfo=UTC)
        self.study(box)

    def test_one_event_may_lie_in_the_future(self, library: Library, tmp_path: Path) -> None:
        box = Box(library, path=tmp_path / "journal.db")
        box.wait(days=30)
        rate(box.desk("templates"), GOOD)
        now = box.now - timedelta(days=30)
        self.study(Box(library, now=now, path=tmp_path / "journal.db"))

    def study(self, box: Box) -> None:
        """Answers, rates and takes back as on any day."""
        desk = box.desk(only=[CHOICE])
        for _ in range(3):
            desk.act({"type": "answer", "turn": card(desk)["turn"], "option": 0})
        assert card(desk)["revealed"]
        assert [event.kind for event in box.memory.journal.events()].count("answer") == 1
        act(desk, "rate", rating=EASY)
        assert desk.view()["end"]["cards"] == 1
        undo(desk)
        assert card(desk)["id"] == CHOICE

    def test_an_answer_that_is_read_when_the_day_turns_is_not_given_twice(self, box: Box) -> None:
        box.now = box.now.replace(hour=3, minute=59) + timedelta(days=1)
        desk = box.desk(only=[CHOICE])
        answer_choice(desk, "Django")
        box.wait(minutes=5)
        assert card(desk)["revealed"]
        act(desk, "answer", option=0)
        assert [event.kind for event in box.memory.journal.events()] == ["answer"]
        assert card(desk)["proposed"] == AGAIN


class TestTwoDesks:
    def test_they_agree(self, box: Box) -> None:
        notebook, terminal = box.desk("routing"), box.desk("routing")
        turn = card(terminal)["turn"]
        rate(notebook, GOOD)
        terminal.act({"type": "reveal", "turn": turn})
        assert terminal.view()["said"] == MEANWHILE
        assert card(terminal)["id"] == card(notebook)["id"]
        assert len(reviews(box)) == 1

    def test_a_new_desk_goes_on_where_the_former_stopped(self, library: Library, tmp_path: Path) -> None:
        box = Box(library, path=tmp_path / "journal.db")
        desk = box.desk("routing")
        rate(desk, GOOD)
        act(desk, "suspend")
        before = desk.view()
        again = Box(library, path=tmp_path / "journal.db").desk("routing")
        assert again.view() | {"said": ""} == before | {"said": ""}

    def test_an_answer_that_is_not_rated_yet_is_still_there(self, library: Library, tmp_path: Path) -> None:
        box = Box(library, path=tmp_path / "journal.db")
        act(box.desk(only=[CODE]), "answer", typed="def double(x): ...")
        act(box.desk(only=[CHOICE]), "answer", option=0)
        again = Box(library, path=tmp_path / "journal.db")
        assert card(again.desk(only=[CODE]))["code"]["typed"] == "def double(x): ..."
        assert card(again.desk(only=[CHOICE]))["revealed"]

    def test_what_cannot_be_kept_is_said_and_nothing_moves(self, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
        desk = box.desk("routing")
        act(desk, "reveal")
        before = desk.view()

        def full(*args: object, **more: object) -> None:
            raise Problems([])

        monkeypatch.setattr(box.memory, "record", full)
        with pytest.raises(Problems):
            act(desk, "rate", rating=GOOD)
        assert desk.view() == before


def reviews(box: Box) -> list:
    """The reviews that stand."""
    events = box.memory.journal.events()
    undone = {event.data["event"] for event in events if event.kind == "undo"}
    return [event for event in events if event.kind == "review" and event.id not in undone]


def state_of(box: Box, id: str) -> str:
    known = box.memory.state.deck.cards.get(id)
    return known.phase if known else "new"


def library_weight(box: Box, id: str) -> float:
    return box.library.deck[id].weight


def answer_choice(desk: object, text: str) -> None:
    options = card(desk)["options"]  # type: ignore[arg-type]
    act(desk, "answer", option=next(one["place"] for one in options if one["text"] == {"line": text}))  # type: ignore[arg-type]
