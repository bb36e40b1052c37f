"""What a learner's memory costs: replaying a journal, beside py-fsrs alone, and opening a session with many cards."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fsrs import Card, Rating, Scheduler

from benchmarks.measure import Measured, best_of
from course.study.clock import DAY, study_day
from course.study.journal import Event, Journal
from course.study.memory import replay
from course.syllabus import Syllabus, read_syllabus

EVENTS = 100_000
CARDS = 5_000
QUESTIONS = 2_000
BEGIN = 1_760_000_000_000
OFFSET = 60
NOW = BEGIN + 400 * DAY
KINDS = {"review": 70, "answer": 18, "prediction": 5, "task": 2, "hint": 3, "suspend": 1, "bury": 0.5, "setting": 0.5}
"""How many of a hundred events are of a kind."""
FRAMEWORKS = ("all", "django", "flask", "fastapi")
LEVELS = ("beginner", "intermediate", "advanced")

OPEN = f"""
import sys, time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from course.study.journal import Journal
from course.study.library import Library
from course.study.memory import Memory
from course.study.cards.queue import today

folder = Path(sys.argv[1])
now = datetime.fromtimestamp({NOW} / 1000, timezone(timedelta(minutes={OFFSET})))
begin = time.perf_counter()
memory = Memory(Journal(folder / "journal.db"), lambda: now, folder / "cache")
queue = today(memory.state, Library(folder / "topics"), *memory.now())
seconds = time.perf_counter() - begin
known = len(memory.state.deck.cards)
assert queue.next() and known > {CARDS} * 0.9, (queue.counts(), known)
print(seconds)
"""
"""Opens a session in a new process, as a notebook or a terminal does, and prints the seconds without the imports."""


def measure() -> list[Measured]:
    """100,000 events of all kinds, and a session with 5,000 cards that are known."""
    events = list(_events())
    return [_replayed(events), _opened(events)]


def _replayed(events: list[Event]) -> Measured:
    misfits = replay(events).misfits
    if misfits:
        raise ValueError(f"these events are not as the course writes them: {list(misfits.values())[:3]}")
    reviews = [(e.data["card"], e.data["rating"], study_day(e.at, e.offset)) for e in events if e.kind == "review"]
    pairs = [(best_of(1, lambda: replay(events)), best_of(1, lambda: _fsrs_alone(reviews))) for _ in range(4)]
    ours, alone = (min(times) for times in zip(*pairs, strict=True))
    return Measured(f"replay {EVENTS:,} events", ours, f"py-fsrs alone, its {len(reviews):,} reviews", alone, bound=2)


def _fsrs_alone(reviews: list[tuple[str, int, int]]) -> None:
    scheduler = Scheduler(enable_fuzzing=False)
    start = datetime(1970, 1, 1, tzinfo=UTC)
    cards: dict[str, Card] = {}
    for id, rating, day in reviews:
        card = cards.get(id) or Card(len(cards), due=start)
        cards[id], _ = scheduler.review_card(card, Rating(rating), start + timedelta(days=day))


def _opened(events: list[Event]) -> Measured:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_banks(folder / "topics", read_syllabus().record)
        journal = Journal(folder / "journal.db")
        journal.add(events)
        journal.close()
        _in_new_process(folder)  # Fills the caches.
        seconds = min(_in_new_process(folder) for _ in range(7))
        kept = next((folder / "cache").iterdir())
        bare = best_of(7, kept.read_bytes)
    return Measured(f"open a session with {CARDS:,} cards", seconds, "read the memory's cache file", bare, bound=0.1)


def _in_new_process(folder: Path) -> float:
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "home")}
    words = [sys.executable, "-c", OPEN, str(folder)]
    found = subprocess.run(words, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return float(found.stdout)


def _write_banks(topics: Path, syllabus: Syllabus) -> None:
    for number, topic in enumerate(syllabus.topics):
        objectives = [objective.id for objective in syllabus.objectives if objective.topic == topic.id]
        cards = [
            {
                "id": f"card-{id}",
                "objectives": [objectives[id % len(objectives)]],
                "kind": "concept",
                "front": "A route exists for the path, but none for this method. Which status comes back?",
                "back": "405 Method Not Allowed. Its `Allow` header names methods that would work.",
                "proof": "app = Flask(__name__)\n" + 'assert client(app).put("/loans").status_code == 405\n' * 6,
            }
            for id in range(number, CARDS, len(syllabus.topics))
        ]
        (topics / topic.folder).mkdir(parents=True)
        (topics / topic.folder / "bank.yaml").write_text(json.dumps({"cards": cards}), encoding="utf-8")


def _events() -> Iterator[Event]:
    """A year of somebody who studies much."""
    dice = random.Random(1)
    kinds = dice.choices(list(KINDS), list(KINDS.values()), k=EVENTS)
    topics = [topic.id for topic in read_syllabus().record.topics]
    for number, kind in enumerate(kinds):
        at = BEGIN + 400 * DAY * number // EVENTS
        item = dice.randrange(CARDS if kind in ("review", "suspend", "bury") else QUESTIONS)
        about = {"topic": topics[item % len(topics)], "framework": FRAMEWORKS[item % 4], "level": LEVELS[item % 3]}
        yield Event(at, OFFSET, f"bench-{number:08d}", kind, _DATA[kind](dice, item, about))


def _right(dice: random.Random) -> bool:
    return dice.random() < 0.7


_DATA: dict[str, Callable[[random.Random, int, dict[str, Any]], dict[str, Any]]] = {
    "review": lambda dice, item, about: {
        "card": f"card-{item}",
        "rating": dice.choices((1, 2, 3, 4), (12, 10, 70, 8))[0],
        "ms": dice.randrange(2_000, 20_000),
        **about,
    },
    "answer": lambda dice, item, about: {
        "question": f"question-{item}",
        "chosen": "the first rule that matches",
        "right": (right := _right(dice)),
        "misconception": None if right else f"misconception-{item % 200}",
        "confidence": dice.choice((1, 2, 3, None)),
        "options": 4,
        "ms": dice.randrange(5_000, 60_000),
        "where": "quiz",
        "form": "choice",
        **about,
    },
    "prediction": lambda dice, item, about: {
        "question": "Which status?",
        "predicted": "404",
        "actual": "405",
        "right": False,
        "options": 3,
    },
    "task": lambda dice, item, about: {
        "task": f"task-{item}",
        "passed": 3,
        "all": 3,
        "right": True,
        "code": "app = Flask(__name__)\n",
        "where": "exam",
        "exam": "run-1",
        "ms": 300_000,
        **about,
    },
    "hint": lambda dice, item, about: {"hint": f"hint-{item}", "step": 1},
    "suspend": lambda dice, item, about: {"card": f"card-{item}"},
    "bury": lambda dice, item, about: {"card": f"card-{item}"},
    "setting": lambda dice, item, about: {"name": "retention", "value": dice.choice((0.88, 0.9, 0.92))},
}
