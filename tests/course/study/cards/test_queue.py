"""What to study now: what is due, what is new, and what needs a last look, in an order that teaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pytest

from course.study.cards.queue import LAST_DAYS, RUN, SURE, Queue, today
from course.study.cards.schedule import CardState
from course.study.clock import as_date
from course.study.journal import Event, Journal
from course.study.library import Library
from course.study.memory import Memory
from tests.course.study import card_box
from tests.course.study.learner import Hands, make_library

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
TOPICS = ("http-wsgi-asgi", "routing", "views-responses")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Three topics with 40 cards each; card 3 is a cloze card with two gaps."""
    return make_library(tmp_path_factory.mktemp("topics"), 120, 3, clozes={3})


@dataclass
class Student:
    library: Library
    hands: Hands = field(default_factory=Hands)

    def __post_init__(self) -> None:
        self.memory = Memory(Journal(clock=self.hands), self.hands)

    def choose(self, **settings: Any) -> None:
        for name, value in settings.items():
            self.memory.record("setting", {"name": name, "value": value})

    def rate(self, rating: int, *ids: str) -> list[Event]:
        events = []
        for id in ids:
            self.hands.wait(seconds=5)
            about = self.library.deck[id].about() if id in self.library.deck else {}
            events.append(self.memory.record("review", {"card": id, "rating": rating, "ms": 5000, **about}))
        return events

    def do(self, kind: str, id: str) -> None:
        self.memory.record(kind, {"card": id})

    def queue(self, **narrow: Any) -> Queue:
        """What is for now; new cards of any topic, unless others are asked for."""
        asked = narrow if "only" in narrow else {"topics": TOPICS, **narrow}
        return today(self.memory.state, self.library, *self.memory.now(), **asked)

    def unasked(self, **narrow: Any) -> Queue:
        """What is for now, when no topic is named."""
        return today(self.memory.state, self.library, *self.memory.now(), **narrow)

    def of(self, topic: str, many: int, framework: str | None = None) -> list[str]:
        fitting = (id for id, e in self.library.deck.items() if e.topic == topic and framework in (None, e.framework))
        return [id for id in fitting if "#" not in id][:many]

    def day_off(self, days: int = 0) -> str:
        return as_date(self.memory.today() + days).isoformat()

    def weekday(self) -> str:
        return as_date(self.memory.today()).strftime("%a").lower()


@pytest.fixture
def student(library: Library) -> Student:
    return Student(library)


def topics_of(student: Student, ids: Iterable[str]) -> list[str]:
    return [student.library.deck[id].topic for id in ids]


class TestNewCards:
    def test_whoever_begins_gets_the_first_topic_what_matters_most_first(self, student: Student) -> None:
        queue = student.queue()
        weights = [student.library.deck[id].weight for id in queue.new]
        assert (len(queue.new), set(topics_of(student, queue.new))) == (12, {TOPICS[0]})
        assert weights == sorted(weights, reverse=True)
        assert queue.next() == queue.order[0]

    def test_unasked_they_come_of_no_topic_that_was_not_begun(self, student: Student) -> None:
        assert (student.unasked().order, student.unasked(frameworks=["flask"]).order) == ((), ())
        student.do("suspend", student.of(TOPICS[0], 1)[0])
        assert student.unasked().order == ()
        student.choose(new_per_day=200)
        student.rate(EASY, student.of(TOPICS[2], 1)[0])
        assert topics_of(student, student.unasked().new) == [TOPICS[2]] * 39

    def test_an_answer_to_a_question_begins_its_topic(self, tmp_path: Path) -> None:
        student = Student(card_box.make_library(tmp_path))
        about = {"topic": "templates", "framework": "all", "level": "beginner", "options": 3, "where": "quiz"}
        told = {"question": "what-is-a-template", "chosen": "A view", "right": False, "misconception": None}
        answer = student.memory.record("answer", {**told, **about})
        assert student.unasked().new == ("role-of-templates",)
        student.memory.undo(answer)
        assert student.unasked().new == ()

    def test_topics_that_were_begun_go_before_all_others(self, student: Student) -> None:
        student.rate(EASY, student.of(TOPICS[2], 1)[0])
        assert set(topics_of(student, student.queue().new)) == {TOPICS[2]}

    def test_when_a_topic_is_used_up_the_next_one_follows(self, student: Student) -> None:
        student.choose(new_per_day=45)
        topics = topics_of(student, student.queue().new)
        assert [(topic, len(list(many))) for topic, many in groupby(topics)] == [(TOPICS[0], 40), (TOPICS[1], 5)]

    def test_those_of_today_count(self, student: Student) -> None:
        student.rate(EASY, *student.queue().new[:5])
        assert len(student.queue().new) == 7
        student.hands.wait(days=1)
        assert len(student.queue().new) == 12

    def test_they_wait_until_what_is_due_fits_in_a_day(self, student: Student) -> None:
        student.choose(new_per_day=30, reviews_per_day=40)
        student.rate(EASY, *student.queue().new)
        student.hands.wait(days=12)
        assert (len(student.queue().due), len(student.queue().new)) == (30, 10)
        student.choose(reviews_per_day=30)
        assert (len(student.queue().due), len(student.queue().new)) == (30, 0)

    def test_few_come_on_an_easy_day_and_none_on_a_day_off(self, student: Student) -> None:
        student.choose(easy_days=[student.weekday()])
        assert len(student.queue().new) == 3
        student.choose(days_off=[student.day_off()])
        assert len(student.queue().new) == 0

    def test_they_come_evenly_between_the_others_all_day_long(self, student: Student) -> None:
        student.choose(new_per_day=20)
        student.rate(EASY, *student.queue().new)
        student.hands.wait(days=12)
        student.choose(new_per_day=5)
        places = [place for place, id in enumerate(student.queue().order) if id in student.queue().new]
        assert places == [2, 7, 12, 17, 22]
        student.rate(EASY, *student.queue().order[:13])
        queue = student.queue()
        assert [place for place, id in enumerate(queue.order) if id in queue.new] == [4, 9]

    def test_the_core_comes_alone_for_those_who_are_short_of_time(self, student: Student) -> None:
        student.choose(core_only=True, new_per_day=200)
        core = student.queue().new
        student.choose(core_only=False)
        everything = student.queue().new
        weights = {id: student.library.deck[id].weight for id in everything}
        assert set(core) == {id for id, weight in weights.items() if weight}
        assert (len(everything), 0 in weights.values()) == (120, True)


class TestDueCards:
    def test_they_come_on_their_day_and_not_before(self, student: Student) -> None:
        card = student.of(TOPICS[0], 1)[0]
        student.rate(EASY, card)
        away = student.memory.state.deck.cards[card].due_day - student.memory.today()
        student.hands.wait(days=away - 1)
        assert card not in student.queue().order
        student.hands.wait(days=1)
        assert student.queue().due == (card,)

    def test_the_limit_counts_what_was_done_today(self, student: Student) -> None:
        student.choose(new_per_day=30)
        student.rate(EASY, *student.queue().new)
        student.hands.wait(days=12)
        student.choose(reviews_per_day=20)
        queue = student.queue()
        assert (len(queue.due), queue.put_off) == (20, 10)
        student.rate(GOOD, *queue.due[:15])
        assert (len(student.queue().due), student.queue().put_off) == (5, 10)
        student.hands.wait(days=1)
        assert (len(student.queue().due), student.queue().put_off) == (15, 0)

    def test_after_a_break_those_come_first_that_are_late_for_the_largest_part_of_their_interval(
        self, student: Student
    ) -> None:
        firm, weak = student.of(TOPICS[0], 1)[0], student.of(TOPICS[1], 1)[0]
        student.rate(EASY, firm)
        student.hands.wait(days=10)
        student.rate(EASY, firm)
        student.hands.wait(days=90)
        student.rate(GOOD, weak)
        student.hands.wait(minutes=10)
        student.rate(GOOD, weak)
        student.hands.wait(days=10)
        cards, day = student.memory.state.deck.cards, student.memory.today()
        assert day - cards[firm].due_day > day - cards[weak].due_day > 0
        student.choose(reviews_per_day=1)
        assert student.queue().due == (weak,)

    def test_steps_of_learning_go_first_and_the_next_one_is_told(self, student: Student) -> None:
        card = student.queue().order[0]
        student.rate(GOOD, card)
        student.choose(new_per_day=0)
        queue = student.queue()
        assert (queue.next(), queue.waiting) == (None, (card,))
        assert queue.next_step == student.memory.now()[0] + 10 * 60_000
        student.hands.wait(minutes=10)
        student.choose(new_per_day=5)
        queue = student.queue()
        assert (queue.next(), queue.steps, queue.next_step) == (card, (card,), None)
        assert len(queue.new) == 4

    def test_a_step_that_was_left_over_comes_the_next_day(self, student: Student) -> None:
        card = student.queue().order[0]
        student.rate(AGAIN, card)
        student.hands.wait(days=3)
        assert student.queue().steps == (card,)

    def test_what_is_suspended_or_buried_does_not_come(self, student: Student) -> None:
        first, second, third = student.of(TOPICS[0], 3)
        student.rate(EASY, first, second, third)
        student.hands.wait(days=12)
        student.do("suspend", first)
        student.do("bury", second)
        new = student.queue().new[0]
        student.do("bury", new)
        assert student.queue().due == (third,)
        assert new not in student.queue().new
        student.hands.wait(days=1)
        assert set(student.queue().due) == {second, third}
        student.do("unsuspend", first)
        assert set(student.queue().due) == {first, second, third}
        assert new in student.queue().new

    def test_a_card_that_left_the_course_does_not_come(self, student: Student) -> None:
        student.rate(EASY, "gone-since")
        student.hands.wait(days=12)
        assert "gone-since" not in student.queue().order

    def test_after_an_undo_the_same_card_comes_again(self, student: Student) -> None:
        student.rate(EASY, *student.queue().new)
        student.hands.wait(days=12)
        shown, done = [], []
        for _ in range(6):
            shown.append(student.queue().next())
            done += student.rate(GOOD, shown[-1] or "")
        while done:
            student.memory.undo(done.pop())
            assert student.queue().next() == shown.pop()


class TestSiblings:
    def test_two_gaps_of_one_card_never_come_on_the_same_day(self, student: Student) -> None:
        gaps = ("card-0003#1", "card-0003#2")
        student.choose(new_per_day=200)
        assert len(set(gaps) & set(student.queue().order)) == 1
        student.rate(EASY, gaps[0])
        assert gaps[1] not in student.queue().order
        student.hands.wait(days=1)
        student.rate(EASY, gaps[1])
        student.hands.wait(days=20)
        queue = student.queue()
        assert (len(set(gaps) & set(queue.due)), queue.put_off) == (1, 1)
        student.rate(GOOD, *set(gaps) & set(queue.due))
        assert not set(gaps) & set(student.queue().order)

    def test_a_gap_that_is_being_learnt_goes_on_beside_its_sibling(self, student: Student) -> None:
        student.rate(EASY, "card-0003#1")
        student.rate(GOOD, "card-0003#2")
        student.hands.wait(minutes=11)
        assert student.queue().steps == ("card-0003#2",)


class TestOrder:
    def kinds(self, student: Student, ids: Iterable[str]) -> list[tuple[str, str]]:
        return [(student.library.deck[id].topic, student.library.deck[id].framework) for id in ids]

    def test_each_card_stands_in_one_part_and_all_of_them_in_the_order(self, student: Student) -> None:
        student.rate(EASY, *student.queue().new[:6])
        student.rate(AGAIN, *student.queue().new[:2])
        student.hands.wait(days=12)
        queue = student.queue()
        parts = [*queue.steps, *queue.due, *queue.last_look, *queue.new]
        assert sorted(queue.order) == sorted(set(parts))
        assert len(parts) == len(queue.order)
        counts = {"steps": 2, "due": 6, "last_look": 0, "new": 12, "waiting": 0, "put_off": 0}
        assert queue.counts() == counts

    def test_cards_of_one_topic_change_the_framework_and_then_the_topic(self, student: Student) -> None:
        student.choose(new_per_day=200)
        student.rate(EASY, *student.of(TOPICS[0], 20), *student.of(TOPICS[1], 20), *student.of(TOPICS[2], 20))
        student.hands.wait(days=15)
        student.choose(new_per_day=0)
        kinds = self.kinds(student, student.queue().order)
        assert len(kinds) == 60
        assert not [pair for pair in pairwise(kinds[:45]) if pair[0] == pair[1]]
        runs = [list(run) for _, run in groupby(kinds[:45], key=lambda kind: kind[0])]
        assert max(len(run) for run in runs) == RUN
        assert sum(len(run) > 1 for run in runs) > len(runs) / 2

    def test_a_topic_alone_still_changes_the_framework(self, student: Student) -> None:
        kinds = self.kinds(student, student.queue(topics=[TOPICS[1]]).order)
        assert len(kinds) == 12
        assert not [pair for pair in pairwise(kinds) if pair[0] == pair[1]]

    def test_a_run_goes_on_from_one_answer_to_the_next(self, student: Student) -> None:
        student.rate(EASY, *student.of(TOPICS[0], 12), *student.of(TOPICS[1], 12))
        student.hands.wait(days=15)
        student.choose(new_per_day=0)
        planned, shown = student.queue().order, []
        while card := student.queue().next():
            shown.append(card)
            student.rate(EASY, card)
        assert tuple(shown) == planned


class TestChoice:
    def test_a_queue_can_keep_to_topics_and_frameworks(self, student: Student) -> None:
        queue = student.queue(topics=[TOPICS[1]], frameworks=["flask"])
        assert queue.new
        assert {(e.topic, e.framework) for e in (student.library.deck[id] for id in queue.order)} == {
            (TOPICS[1], "flask")
        }

    def test_frameworks_that_the_learner_left_out_do_not_come(self, student: Student) -> None:
        flask = student.of(TOPICS[1], 1, "flask")[0]
        student.rate(EASY, flask)
        student.choose(frameworks=["django"], new_per_day=200)
        student.hands.wait(days=12)
        assert {student.library.deck[id].framework for id in student.queue().order} == {"django", "all"}
        assert student.queue(frameworks=["flask"]).due == (flask,)

    def test_cards_that_were_named_come_without_limits_and_keep_their_schedule(self, student: Student) -> None:
        student.choose(new_per_day=0, reviews_per_day=0)
        first, second = student.of(TOPICS[2], 2)
        assert set(student.queue(only=[first, second]).new) == {first, second}
        student.rate(EASY, first)
        assert student.queue(only=[first, second]).order == (second,)
        student.hands.wait(days=12)
        assert student.queue(only=[first]).due == (first,)

    def test_a_cloze_card_can_be_named_as_a_whole(self, student: Student) -> None:
        assert student.queue(only=["card-0003"]).order == ("card-0003#1",)
        assert student.queue(only=["card-0003#2"]).order == ("card-0003#2",)

    @pytest.mark.parametrize(
        ("narrow", "said"),
        [
            ({"only": ["card-003"]}, "no card 'card-003' in the course. Did you mean 'card-0"),
            ({"topics": ["routin"]}, "no topic 'routin' in the course. Did you mean 'routing'?"),
            ({"frameworks": ["falsk"]}, "no framework 'falsk' in the course. Did you mean 'flask'?"),
        ],
    )
    def test_an_unknown_name_is_told_with_the_nearest_one(
        self, student: Student, narrow: dict[str, list[str]], said: str
    ) -> None:
        with pytest.raises(LookupError, match=said.replace("?", r"\?")):
            student.queue(**narrow)


class TestLastLook:
    def prepared(self, student: Student) -> None:
        """Twenty cards that are known for three weeks, twenty for many, and an exam in nineteen days."""
        student.choose(new_per_day=0)
        cards = student.of(TOPICS[1], 40)
        student.rate(EASY, *cards)
        student.hands.wait(days=9)
        student.rate(HARD, *cards[:20])
        student.rate(EASY, *cards[20:])
        student.choose(exam_date=student.day_off(19))

    def test_it_comes_in_the_final_days_and_not_on_the_day_itself(self, student: Student) -> None:
        self.prepared(student)
        seen = {}
        for left in range(19, -2, -1):
            seen[left] = len(student.queue().last_look)
            student.hands.wait(days=1)
        assert {left for left, many in seen.items() if many} == set(range(1, LAST_DAYS + 1))

    def test_it_is_for_cards_that_would_not_be_known_well_enough(self, student: Student) -> None:
        self.prepared(student)
        student.hands.wait(days=18)
        exam, cards = student.memory.today() + 1, student.memory.state.deck.cards
        needy = {id for id, card in cards.items() if (card.recall_on(exam) or 0) < SURE}
        assert 0 < len(needy) < 40
        assert set(student.queue().last_look) == needy

    def test_the_final_days_share_it_evenly_and_each_card_gets_it_once(self, student: Student) -> None:
        self.prepared(student)
        student.hands.wait(days=19 - LAST_DAYS)
        days: list[list[str]] = []
        for _ in range(LAST_DAYS):
            days.append([])
            while card := student.queue().next():
                days[-1].append(card)
                student.rate(GOOD, card)
            student.hands.wait(days=1)
        sizes = [len(day) for day in days]
        assert sum(sizes) == len({card for day in days for card in day}) >= 10
        assert max(sizes) - min(sizes) <= 2

    def test_what_lasts_is_looked_at_first_and_what_is_soon_forgotten_close_to_the_exam(self, student: Student) -> None:
        student.choose(new_per_day=0, exam_date=student.day_off(5))
        state, day = student.memory.state, student.memory.today()
        for number, id in enumerate(student.of(TOPICS[0], 20)):
            state.deck.cards[id] = CardState(
                id, phase="review", stability=20.0 + number, last_day=day - 25, due_day=day + 5, reps=3
            )
        state.deck.load = {day + 5: 20}
        shown = today(state, student.library, *student.memory.now()).last_look
        assert sorted(state.deck.cards[id].stability for id in shown) == [36, 37, 38, 39]

    def test_a_card_that_comes_before_the_exam_anyway_needs_none(self, student: Student) -> None:
        student.choose(new_per_day=0, exam_date=student.day_off(5))
        state, day = student.memory.state, student.memory.today()
        for id, due_day in zip(student.of(TOPICS[0], 2), (day + 3, day + 5), strict=True):
            state.deck.cards[id] = CardState(id, phase="review", stability=20.0, last_day=day - 25, due_day=due_day)
        state.deck.load = {day + 3: 1, day + 5: 1}
        shown = today(state, student.library, *student.memory.now()).last_look
        assert shown == (student.of(TOPICS[0], 2)[1],)

    def test_the_limit_of_the_day_holds_for_it_too(self, student: Student) -> None:
        self.prepared(student)
        student.hands.wait(days=18)
        student.choose(reviews_per_day=4)
        queue = student.queue()
        assert len(queue.last_look) + len(queue.due) == 4

    def test_without_an_exam_there_is_none(self, student: Student) -> None:
        self.prepared(student)
        student.choose(exam_date="")
        student.hands.wait(days=18)
        assert student.queue().last_look == ()
