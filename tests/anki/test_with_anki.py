"""What Anki itself makes of our files, and what comes back from it."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from course.problems import Problems
from course.study.clock import study_day
from course.study.exchange.anki_notes import make_notes, stable_id
from course.study.exchange.bringing import Brought
from course.study.exchange.doors import Order, bring, export
from course.study.exchange.look import to_html
from course.study.journal import Journal
from course.study.library import Library, the_library
from course.study.memory import Memory
from tests.anki.environment import consult, need_oracle
from tests.awkward import START, Hands, awkward_library

GUID = "threeways:"
HOUR, DAY = 3_600_000, 86_400_000
AT = round(START.timestamp() * 1000)
LEARNT = ("pattern-in-prose", "three-gaps#1", "three-gaps#2", "which-converter")
ANSWERS = [
    {"card": f"{GUID}pattern-in-prose 0", "rating": 3, "at": AT + 40 * DAY, "ms": 4_200},
    {"card": f"{GUID}three-gaps 0", "rating": 1, "at": AT + 40 * DAY + 60_000, "ms": 90_000},
    {"card": f"{GUID}write-a-route 0", "rating": 4, "at": AT + 40 * DAY + 120_000, "ms": 2_000},
    {"card": f"{GUID}plain-question 0", "rating": 2, "at": AT + 40 * DAY + 180_000, "ms": 3_000},
]


@dataclass
class Visit:
    """What was sent to Anki, and what Anki said."""

    folder: Path
    library: Library
    memory: Memory
    hands: Hands
    seen: dict[str, Any]

    def back_home(self) -> Memory:
        """The learner's memory as it was when the package was made, at a later time."""
        journal = Journal()
        journal.add(self.memory.journal.events())
        return Memory(journal, Hands(self.hands.now.replace(year=2025, month=6)))

    def bring(self, name: str, memory: Memory | None = None) -> Brought:
        return bring(self.folder / name, memory or self.back_home(), self.library)


def studied(hands: Hands) -> Memory:
    """A learner with cards in every state: in review, lapsed, being learnt, suspended, buried, and new."""
    memory = Memory(Journal(), hands)

    def answer(card: str, rating: int) -> None:
        memory.record("review", {"card": card, "rating": rating, "ms": 5_000, "topic": "routing", "framework": "all"})

    for card in LEARNT:
        answer(card, 4)
    hands.wait(days=10)
    answer("which-converter", 1)
    for card in LEARNT[:3]:
        answer(card, 3)
    answer("write-a-route", 3)
    answer("template-braces", 4)
    memory.undo(memory.record("review", {"card": "one-gap#1", "rating": 1, "ms": 1}))
    memory.record("suspend", {"card": "template-braces"})
    memory.record("bury", {"card": "three-gaps#2"})
    hands.wait(minutes=1)
    return memory


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    need_oracle()
    folder = tmp_path_factory.mktemp("anki")
    hands = Hands()
    memory = studied(hands)
    library = awkward_library(folder / "topics")
    everything, history = Order(questions=True), Order(questions=True, history=True)
    export("anki", folder / "history.apkg", memory, library, history)
    export("anki", folder / "fresh.apkg", memory, library, everything)
    export("anki", folder / "whole.apkg", memory, the_library(), everything)
    export("anki-text", folder / "notes.txt", memory, library, everything)
    export("gift", folder / "questions.gift", memory, library)
    hands.wait(minutes=5)
    newer = awkward_library(folder / "newer", said="With a path, since today.")
    export("anki", folder / "newer.apkg", memory, newer, everything)
    (folder / "plan.json").write_text(json.dumps({"answers": ANSWERS}))
    consult("oracle.py", folder, zone="<+02>-2")
    return Visit(folder, library, memory, hands, json.loads((folder / "seen.json").read_text(encoding="utf-8")))


def test_anki_takes_every_note_once(visit: Visit) -> None:
    first, same, _ = visit.seen["fresh"]["logs"]
    assert (first["found"], first["new"]) == (8, 8)
    assert (same["new"], same["updated"], same["duplicate"], same["conflicting"]) == (0, 0, 8, 0)


def test_a_newer_course_updates_all_notes_and_adds_none(visit: Visit) -> None:
    newer = visit.seen["fresh"]["logs"][2]
    assert (newer["new"], newer["updated"], newer["conflicting"]) == (0, 8, 0)
    fields = dict(visit.seen["fresh"]["notes"][f"{GUID}one-gap"]["fields"])
    assert fields["Back"] == "<p>With a path, since today.</p>"


def test_anki_finds_nothing_to_mend(visit: Visit) -> None:
    message, ok = visit.seen["fresh"]["checked"]
    assert ok
    assert len(message.splitlines()) == 1, message


def test_fields_types_decks_and_tags_arrive_as_they_were_sent(visit: Visit) -> None:
    arrived = visit.seen["fresh"]["notes"]
    sent = {note.guid: note for note in make_notes(visit.library, questions=True)}
    assert arrived.keys() == sent.keys()
    for guid, note in sent.items():
        there = arrived[guid]
        if note.id != "one-gap":
            assert [value for _, value in there["fields"]] == list(note.fields)
        assert (there["type"], there["type_id"]) == (f"Threeways {note.type}", stable_id("note type", note.type))
        assert there["decks"] == [note.deck]
        assert sorted(there["tags"]) == sorted(note.tags)


def test_there_is_one_tree_of_decks_after_three_packages(visit: Visit) -> None:
    branches = ("", "::Django", "::Flask", "::Side by side")
    assert visit.seen["fresh"]["decks"].keys() == {
        "Default",
        "Threeways",
        *(f"Threeways::02 Routing and URLs{branch}" for branch in branches),
    }


def test_the_whole_course_fits_in(visit: Visit) -> None:
    whole, course = visit.seen["whole"], the_library()
    assert whole["log"]["new"] == len(course.cards) + len(course.questions)
    assert whole["cards"] == len(course.deck) + len(course.questions)
    assert whole["checked"][1]


def text_of(shown: str) -> str:
    return html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", "", shown, flags=re.S))


def shown(visit: Visit, id: str) -> list[tuple[str, str]]:
    return [(front, back) for front, back in visit.seen["fresh"]["notes"][GUID + id]["shown"]]


def test_anki_takes_nothing_of_a_text_for_its_own(visit: Visit) -> None:
    [(front, back)] = shown(visit, "pattern-in-prose")
    assert "Does \\(a\\) or \\[b\\] group" in text_of(front)
    assert "[sound:bell.mp3] [latex]x[/latex] [$]y[/$]" in text_of(front)
    assert "[sound:no.mp3]" in text_of(back)
    assert "[anki:play" not in front + back
    assert "<img" not in front + back
    outside = re.sub(r"<code>.*?</code>", "", front, flags=re.S)
    assert "\\(" not in outside
    assert "\\[" not in outside


def test_braces_of_templates_stay(visit: Visit) -> None:
    [(front, back)] = shown(visit, "template-braces")
    assert "nor does {{c1::this}}." in text_of(back)
    assert "{{ book.title }} and {% if late %}" in text_of(front)
    assert '<script>alert("{{ c1 }}")</script>' in text_of(front)
    assert "<script>" not in front


def test_each_gap_is_a_card_of_its_own(visit: Visit) -> None:
    first, second, third = shown(visit, "three-gaps")
    assert "[a method] asks, POST sends" in text_of(first[0])
    assert '@app.[...]("/books/<int:id>")' in text_of(first[0])
    assert "GET asks, [...] sends" in text_of(second[0])
    assert '{% [...] "book" %} and {{ title }} stay' in text_of(third[0])
    assert '{% url "book" %}' in text_of(third[1])
    assert "}} closes nothing here" in text_of(third[1])
    assert len(shown(visit, "one-gap")) == 1


def test_options_are_shown_before_and_their_replies_after(visit: Visit) -> None:
    [(front, back)] = shown(visit, "which-converter")
    assert front.count("<li>") == 3
    assert "It goes on." not in front
    assert re.search(r"[ABC] is right\.It goes on\.", text_of(back))


def test_code_to_write_is_asked_for_with_what_stands_around_it(visit: Visit) -> None:
    [(front, back)] = shown(visit, "write-a-route")
    assert "____" in text_of(front)
    assert 'def hours():\n    return "9 to 6"' in text_of(back)


def test_without_history_all_cards_are_new(visit: Visit) -> None:
    cards = visit.seen["fresh"]["cards"]
    assert len(cards) == 10
    assert {(card["type"], card["queue"], card["reps"]) for card in cards.values()} == {(0, 0, 0)}


def test_cards_stand_in_anki_where_they_stand_here(visit: Visit) -> None:
    cards, deck = visit.seen["going"]["cards"], visit.memory.state.deck.cards
    review = deck["pattern-in-prose"]
    there = cards[f"{GUID}pattern-in-prose 0"]
    assert (there["type"], there["queue"], there["reps"], there["lapses"]) == (2, 2, 2, 0)
    assert there["ivl"] == review.due_day - review.last_day
    lapsed = cards[f"{GUID}which-converter 0"]
    assert (lapsed["type"], lapsed["queue"], lapsed["lapses"], lapsed["left"]) == (3, 1, 1, 1)
    assert lapsed["due"] == deck["which-converter"].due // 1000
    learning = cards[f"{GUID}write-a-route 0"]
    assert (learning["type"], learning["queue"], learning["left"]) == (1, 1, 1)
    assert (cards[f"{GUID}template-braces 0"]["type"], cards[f"{GUID}template-braces 0"]["queue"]) == (2, -1)
    assert (cards[f"{GUID}three-gaps 1"]["type"], cards[f"{GUID}three-gaps 1"]["queue"]) == (2, -3)
    assert (cards[f"{GUID}one-gap 0"]["type"], cards[f"{GUID}one-gap 0"]["reps"]) == (0, 0)


def test_cards_are_due_in_anki_on_the_same_day(visit: Visit) -> None:
    going, deck = visit.seen["going"], visit.memory.state.deck.cards
    today = study_day(going["day_end"] * 1000 - 1, 120)
    for id in LEARNT[:2]:
        name = f"{GUID}{id.partition('#')[0]} 0"
        assert going["cards"][name]["due"] - going["today"] == deck[id].due_day - today, id


def test_anki_goes_on_with_the_memory_state(visit: Visit) -> None:
    deck, states = visit.memory.state.deck.cards, visit.seen["going"]["states"]
    for id in LEARNT[:2]:
        stability, difficulty = states[f"{GUID}{id.partition('#')[0]} 0"]
        assert stability == pytest.approx(deck[id].stability, abs=1e-3)
        assert difficulty == pytest.approx(deck[id].difficulty, abs=1e-2)


def test_the_whole_log_arrives(visit: Visit) -> None:
    going = visit.seen["going"]
    logged = [(going["cards_by_id"][str(row[0])], *row[1:]) for row in going["logged"]]
    sent = [event for event in visit.memory.journal.events() if event.kind == "review"]
    kept = [event for event in sent if event.data["card"] != "one-gap#1"]
    assert [row[4] for row in logged] == [event.data["rating"] for event in kept]
    assert all(abs(row[1] - event.at) < 10 for row, event in zip(logged, kept, strict=True))
    mine = [row for row in logged if row[0] == f"{GUID}which-converter 0"]
    # ease, interval, last interval, factor, time, type
    assert [(row[4], row[8], row[9]) for row in mine] == [(4, 5_000, 0), (1, 5_000, 1)]
    assert mine[1][5] == -600
    assert mine[1][6] == mine[0][5] > 1


def test_a_second_package_disturbs_nothing_that_was_done_in_anki(visit: Visit) -> None:
    going = visit.seen["going"]
    assert going["again"]["new"] == 0
    assert going["logged_again"] == len(going["logged"]) + len(ANSWERS)


@pytest.mark.parametrize("name", ["back-True.apkg", "back-False.apkg", "back-True.colpkg", "back-False.colpkg"])
def test_reviews_come_back_from_every_form_of_package(visit: Visit, name: str) -> None:
    memory = visit.back_home()
    brought = visit.bring(name, memory)
    old = [event for event in visit.memory.journal.events() if event.kind == "review"]
    assert (brought.new, brought.known) == (3, len(old) - 1)
    assert brought.remarks == (
        "1 note is not of this course; it was left alone.",
        "1 review of a question says not which option was chosen; it was left alone.",
    )
    new = [event for event in memory.journal.events() if event.data.get("source") == "anki"]
    assert [(event.data["card"], event.data["rating"], event.at, event.data["ms"]) for event in new] == [
        ("pattern-in-prose", 3, ANSWERS[0]["at"], 4_200),
        ("three-gaps#1", 1, ANSWERS[1]["at"], 60_000),
        ("write-a-route", 4, ANSWERS[2]["at"], 2_000),
    ]
    assert new[1].data["note"] == "three-gaps"
    assert (new[0].data["topic"], new[0].data["framework"]) == ("routing", "django")
    assert memory.state.deck.cards["three-gaps#1"].lapses == 1
    assert (visit.bring(name, memory).new, len(memory.journal.events())) == (0, len(visit.memory.journal.events()) + 3)


def test_what_came_from_one_form_is_known_in_the_other(visit: Visit) -> None:
    memory = visit.back_home()
    assert visit.bring("back-True.apkg", memory).new == 3
    assert visit.bring("back-False.colpkg", memory).new == 0


def test_an_empty_journal_gets_all_of_it_back(visit: Visit) -> None:
    memory = Memory(Journal(), Hands(visit.hands.now.replace(month=6)))
    brought = visit.bring("back-False.apkg", memory)
    assert (brought.new, brought.known) == (13, 0)
    there, here = memory.state.deck.cards["pattern-in-prose"], visit.back_home()
    visit.bring("back-True.apkg", here)
    assert there.stability == here.state.deck.cards["pattern-in-prose"].stability


def test_cards_that_the_course_no_longer_has_are_counted(visit: Visit, tmp_path: Path) -> None:
    later = awkward_library(tmp_path, without=["which-converter"])
    memory = Memory(Journal(), Hands(visit.hands.now.replace(month=6)))
    brought = bring(visit.folder / "back-False.apkg", memory, later)
    assert brought.new == 11
    assert "2 reviews belong to 1 card that the course does not have; they were left alone." in brought.remarks


def test_a_package_without_scheduling_says_so(visit: Visit) -> None:
    brought = visit.bring("bare.apkg")
    assert brought.new == 0
    assert any("Include scheduling information" in remark for remark in brought.remarks)


def test_a_package_of_others_is_refused(visit: Visit) -> None:
    with pytest.raises(Problems, match=r"holds no note of this course \(2 notes of others\)"):
        visit.bring("others.apkg")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
@pytest.mark.parametrize("name", ["back-True.apkg", "back-False.apkg"])
def test_a_package_that_was_cut_off_is_refused(visit: Visit, tmp_path: Path, name: str, share: float) -> None:
    content = (visit.folder / name).read_bytes()
    cut = tmp_path / name
    cut.write_bytes(content[: int(len(content) * share)])
    memory = visit.back_home()
    before = len(memory.journal.events())
    with pytest.raises(Problems):
        bring(cut, memory, visit.library)
    assert len(memory.journal.events()) == before


def test_anki_imports_the_text_and_knows_it_again(visit: Visit) -> None:
    first, second = visit.seen["text"]["logs"]
    assert (first["new"], first["missing_notetype"]) == (8, 0)
    assert (second["new"], second["updated"] + second["duplicate"]) == (0, 8)
    assert visit.seen["text"]["cards"] == 10


def test_the_text_brings_the_same_notes_as_the_package(visit: Visit) -> None:
    arrived = visit.seen["text"]["notes"]
    for note in make_notes(visit.library, questions=True):
        there = arrived[note.guid]
        assert there["type"] == ("Cloze" if note.type == "cloze" else "Basic")
        assert there["decks"] == [note.deck]
        assert sorted(there["tags"]) == sorted(note.tags)
        assert note.fields[0] in there["fields"][0][1]
        assert there["fields"][1][1] == note.fields[2 if note.type == "choice" else 1]


def test_another_reader_of_gift_finds_every_question(visit: Visit) -> None:
    read = {question["id"]: question for question in visit.seen["gift"]}
    assert read.keys() == visit.library.questions.keys()
    for id, entry in visit.library.questions.items():
        assert read[id]["markup"] == "html"
        assert html.unescape(read[id]["ask"]) == html.unescape(to_html(entry.item.ask))
        options = [
            [html.unescape(to_html(option.text)), 100 if option.correct else 0, html.unescape(to_html(option.why))]
            for option in entry.item.options
        ]
        assert [[html.unescape(text), mark, html.unescape(why)] for text, mark, why in read[id]["options"]] == options
