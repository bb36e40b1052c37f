"""What may be seen of a card, before and after its answer was given, and what stands at the end of a session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from course.bank import Card, Option
from course.study.cards.gaps import compare, front_filled, front_with_gap, wanted
from course.study.cards.judging import AGAIN, PATIENCE, proposal, way
from course.study.cards.schedule import CardState, Deck
from course.study.cards.selection import NAMES
from course.study.cards.session import Step, Try
from course.study.clock import MINUTE, as_date
from course.study.desk import View, line, md
from course.study.lessons import Lessons
from course.study.library import Entry, Library
from course.syllabus import Syllabus

LABELS = {
    "concept": "Concept",
    "difference": "Difference",
    "syntax": "Code",
    "scenario": "Scenario",
    "cloze": "Fill the gap",
    "choice": "Choice",
}
DAYS = 3
"""The next days with cards that the end of a session names."""
SUSPENDED = 50
"""Suspended cards that are listed."""


def card_view(
    id: str,
    entry: Entry[Card],
    syllabus: Syllabus,
    *,
    gap: int,
    offered: Sequence[Option],
    tries: Sequence[Try],
    revealed: bool,
    typed: str = "",
) -> View:
    """A card; its answer is only in it when it may be seen."""
    card = entry.item
    how = way(card)
    topic = syllabus.topic_by_id.get(entry.topic)
    shown: View = {
        "id": id,
        "label": LABELS[card.kind],
        "way": how,
        "topic": topic.title if topic else entry.topic,
        "framework": NAMES[entry.framework] if entry.framework != "all" else "",
        "high": entry.weight >= 1,
        "front": md(front_with_gap(card, gap) if gap else card.front),
        "revealed": revealed,
        "answer": None,
        "proposed": None,
        "verdict": "",
    }
    if how == "options":
        shown["options"] = [_option(place, option, tries, revealed) for place, option in enumerate(offered)]
    elif how == "code":
        before, after = card.around
        last = tries[-1] if tries else Try("", False, 0)
        shown["code"] = {"before": before, "after": after, "typed": typed or last.typed, "tries": len(tries)}
        shown["code"] |= {"failures": last.failures, "passed": last.passed, "all": last.all}
        shown["code"] |= {"ran": last.typed, "seconds": PATIENCE}
    if not revealed:
        return shown
    rating, quick = proposal(card, list(tries))
    shown |= {"answer": md(card.back), "proposed": rating, "verdict": _verdict(tries, rating, quick)}
    if gap:
        shown["filled"] = md(front_filled(card, gap))
        if tries:
            found = compare(tries[-1].typed, wanted(card, gap))
            shown["compared"] = {"typed": tries[-1].typed, "wanted": wanted(card, gap), "right": found.right}
            shown["compared"] |= {"parts": [list(part) for part in found.parts]}
    return shown


def _option(place: int, option: Option, tries: Sequence[Try], revealed: bool) -> View:
    shown: View = {"place": place, "text": line(option.text), "state": "open"}
    taken = bool(tries) and tries[-1].chosen == option.text
    if revealed and (taken or option.correct):
        shown |= {"state": "right" if option.correct else "wrong", "why": line(option.why), "taken": taken}
    return shown


def _verdict(tries: Sequence[Try], rating: int | None, quick: bool) -> str:
    if not tries:
        return ""
    if not tries[-1].right:
        return "Almost. Look at the letters." if tries[-1].near else "Not this time."
    if len(tries) > 1:
        return f"Right, at try {len(tries)}."
    return "Right, and quick. If it was easy, say so." if quick else "Right."


def leech_view(id: str, entry: Entry[Card], card: CardState, lessons: Lessons | None) -> View:
    """That a card was forgotten so often that its lesson helps more than another look."""
    return {
        "what": "leech",
        "card": id,
        "front": md(front_filled(entry.item, 0)),
        "text": f"You have forgotten this card {card.lapses} times. Its lesson helps more than another look at it.",
        "lesson": lessons.teaching(entry.topic, entry.item.objectives) if lessons else None,
    }


def end_view(
    deck: Deck,
    library: Library,
    mine: Sequence[str],
    startable: Sequence[str],
    steps: Sequence[Step],
    now: int,
    day: int,
) -> View:
    """What was done, and when the next cards come; those that are `startable` may come for the first time."""
    reviews = [step for step in steps if step.kind == "review"]
    own = {id: deck.cards[id] for id in mine if id in deck.cards}
    coming: Counter[int] = Counter()
    soon = []
    for card in own.values():
        if card.planned and not card.hidden(day):
            if card.phase == "review":
                coming[max(card.due_day, day + 1)] += 1
            elif card.due > now:
                soon.append(card.due)
    following = [{"when": _minutes(min(soon) - now), "count": len(soon)}] if soon else []
    following += [{"when": _on(one, day), "count": coming[one]} for one in sorted(coming)[:DAYS]]
    suspended = [id for id, card in own.items() if card.suspended]
    return {
        "cards": len({step.card for step in reviews}),
        "answers": len(reviews),
        "again": sum(step.rating == AGAIN for step in reviews),
        "next": following,
        "unseen": sum(1 for id in startable if id not in own or (own[id].phase == "new" and not own[id].hidden(day))),
        "all": len(mine),
        "suspended": [{"card": id, "front": line(_first_line(library.deck[id].item))} for id in suspended[:SUSPENDED]],
    }


def _first_line(card: Card) -> str:
    return front_filled(card, 0).strip().splitlines()[0]


def _minutes(ms: int) -> str:
    minutes = max(1, round(ms / MINUTE))
    return f"in {minutes} minute{'s' if minutes > 1 else ''}" if minutes < 90 else f"in {round(minutes / 60)} hours"


def _on(one: int, day: int) -> str:
    if one == day + 1:
        return "tomorrow"
    date = as_date(one)
    return f"on {date:%A}" if one < day + 7 else f"on {date.day} {date:%B}"
