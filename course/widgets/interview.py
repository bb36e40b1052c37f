"""Mock interviews in a notebook: alone, or with a friend who asks from a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from course.study.desk import Desk, View
from course.study.interviews.desk import InterviewDesk
from course.study.interviews.levelled import wishes
from course.study.interviews.lobby import Lobby
from course.study.interviews.sheet import sheet
from course.study.interviews.staged import find_mock_interview, mock_interviews
from course.study.library import the_library
from course.study.progress import TopicProgress, read_progress
from course.widgets.face import Face
from course.widgets.learner import memory
from course.widgets.markdown import to_html
from course.widgets.plan import learners_folder

PAPER = """body { font: 11pt/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h2, h3 { break-after: avoid; } li, pre, blockquote { break-inside: avoid; }
pre { background: #f3f3f3; padding: 8px; overflow-x: auto; white-space: pre-wrap; }
blockquote { border-left: 4px solid #888; margin-left: 0; padding-left: 1rem; }"""


class Sheet:
    """The interviewer's sheet of an interview: shown in the notebook, or saved to be printed or sent to a friend."""

    def __init__(self, title: str, markdown: str):
        self.title = title
        self.markdown = markdown

    def html(self) -> str:
        """A page for itself, for a browser to print."""
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            f"<title>{escape(self.title)}</title><style>{PAPER}</style></head><body>{to_html(self.markdown)}</body></html>"
        )

    def save(self, path: str | Path) -> Path:
        """Writes the sheet, as HTML where the name ends in `.html`, else as Markdown; returns where it lies."""
        target = Path(path)
        target.write_text(self.html() if target.suffix == ".html" else self.markdown, encoding="utf-8")
        return target

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        return {"text/html": f"<div>{to_html(self.markdown)}</div>", "text/plain": self.markdown}


class Printing:
    """A desk whose sheet comes as a page, too, that a browser can print."""

    def __init__(self, desk: Desk):
        self.desk = desk

    def view(self) -> View:
        """What the desk shows."""
        view = self.desk.view()
        if "sheet" in view:
            paper = Sheet(view["title"], view["sheet"]["text"]).html()
            view = {**view, "sheet": {**view["sheet"], "paper": paper}}
        return view

    def act(self, event: Mapping[str, Any]) -> None:
        """Lets the desk do it."""
        self.desk.act(event)


def interview(
    name: str | None = None,
    *,
    topic: str | None = None,
    level: str | None = None,
    minutes: int | None = None,
    partner: bool = False,
) -> Face | Sheet:
    """Holds a mock interview: you answer aloud or in writing, compare, grade yourself, and are asked further.

    With a name it is a staged one, such as `interview("todo-api")`. With a topic, a level or minutes, questions are
    drawn from the course, those first that you were not asked lately: `interview(topic="routing", minutes=20)`.
    Without anything all interviews are listed, with your earlier results. One that was begun goes on where it stopped.

    With `partner=True` comes the sheet for a friend who asks; it holds all answers, and can be saved and printed.
    """
    library = the_library()

    def topics() -> Iterable[TopicProgress]:
        return read_progress(learners_folder(), library.syllabus)

    drawn = topic is not None or level is not None or minutes is not None
    if name is not None and drawn:
        raise ValueError("Give a name, or a topic with level and minutes; a staged interview has its own stages.")
    if name is None and not drawn:
        if partner:
            raise ValueError(f'Say which one: interview("todo-api", partner=True). {_names()}')
        lobby = Lobby(memory(), library, topics)
        return Face(Printing(lobby), _lobby_html(lobby.view()), _lobby_plain(lobby.view()))
    if name is not None:
        if name not in mock_interviews() and name in {entry.topic for entry in library.interviews.values()}:
            raise LookupError(f"{name!r} is a topic. Write interview(topic={name!r}).")
        desk = InterviewDesk(memory(), library, find_mock_interview(name), topics=topics)
    else:
        desk = InterviewDesk(memory(), library, wanted=wishes(library, topic, level, minutes), topics=topics)
    whole = desk.interview()
    if partner:
        return Sheet(whole.title, sheet(whole))
    stages = [f"{stage.title} ({stage.minutes} minutes)" for stage in whole.stages]
    head = f"{whole.title}: {whole.minutes} minutes"
    static = f"<p><b>{escape(head)}</b></p>{to_html(whole.about)}<ol>"
    static += "".join(f"<li>{escape(stage)}</li>" for stage in stages) + "</ol><p>Run this cell to begin.</p>"
    plain = "\n".join(
        [head, whole.about, *(f"{n}. {one}" for n, one in enumerate(stages, 1)), "Run this cell to begin."]
    )
    return Face(Printing(desk), static, plain)


def _names() -> str:
    return f"There are {', '.join(mock_interviews())}."


def _lines(view: View) -> list[tuple[str, str]]:
    """What to call and what comes then, for a reader without a front end."""
    found = []
    for one in view["interviews"]:
        results = "".join(f", {run['share']} % on {run['date']}" for run in one["earlier"][:3])
        about = f"{one['title']}, {one['minutes']} minutes in {one['stages']} stages{results}"
        found.append((f'interview("{one["id"]}")', about))
    for topic in view["topics"]:
        count = sum(topic["questions"].values())
        found.append((f'interview(topic="{topic["id"]}")', f"{topic['title']}, {count} questions to draw from"))
    return found


def _lobby_html(view: View) -> str:
    rows = "".join(f"<li><code>{escape(call)}</code>: {escape(about)}</li>" for call, about in _lines(view))
    return f"<p><b>Mock interviews</b></p><ul>{rows}</ul>"


def _lobby_plain(view: View) -> str:
    return "\n".join(["Mock interviews", *(f"  {call}: {about}" for call, about in _lines(view))])
