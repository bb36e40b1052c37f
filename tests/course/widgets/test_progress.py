"""Progress is drawn from the journal: each figure says its sentence, and has its table and its chart."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any

import altair as alt
import pytest

from course.study.clock import DAY, as_date, as_day
from course.study.journal import Event, Journal
from course.study.library import the_library
from course.study.memory import Memory
from course.widgets.progress import Progress

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOW = round(NOON.timestamp() * 1000)
CHART = "application/vnd.vegalite.v5+json"


def studied(days: int) -> list[Event]:
    """Events of somebody who studied on so many days, and said how sure they were."""
    chance, library = random.Random(7), the_library()
    cards, questions = list(library.cards.values()), list(library.questions.values())
    found = []
    for day in range(days, 0, -1):
        for number in range(8):
            card = chance.choice(cards)
            data = {"card": card.id, "rating": chance.choice([1, 3, 3, 3]), "ms": 30_000, **card.about()}
            found.append(Event(NOW - day * DAY + number, 0, f"r{day}-{number}", "review", data))
        for number in range(4):
            question = chance.choice(questions)
            right = chance.random() < 0.7
            data = {"question": question.id, "chosen": "x", "right": right, "misconception": None if right else "m"}
            data |= {
                "confidence": chance.choice([1, 2, 3]),
                "options": 4,
                "where": "quiz",
                "form": "choice",
                "ms": 9000,
            }
            found.append(
                Event(NOW - day * DAY + 100 + number, 0, f"a{day}-{number}", "answer", data | question.about())
            )
    return found


def outputs(*events: Event) -> list[dict[str, Any]]:
    memory = Memory(Journal(), clock=lambda: NOON)
    memory.journal.add(events)
    return Progress(memory, the_library()).outputs()


@pytest.fixture(scope="module")
def shown() -> list[dict[str, Any]]:
    return outputs(*studied(30))


def html(shown: list[dict[str, Any]], title: str) -> str:
    return next(one["text/html"] for one in shown if f"<h3>{title}</h3>" in one.get("text/html", ""))


def charts(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one[CHART] for one in shown if CHART in one]


def test_somebody_new_reads_what_is_still_to_come_and_sees_no_empty_chart() -> None:
    shown = outputs()
    text = " ".join(one["text/plain"] for one in shown)
    for sentence in (
        "No card has come back",
        "Not enough answers yet",
        "No exam was handed in yet",
        "how sure you are",
    ):
        assert sentence in text
    assert charts(shown) == []


def test_every_figure_with_numbers_has_a_chart_and_a_table(shown: list[dict[str, Any]]) -> None:
    titles = [one["description"].split(".")[0] for one in charts(shown)]
    assert titles == ["Cards ahead", "Retention", "Knowledge", "Sureness", "Study calendar"]
    for title in titles:
        assert "<table>" in html(shown, title)


def test_the_charts_are_what_vega_lite_understands(shown: list[dict[str, Any]]) -> None:
    for chart in charts(shown):
        alt.Chart.from_dict(chart, validate=True)


def test_a_chart_shows_the_rows_of_its_table(shown: list[dict[str, Any]]) -> None:
    for chart in charts(shown):
        layers = [chart, *chart.get("layer", ())]
        assert [layer["data"]["values"] for layer in layers if "data" in layer], chart["description"]
    table = html(shown, "Retention")
    values = json.dumps(next(one for one in charts(shown) if one["description"].startswith("Retention")))
    for week in ("2026-10-26", "2026-11-02", "2026-11-09"):
        assert week in table
        assert week in values


def test_the_calendar_counts_what_was_done(shown: list[dict[str, Any]]) -> None:
    rows = next(one for one in charts(shown) if one["description"].startswith("Study calendar"))["data"]["values"]
    yesterday = as_date(as_day(NOON.date()) - 1).isoformat()
    row = next(row for row in rows if row["date"] == yesterday)
    assert (row["cards"], row["answers"], row["minutes"]) == (8, 4, 5)
    assert "You studied on 30 days" in html(shown, "Study calendar")


def test_knowledge_is_named_as_people_name_it(shown: list[dict[str, Any]]) -> None:
    table = html(shown, "Knowledge")
    assert "Routing and URLs" in table
    assert "FastAPI" in table


def test_weak_areas_are_named_with_a_way_out_and_little_known_ones_are_not_called_weak() -> None:
    wrong = []
    for number, question in enumerate(one for one in the_library().questions.values() if one.framework == "flask"):
        data = {"question": question.id, "chosen": "x", "right": False, "misconception": "m", "confidence": None}
        data |= {"options": 4, "ms": 9000, "where": "quiz", "form": "choice", **question.about()}
        wrong.append(Event(NOW - DAY + number, 0, f"w{number}", "answer", data))
    assert len(wrong) >= 8
    said = html(outputs(*wrong), "Weak areas")
    assert "Weak: Routing and URLs in Flask" in said
    assert "cards(weak=True)" in said
    assert "Routing and URLs in Django" not in said.split("<details>")[0]
    assert "not enough answers" in said
    assert "Not enough answers" in html(outputs(*wrong[:3]), "Weak areas")


def test_nothing_is_asked_of_the_internet_and_colours_follow_the_theme(shown: list[dict[str, Any]]) -> None:
    for chart in charts(shown):
        assert chart["usermeta"]["embedOptions"] == {"actions": False, "renderer": "svg"}
        assert chart["config"]["axis"]["labelColor"] == "currentColor"
        text = json.dumps({name: value for name, value in chart.items() if name != "$schema"})
        assert "http" not in text
