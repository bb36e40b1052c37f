"""The map of the course on the start page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from IPython.display import display

from course.problems import Problems
from course.study.desk import View
from course.study.journal.keeping import journal_path, own_journal
from course.study.journal.machine import warning
from course.study.library import the_library
from course.study.memory import Memory
from course.study.planning.agenda import agenda
from course.study.progress import NotebookProgress, TopicProgress, next_notebook, read_progress
from course.syllabus import Syllabus
from course.widgets.face import Face
from course.widgets.markdown import to_html
from course.workspace import Workspace

QUIET = 'data-lm-suppress-shortcuts="true"'
"""Keeps the notebook's shortcuts away from the keys that are pressed on a link: `m` would make text of its cell."""
NOTHING_YET = "No notebook is here yet. In a class, you fetch them: menu Nbgrader, Assignment List."

# JupyterLab's own rules for tables weigh two classes and a tag; these weigh more.
STYLE = """<style>
.course-map table.course-topics {
  table-layout: auto; border-collapse: collapse; width: 100%; max-width: 60rem; margin: 0 0 10px;
}
.course-map table.course-topics caption { text-align: left; font-weight: 600; padding: 6px 0; color: inherit; }
.course-map table.course-topics tr { background: none; }
.course-map table.course-topics :is(th, td) {
  text-align: left; vertical-align: top; padding: 6px 16px 6px 0; line-height: 1.5;
  border-bottom: 1px solid var(--jp-border-color2, #bbb);
}
.course-map table.course-topics small { font-weight: normal; }
.course-map :is(.next, .today) {
  border-left: 4px solid var(--jp-brand-color1, #1976d2); padding: 6px 12px; margin: 0 0 10px;
}
.course-map p.next a:any-link { text-decoration: underline; }
.course-map ul { margin: 4px 0; padding-left: 1.4em; }
.course-map summary { cursor: pointer; padding: 6px 0; }
</style>"""


class StartPage:
    """What is done, what is next, and every notebook one click away."""

    def __init__(
        self,
        topics: list[TopicProgress],
        newer: list[str] | None = None,
        today: Sequence[str] = (),
        warning: str | None = None,
    ):
        self.topics = topics
        self.newer = newer or []
        self.today = tuple(today)
        self.warning = warning

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.text()}

    def html(self) -> str:
        """The page as HTML whose links are relative to the learner's folder."""
        ready = [topic for topic in self.topics if topic.available]
        later = [topic for topic in self.topics if not topic.available]
        parts = [STYLE, '<div class="course-map">']
        parts += [self._warning_html(), self._today_html(), self._next_html(), self._newer_html()]
        if ready:
            parts.append(
                '<table class="course-topics"><caption>The map of topics</caption><thead><tr><th scope="col">Topic</th>'
                '<th scope="col">Notebook</th><th scope="col">Minutes</th><th scope="col">Done</th></tr></thead>'
            )
            parts += [self._rows(topic) for topic in ready]
            parts.append("</table>")
        if later:
            items = "".join(f"<li>{topic.topic.order}. {escape(topic.topic.title)}</li>" for topic in later)
            have = "topic of the syllabus has" if len(later) == 1 else "topics of the syllabus have"
            parts.append(
                f"<details><summary {QUIET}>{len(later)} {have} no notebooks here yet</summary>"
                f"<ul>{items}</ul></details>"
            )
        return "".join([*parts, "</div>"])

    def text(self) -> str:
        """The same for a reader without HTML."""
        following = next_notebook(self.topics)
        said = f"Next: {following.title} ({following.minutes} minutes), {following.path}" if following else "All done."
        lines = [*([self.warning] if self.warning else []), *(f"Today: {line}" for line in self.today), said]
        for topic in self.topics:
            if topic.available:
                lines.append(f"{topic.topic.order}. {topic.topic.title}")
                lines += [f"   {_state(notebook)}: {notebook.title}, {notebook.path}" for notebook in topic.notebooks]
        return "\n".join([*lines, *(f"A newer version exists of {path}." for path in self.newer)])

    def _warning_html(self) -> str:
        return f'<div class="today">{to_html(self.warning)}</div>' if self.warning else ""

    def _today_html(self) -> str:
        if not self.today:
            return ""
        lines = "".join(f"<li>{escape(line)}</li>" for line in self.today)
        return f'<div class="today"><b>Today</b><ul>{lines}</ul></div>'

    def _next_html(self) -> str:
        following = next_notebook(self.topics)
        if following is None:
            known = any(topic.available for topic in self.topics)
            return f'<p class="next">{"Everything here is done." if known else NOTHING_YET}</p>'
        word = "Go on with" if following.begun else "Next"
        return f'<p class="next"><b>{word}:</b> {_link(following)} ({following.minutes} minutes)</p>'

    def _newer_html(self) -> str:
        if not self.newer:
            return ""
        names = "".join(f"<li><code>{escape(path)}</code></li>" for path in self.newer)
        return (
            '<div class="next"><b>A newer version exists</b> of notebooks that you have worked on:'
            f"<ul>{names}</ul>Run the cell above and press its button to take it; your own stays beside it.</div>"
        )

    def _rows(self, topic: TopicProgress) -> str:
        titles = {entry.topic.id: entry.topic.title for entry in self.topics}
        needs = ", ".join(escape(titles.get(id, id)) for id in topic.topic.prerequisites) or "nothing"
        head = (
            f'<th scope="rowgroup" rowspan="{len(topic.notebooks)}">'
            f"{topic.topic.order}. {escape(topic.topic.title)}<br>"
            f"<small>{_duration(topic.minutes)} in all<br>Builds on: {needs}</small></th>"
        )
        rows = [
            f"<td>{_link(notebook)}</td><td>{notebook.minutes}</td><td>{_state(notebook)}</td>"
            for notebook in topic.notebooks
        ]
        return f"<tbody><tr>{head}{'</tr><tr>'.join(rows)}</tr></tbody>"


def start() -> StartPage:
    """The map of topics with minutes and prerequisites, what is done, and what is next.

    Where a notebook that you changed has a newer version, a button takes it and keeps yours beside it.
    """
    work = Path.cwd()
    workspace = _workspace(work)
    newer = workspace.newer() if workspace else []
    if workspace and newer:
        display(_offer(workspace, newer))
    return make_page(work, newer)


def make_page(work: Path, newer: list[str] | None = None, syllabus: Syllabus | None = None) -> StartPage:
    """The start page for the notebooks under `work`, by the installed course's syllabus or another one."""
    return StartPage(read_progress(work, syllabus or the_library().syllabus), newer, todays_lines(), warning(work))


def todays_lines() -> list[str]:
    """What the learner's journal says of today; nothing where there is none yet."""
    try:
        if not journal_path().is_file():
            return []
        return agenda(Memory(own_journal()), the_library()).lines()
    except Problems as problems:
        return [str(problems)]  # The map has to come all the same.


def _workspace(work: Path) -> Workspace | None:
    """The workspace that `work` is, when the clone around it holds a release."""
    release = work.parent / "release"
    return Workspace(work, release) if (work / ".course").is_dir() and release.is_dir() else None


class Newer:
    """The files that have a newer version, each to be taken on demand."""

    def __init__(self, workspace: Workspace, files: list[str]):
        self.workspace = workspace
        self.files = files
        self.kept: dict[str, str] = {}

    def view(self) -> View:
        """Each file, and where the learner's own lies once it was exchanged."""
        return {"kind": "newer", "files": [{"path": path, "kept": self.kept.get(path)} for path in self.files]}

    def act(self, event: Mapping[str, Any]) -> None:
        """Takes one of them."""
        file = event.get("file")
        if event.get("type") != "take" or file not in self.files:
            raise ValueError(f"this is no wish for a newer version: {event}")
        if file not in self.kept:
            try:
                self.kept[file] = self.workspace.take(file).name
            except (OSError, LookupError) as error:
                raise ValueError(f"{file} could not be exchanged: {error}") from error


def _offer(workspace: Workspace, newer: list[str]) -> Face:
    """A button for each file that has a newer version."""
    plain = f"A newer version exists of {', '.join(newer)}."
    return Face(Newer(workspace, newer), f"<p>{escape(plain)}</p>", plain)


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{rest} minutes"


def _link(notebook: NotebookProgress) -> str:
    return f'<a href="{quote(notebook.path)}" {QUIET}>{escape(notebook.title)}</a>'


def _state(notebook: NotebookProgress) -> str:
    if notebook.done:
        return "✓ done"
    if notebook.max_points:
        return f"{notebook.points:g} of {notebook.max_points:g} points" if notebook.begun else "not begun"
    return f"{notebook.ran} of {notebook.cells} cells" if notebook.begun else "not begun"
