"""An interview over questions of the banks: drawn by topic and level, those not asked lately first."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from typing import Any

from course.bank import Interview
from course.study.interviews.interview import DRAWN
from course.study.interviews.staged import AskedNext, Criterion, MockInterview, Stage
from course.study.library import Entry, Library, did_you_mean

LEVELS = ("beginner", "intermediate", "advanced")
MINUTES = {"beginner": 4, "intermediate": 6, "advanced": 8}
"""Minutes for a question and its follow-ups."""
SHORTEST, LONGEST = 4, 120

STRUCTURE = (
    "Answer in one sentence first, as to a colleague who has to go.",
    "Then say how it works, step by step, with one example.",
    "Say where Django, Flask and FastAPI differ, where they do.",
    "Name the limit: when it does not hold, what it costs, what you would use instead.",
    "Stop. Leave the next question to the interviewer.",
)
RUBRIC = (
    Criterion(
        id="right",
        title="Right and complete",
        levels=(
            "The main point was wrong, or I did not know it.",
            "The main point was right; most key points were missing.",
            "Most key points, and nothing wrong.",
            "All that matters, the exception or the limit too.",
        ),
    ),
    Criterion(
        id="clear",
        title="Clear",
        levels=(
            "I jumped about, or stopped in the middle.",
            "The points were there, in no order.",
            "The short answer first, then how it works.",
            "As before, with an example that could be followed without a picture.",
        ),
    ),
    Criterion(
        id="weighed",
        title="Weighed",
        levels=(
            "I knew one way only.",
            "I named another way.",
            "I said when each way is right, and what it costs.",
        ),
    ),
)


def wishes(
    library: Library, topic: str | None = None, level: str | None = None, minutes: object = None
) -> dict[str, Any]:
    """What to draw by, in the form in which it is kept; raises ValueError with a sentence when nothing fits."""
    if level is not None and level not in LEVELS:
        raise ValueError(f"A level is one of {', '.join(LEVELS)}, not {level!r}.")
    if minutes is not None and not (isinstance(minutes, int) and SHORTEST <= minutes <= LONGEST):
        raise ValueError(f"An interview takes from {SHORTEST} to {LONGEST} minutes, not {minutes!r}.")
    known = {entry.topic for entry in library.interviews.values()}
    if topic is not None and topic not in known:
        topics = [one.id for one in library.syllabus.topics]
        if topic in topics:
            raise ValueError(f"The topic {topic!r} has no questions for an interview yet. {_there_are(known)}")
        raise ValueError(f"There is no topic {topic!r} in the course.{did_you_mean(topic, topics)}")
    if not _fitting(library, topic, level):
        here = {entry.item.level for entry in library.interviews.values() if topic in (None, entry.topic)}
        if not here:
            raise ValueError("There are no questions for an interview yet. They come with the releases of the course.")
        levels = ", ".join(one for one in LEVELS if one in here)
        raise ValueError(f"There are no {level} questions for an interview here; there are {levels}.")
    return {"topic": topic, "level": level, "minutes": minutes or 20}


def draw(library: Library, asked: Mapping[str, int], wanted: Mapping[str, Any], seed: str) -> list[Entry[Interview]]:
    """Questions for so many minutes, the easy ones first; of those that fit, the ones asked longest ago are taken."""
    chance = random.Random(seed)
    places = {
        entry.id: (asked.get(entry.id, 0), chance.random() / (0.5 + entry.weight))
        for entry in sorted(_fitting(library, wanted["topic"], wanted["level"]), key=lambda entry: entry.id)
    }
    drawn: list[Entry[Interview]] = []
    left = int(wanted["minutes"])
    for id in sorted(places, key=lambda id: places[id]):
        entry = library.interviews[id]
        if not drawn or MINUTES[entry.item.level] <= left:
            drawn.append(entry)
            left -= MINUTES[entry.item.level]
    return sorted(drawn, key=lambda entry: LEVELS.index(entry.item.level))


def levelled(entries: Iterable[Entry[Interview]], wanted: Mapping[str, Any], library: Library) -> MockInterview:
    """An interview that asks these questions one after another."""
    stages = tuple(_stage(entry, number) for number, entry in enumerate(entries, 1))
    return MockInterview(
        id=DRAWN,
        title=title(wanted, library),
        kind="levelled",
        level=wanted["level"] or "intermediate",
        about="Questions of the course, each with its follow-ups. Those that you were not asked lately come first.",
        stages=stages,
    )


def title(wanted: Mapping[str, Any], library: Library) -> str:
    """What an interview over drawn questions is called."""
    titles = {topic.id: topic.title for topic in library.syllabus.topics}
    about = titles.get(wanted["topic"], wanted["topic"]) if wanted["topic"] else "All topics"
    return f"{about}, {wanted['level'] or 'all levels'}"


def _fitting(library: Library, topic: str | None, level: str | None) -> list[Entry[Interview]]:
    return [
        entry
        for entry in library.interviews.values()
        if topic in (None, entry.topic) and level in (None, entry.item.level)
    ]


def _there_are(topics: Iterable[str]) -> str:
    return f"There are questions on {', '.join(sorted(topics))}."


def _stage(entry: Entry[Interview], number: int) -> Stage:
    item = entry.item
    return Stage(
        id=item.id,
        title=f"Question {number}, {item.level}",
        minutes=MINUTES[item.level],
        says=item.ask,
        structure=STRUCTURE,
        key_points=item.key_points,
        mistakes=item.mistakes,
        red_flags=item.red_flags,
        answer=item.answer,
        follow_ups=tuple(AskedNext(ask=one.ask, answer=one.answer) for one in item.follow_ups[:6]),
        rubric=RUBRIC,
        study=(entry.topic,),
    )
