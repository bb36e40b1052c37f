"""What an exam shows, page by page: the list of exams, the rules, one item at a time, the pause and the hand-in."""

from __future__ import annotations

import random
from collections.abc import Sequence

from course.bank import Option, Question, Task
from course.study.desk import View, line, md
from course.study.exams.blueprints import Blueprint, blueprints
from course.study.exams.exam import TICK, Given, Run
from course.study.exams.forms import caveats, draw
from course.study.exams.readiness import Readiness, readiness
from course.study.exams.report import earlier, title_of
from course.study.library import Entry, Library
from course.study.memory import State

LATEST = 3
"""Earlier results of an exam that the list shows."""


def list_page(state: State, library: Library) -> View:
    """All exams to choose from, with what is known of each."""
    rows = []
    for blueprint in blueprints().values():
        form = draw(blueprint, library, 1, 0)
        done = earlier(state.exams, blueprint.id)
        row: View = {
            "id": blueprint.id,
            "title": blueprint.title,
            "purpose": blueprint.purpose,
            "size": _size(blueprint.questions, blueprint.tasks, blueprint.minutes),
            "earlier": done[:LATEST],
            "times": len(done),
        }
        if form is None:
            row["nothing"] = nothing(blueprint)
        else:
            known = len(form.covered), len(blueprint.asked)
            row["coverage"] = f"The banks cover {known[0]} of {known[1]} topics." if known[0] < known[1] else ""
            row["readiness"] = _ready(readiness(state, library, blueprint))
        rows.append(row)
    return {"state": "list", "blueprints": rows}


def start_page(state: State, library: Library, blueprint: Blueprint) -> View:
    """What comes, how long it takes, and the rules."""
    page: View = {
        "state": "start",
        "blueprint": blueprint.id,
        "title": blueprint.title,
        "purpose": blueprint.purpose,
        "earlier": earlier(state.exams, blueprint.id),
    }
    if (other := state.exams.running()) is not None:
        busy = f"{title_of(other.blueprint)}, form {other.form}, is still running. One exam is sat at a time."
        return page | {"busy": busy}
    number = state.exams.next_form(blueprint.id)
    form = draw(blueprint, library, number, number, state.exams.asked(), state.exams.met)
    if form is None:
        return page | {"nothing": nothing(blueprint)}
    return page | {
        "form": number,
        "size": _size(form.count("questions"), form.count("tasks"), form.minutes),
        "rules": _rules(blueprint, form.count("tasks")),
        "caveats": form.caveats(),
        "readiness": _ready(readiness(state, library, blueprint)),
    }


def item_page(run: Run, library: Library, here: str) -> View:
    """One item, and how far all of them are. It holds no key."""
    return {
        "state": "sitting",
        "run": run.run,
        "title": title_of(run.blueprint),
        "form": run.form,
        "tick": TICK,
        "items": [
            {
                "id": id,
                "number": place + 1,
                "kind": "question" if section == "questions" else "code",
                "state": "answered" if answered(run, library, id) else "open",
                "marked": id in run.marked,
            }
            for place, (section, id) in enumerate(run.items)
        ],
        "here": run.ids.index(here),
        "item": _item(run, library, here),
    }


def asked_again(page: View) -> View:
    """What is still open or marked when somebody wants to hand in."""
    return {
        "open": [item["number"] for item in page["items"] if item["state"] == "open"],
        "marked": [item["number"] for item in page["items"] if item["marked"]],
    }


def paused_page(run: Run, library: Library) -> View:
    """What stands still; the items are out of sight."""
    return {
        "state": "paused",
        "run": run.run,
        "title": title_of(run.blueprint),
        "form": run.form,
        "interrupted": not run.paused,
        "left": run.seconds_left(run.last),
        "answered": sum(answered(run, library, id) for id in run.ids),
        "all": len(run.items),
    }


def handing_in_page(run: Run, done: int, all: int) -> View:
    """How far the checks of the code are."""
    return {
        "state": "handing-in",
        "run": run.run,
        "title": title_of(run.blueprint),
        "form": run.form,
        "by": run.by,
        "done": done,
        "all": all,
    }


def entry_of(library: Library, section: str, id: str) -> Entry[Question] | Entry[Task] | None:
    """An item of the banks; None when it is no part of the course any more."""
    return library.questions.get(id) if section == "questions" else library.tasks.get(id)


def ordered(question: Question, seed: int) -> list[Option]:
    """The options of a question in the order of one form."""
    options = list(question.options)
    random.Random(f"{seed} {question.id}").shuffle(options)
    return options


def answered(run: Run, library: Library, id: str) -> bool:
    """Whether there is something to grade; code as it was given is no answer, and what is gone needs none."""
    given = run.answers.get(id)
    gone = entry_of(library, run.section(id), id) is None
    return gone or (given is not None and not given.blank)


def own_option(question: Question, given: Given | None) -> Option | None:
    """The option that was chosen, also when it was worded anew since; None when it cannot be told any more."""
    if given is None:
        return None
    alike = [one for one in question.options if (one.correct, one.misconception) == (given.right, given.misconception)]
    same = [one for one in question.options if one.text == given.text]
    return same[0] if same else alike[0] if len(alike) == 1 else None


def caveats_of(run: Run) -> list[str]:
    """In how far a finished form was less than its blueprint."""
    gone = sum(id not in run.results for id in run.ids)
    there = "1 item is" if gone == 1 else f"{gone} items are"
    said = [f"{there} no longer part of the course, and left out of the score."] if gone else []
    blueprint = blueprints().get(run.blueprint)
    if blueprint is None:
        return said
    questions = sum(section == "questions" for section, _ in run.items)
    return caveats(blueprint, run.covered, run.share, questions, run.repeated) + said


def nothing(blueprint: Blueprint) -> str:
    """Why an exam cannot be sat, and what can be done."""
    return (
        f"There is nothing to ask for “{blueprint.title}” yet: the banks hold no question on its topics. "
        "More topics come with every release; until then, try another exam."
    )


def _item(run: Run, library: Library, id: str) -> View:
    entry = entry_of(library, run.section(id), id)
    if entry is None:
        return {"id": id, "kind": "gone"}
    given = run.answers.get(id)
    if isinstance(entry.item, Question):
        own = own_option(entry.item, given)
        options = [{"text": line(one.text), "chosen": one is own} for one in ordered(entry.item, run.seed)]
        return {"id": id, "kind": "question", "ask": md(entry.item.ask), "options": options}
    code = entry.item.starter if given is None else given.text
    return {"id": id, "kind": "code", "ask": md(entry.item.ask), "code": code}


def _ready(ready: Readiness) -> View:
    return {
        "probability": ready.probability,
        "text": ready.text,
        "reason": ready.reason,
        "topics": [
            {"id": topic.id, "title": topic.title, "expected": topic.expected, "answers": topic.answers}
            for topic in ready.topics[:LATEST]
        ],
    }


def _size(questions: int, tasks: int, minutes: int) -> str:
    return f"{_join([_many(questions, 'question'), _many(tasks, 'code task')])} in {_many(minutes, 'minute')}"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}" if count else ""


def _join(parts: Sequence[str]) -> str:
    return " and ".join(part for part in parts if part)


def _rules(blueprint: Blueprint, tasks: int) -> list[str]:
    points = f", a code task {blueprint.task_points}, and in part when only some of its checks pass" if tasks else ""
    rules = [
        f"You pass with {blueprint.pass_mark:.0%} of the points. A question counts 1 point{points}.".replace("%", " %"),
        "Answers can be changed until you hand in. Nothing says what is right before that.",
        "Every answer is kept at once. The clock stops while you pause, and while nothing is open.",
        "When the time is over, what you have is handed in.",
    ]
    if tasks:
        rules.insert(1, "Code is written from memory. You can check that it is Python; it is run after you hand in.")
    closed = (
        "Closed book: no notes, no search, no assistant, no other notebook. "
        "Nobody checks it and nothing is locked: the result is worth what you make of it."
    )
    return [closed, *rules] if blueprint.closed_book else rules
