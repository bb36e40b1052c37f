"""The report of an exam: the score and how sure it is, each item with its answer and why, and what to study next."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from course.bank import Question, Task
from course.study.clock import as_date, study_day
from course.study.desk import View, lesson, line, md
from course.study.exams.blueprints import LEVELS, blueprints
from course.study.exams.exam import Exams, Result, Run
from course.study.library import Entry, Library
from course.study.progress import NotebookProgress, TopicProgress

LIKELY = 1.96
"""Standard deviations of a range that holds the truth 19 times out of 20."""
TOSS = 0.5
"""Standard deviations from the pass mark within which it might as well have come out the other way."""
NEXT = 4
"""Topics to study next that are named."""
LINKS = 3
NAMED = 8
"""Cards that are named one by one; of more, the whole topic is studied."""
KINDS = {"questions": "Questions", "tasks": "Code tasks"}


def wilson(share: float, count: float, z: float = LIKELY) -> tuple[float, float]:
    """Wilson's interval: between which shares the true one lies, when `share` of `count` was seen."""
    if count <= 0:
        return 0.0, 1.0
    middle = share + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    whole = 1 + z * z / count
    return max((middle - half) / whole, 0.0), min((middle + half) / whole, 1.0)


@dataclass(frozen=True)
class Score:
    """Points that were reached, and the range in which the share lies that all such items together would give."""

    points: float
    of: float
    weight: float
    """As how many items of equal worth it counts."""

    @property
    def share(self) -> float:
        """The share of the points."""
        return self.points / self.of if self.of else 0.0

    @property
    def range(self) -> tuple[float, float]:
        """The likely range of that share."""
        return wilson(self.share, self.weight)

    def passes(self, pass_mark: float) -> bool:
        """Whether it reaches the pass mark."""
        return self.of > 0 and self.points >= pass_mark * self.of - 1e-9


def score(run: Run, results: Mapping[str, Result], only: Collection[str] | None = None) -> Score:
    """What the results of a run are worth, or those of some of its items; an item without a result does not count."""
    points = of = squares = 0.0
    for section, id in run.items:
        if id in results and (only is None or id in only):
            worth = run.task_points if section == "tasks" else 1.0
            points += worth * results[id].share
            of += worth
            squares += worth * worth
    return Score(points, of, of * of / squares if squares else 0.0)


def verdict(result: Score, pass_mark: float) -> str:
    """Whether it is passed, and how sure that is."""
    mark = pass_mark
    if not result.of:
        return "Void: nothing that it asked is part of the course any more, so it is neither passed nor failed."
    low, high = result.range
    error = math.sqrt(mark * (1 - mark) / result.weight)
    passed = result.passes(pass_mark)
    if error and abs(result.share - mark) < TOSS * error:
        other = "failing" if passed else "passing"
        return (
            f"{'Passed' if passed else 'Not passed'}, but only a coin's toss from {other}: another form could differ."
        )
    if passed and low >= mark:
        return "Passed, and with a margin: another form would very likely be passed, too."
    if passed:
        return "Passed. Another form would probably be passed, too, but that is not sure."
    if high < mark:
        return "Not passed, and clearly so: there is something to study first."
    return "Not passed, but not far from it: with a little study, another form can be passed."


def report(run: Run, exams: Exams, library: Library, topics: Iterable[TopicProgress]) -> View:
    """Everything there is to say of a finished run. It tells the answers."""
    whole = score(run, run.results)
    low, high = whole.range
    titles = {topic.id: topic.title for topic in library.syllabus.topics}
    known = [topic for topic in titles if any(one.get("topic") == topic for one in run.about)]
    return {
        "run": run.run,
        "title": title_of(run.blueprint),
        "form": run.form,
        "date": day_of(run).isoformat(),
        "by": run.by,
        "points": round(whole.points, 2),
        "of": round(whole.of, 2),
        "share": whole.share,
        "low": low,
        "high": high,
        "pass_mark": run.pass_mark,
        "passed": run.passed,
        "verdict": verdict(whole, run.pass_mark),
        "used": _seconds(run.used_ms),
        "minutes": run.minutes,
        "tables": [
            _table("Topic", run, {titles[topic]: run.about_ids("topic", topic) for topic in known}),
            _table("Level", run, {level.capitalize(): run.about_ids("level", level) for level in LEVELS}),
            _table("Kind", run, {name: {id for kind, id in run.items if kind == one} for one, name in KINDS.items()}),
        ],
        "items": [_item(run, place, library, titles) for place in range(len(run.items))],
        "next": _next(run, library, titles, list(topics)),
        "earlier": earlier(exams, run.blueprint),
        "change": change(run, exams),
    }


def earlier(exams: Exams, blueprint: str) -> list[View]:
    """All finished forms of a blueprint, the latest first."""
    return [
        {
            "run": run.run,
            "form": run.form,
            "date": day_of(run).isoformat(),
            "share": run.score or 0.0,
            "passed": run.passed,
        }
        for run in reversed(exams.finished(blueprint))
    ]


def change(run: Run, exams: Exams) -> str:
    """How a run compares with the one before it, in a sentence; empty when there is none."""
    done = [one for one in exams.finished(run.blueprint) if one.passed is not None]
    before = [one for one in done if (one.finished or 0, one.run) < (run.finished or 0, run.run)]
    if not before:
        return ""
    now, then = score(run, run.results), score(before[-1], before[-1].results)
    if not now.weight:
        return ""
    step = round(now.share * 100) - round(then.share * 100)
    mean = (now.points + then.points) / (now.of + then.of)
    error = math.sqrt(mean * (1 - mean) * (1 / now.weight + 1 / then.weight))
    if step == 0:
        return f"As many points as in form {before[-1].form}."
    way = "more" if step > 0 else "fewer"
    sure = abs(now.share - then.share) > LIKELY * error
    why = "more than chance explains" if sure else "which chance alone could explain"
    return f"{abs(step)} percentage points {way} than in form {before[-1].form}, {why}."


def title_of(blueprint: str) -> str:
    """The title of a blueprint, or its id when it does not exist any more."""
    known = blueprints().get(blueprint)
    return known.title if known else blueprint


def day_of(run: Run) -> date:
    """The study day on which a run was finished."""
    return as_date(study_day(run.finished or run.last, run.offset))


def _table(name: str, run: Run, rows: Mapping[str, Collection[str]]) -> View:
    shown = []
    for title, ids in rows.items():
        part = score(run, run.results, ids)
        if part.of:
            low, high = part.range
            spent = sum(run.spent.get(id, 0) for id in ids)
            row = {"name": title, "points": round(part.points, 2), "of": round(part.of, 2), "share": part.share}
            shown.append(row | {"low": low, "high": high, "seconds": _seconds(spent)})
    return {"name": name, "rows": shown}


def _item(run: Run, place: int, library: Library, titles: Mapping[str, str]) -> View:
    section, id = run.items[place]
    result = run.results.get(id)
    entry = _entry(library, section, id)
    shown: View = {
        "number": place + 1,
        "id": id,
        "section": section,
        "topic": titles.get(run.about[place].get("topic", ""), ""),
        "level": run.about[place].get("level", ""),
        "seconds": _seconds(run.spent.get(id, 0)),
        "marked": id in run.marked,
        "state": _state(result),
    }
    if entry is None:
        return shown | {"gone": True}
    if isinstance(entry.item, Question):
        return shown | _question(entry.item, result)
    assert isinstance(entry.item, Task)
    return shown | _task(entry.item, result)


def _question(question: Question, result: Result | None) -> View:
    right = next(option for option in question.options if option.correct)
    own = next((option for option in question.options if result and option.text == result.given), None)
    shown: View = {"ask": md(question.ask), "right": line(right.text), "why": md(right.why)}
    if own is not None and not own.correct:
        shown |= {"own_why": md(own.why)}
    if result and result.given is not None:
        shown |= {"own": line(result.given)}
    return shown


def _task(task: Task, result: Result | None) -> View:
    shown: View = {"ask": md(task.ask), "reference": task.reference.strip("\n")}
    if result is not None:
        shown |= {"passed": result.passed, "all": result.all, "failures": result.failures}
        if result.given is not None:
            shown |= {"own_code": result.given.strip("\n")}
    return shown


def _state(result: Result | None) -> str:
    if result is None:
        return "gone"
    if result.given is None:
        return "open"
    return "right" if result.right else "part" if result.share else "wrong"


def _next(run: Run, library: Library, titles: Mapping[str, str], topics: Sequence[TopicProgress]) -> list[View]:
    """The topics in which most was missed, with the notebooks and the number of cards on just that."""
    missed: dict[str, dict[str, float]] = {}
    for section, id in run.items:
        result, entry = run.results.get(id), _entry(library, section, id)
        if result is None or entry is None or result.right:
            continue
        lost = (run.task_points if section == "tasks" else 1.0) * (1 - result.share)
        objectives = missed.setdefault(entry.topic, {})
        for objective in entry.item.objectives:
            objectives[objective] = objectives.get(objective, 0.0) + lost
    notebooks = {topic.topic.id: topic.notebooks for topic in topics}
    worst = sorted(missed, key=lambda topic: (-sum(missed[topic].values()), topic))[:NEXT]
    return [_study(topic, missed[topic], library, titles, notebooks.get(topic, ())) for topic in worst]


def _study(
    topic: str,
    lost: Mapping[str, float],
    library: Library,
    titles: Mapping[str, str],
    notebooks: Sequence[NotebookProgress],
) -> View:
    known = library.syllabus.objective_by_id
    worst = sorted(lost, key=lambda id: (-lost[id], id))
    # Only the notebooks that teach what was missed; all of the topic's when none of them says what it teaches.
    fitting = sorted(
        (one for one in notebooks if one.objectives & lost.keys()),
        key=lambda one: (bool(one.max_points), -sum(lost.get(id, 0.0) for id in one.objectives)),
    )
    cards = [entry.id for entry in library.cards.values() if set(entry.item.objectives) & lost.keys()]
    return {
        "topic": topic,
        "title": titles.get(topic, topic),
        "objectives": [known[id].statement for id in worst[:LINKS] if id in known],
        "notebooks": [lesson(one.path, one.title) for one in (fitting or notebooks)[:LINKS]],
        "cards": cards,
        "study": f"cards(only={cards})" if len(cards) <= NAMED else f'cards("{topic}")',
    }


def _entry(library: Library, section: str, id: str) -> Entry[Question] | Entry[Task] | None:
    return library.questions.get(id) if section == "questions" else library.tasks.get(id)


def _seconds(ms: int) -> int:
    return round(ms / 1000)
