"""The map of the course on the start page."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from course.study.progress import NotebookProgress, TopicProgress, next_notebook, read_progress
from course.syllabus import read_syllabus
from course.workspace import Workspace

STYLE = """<style>
.course-map table { border-collapse: collapse; width: 100%; }
.course-map th, .course-map td { text-align: left; vertical-align: top; padding: 6px 10px; }
.course-map th, .course-map td { border-bottom: 1px solid var(--jp-border-color2, #bbb); }
.course-map ul { margin: 0; padding: 0; list-style: none; }
.course-map .later { color: var(--jp-ui-font-color1, inherit); }
.course-map .next { border-left: 4px solid var(--jp-brand-color1, #1976d2); padding: 6px 12px; margin: 0 0 10px; }
.course-map details summary { cursor: pointer; padding: 6px 0; }
</style>"""


class StartPage:
    """What is done, what is next, and every notebook one click away."""

    def __init__(self, topics: list[TopicProgress], newer: list[str] | None = None):
        self.topics = topics
        self.newer = newer or []

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.text()}

    def html(self) -> str:
        """The page as HTML whose links are relative to the learner's folder."""
        ready = [topic for topic in self.topics if topic.available]
        later = [topic for topic in self.topics if not topic.available]
        parts = [STYLE, '<div class="course-map">', self._next_html(), self._newer_html()]
        if ready:
            parts.append(
                '<table><caption class="later">The map of topics</caption><thead><tr><th scope="col">Topic</th>'
                '<th scope="col">Open</th><th scope="col">Builds on</th><th scope="col">Done</th></tr></thead><tbody>'
            )
            parts += [self._row(topic) for topic in ready]
            parts.append("</tbody></table>")
        if later:
            items = "".join(f"<li>{topic.topic.order}. {escape(topic.topic.title)}</li>" for topic in later)
            parts.append(
                f"<details><summary>{len(later)} topics of the syllabus have no notebooks here yet</summary>"
                f"<ul>{items}</ul></details>"
            )
        return "".join([*parts, "</div>"])

    def text(self) -> str:
        """The same for a reader without HTML."""
        following = next_notebook(self.topics)
        lines = [
            f"Next: {following.title} ({following.minutes} minutes), {following.path}" if following else "All done."
        ]
        for topic in self.topics:
            if topic.available:
                lines.append(f"{topic.topic.order}. {topic.topic.title}")
                lines += [f"   {_state(notebook)}: {notebook.title}, {notebook.path}" for notebook in topic.notebooks]
        return "\n".join([*lines, *(f"A newer version exists of {path}." for path in self.newer)])

    def _next_html(self) -> str:
        following = next_notebook(self.topics)
        if following is None:
            known = any(topic.available for topic in self.topics)
            return f'<p class="next">{"Everything here is done." if known else "No notebook is here yet."}</p>'
        word = "Go on with" if following.begun else "Next"
        return f'<p class="next"><b>{word}:</b> {_link(following)} ({following.minutes} minutes)</p>'

    def _newer_html(self) -> str:
        if not self.newer:
            return ""
        names = "".join(f"<li><code>{escape(path)}</code></li>" for path in self.newer)
        return (
            '<div class="next"><b>A newer version exists</b> of notebooks that you have worked on:'
            f"<ul>{names}</ul>Run the cell above to take it; your own stays beside it.</div>"
        )

    def _row(self, topic: TopicProgress) -> str:
        titles = {entry.topic.id: entry.topic.title for entry in self.topics}
        open_list = "".join(
            f"<li>{_link(notebook)} <small>{notebook.minutes} min</small></li>" for notebook in topic.notebooks
        )
        states = "".join(f"<li>{_state(notebook)}</li>" for notebook in topic.notebooks)
        needs = ", ".join(escape(titles.get(id, id)) for id in topic.topic.prerequisites) or "nothing"
        return (
            f'<tr><th scope="row">{topic.topic.order}. {escape(topic.topic.title)}<br>'
            f"<small>{topic.minutes} minutes in all</small></th>"
            f"<td><ul>{open_list}</ul></td><td>{needs}</td><td><ul>{states}</ul></td></tr>"
        )


def start() -> StartPage:
    """The map of topics with minutes and prerequisites, what is done, and what is next.

    Where a notebook that you changed has a newer version, a button takes it and keeps yours beside it.
    """
    work = Path.cwd()
    workspace = _workspace(work)
    newer = workspace.newer() if workspace else []
    if workspace and newer:
        _offer(workspace, newer)
    return make_page(work, newer)


def make_page(work: Path, newer: list[str] | None = None) -> StartPage:
    """The start page for the notebooks under `work`."""
    return StartPage(read_progress(work, read_syllabus().record), newer)


def _workspace(work: Path) -> Workspace | None:
    """The workspace that `work` is, when the clone around it holds a release."""
    release = work.parent / "release"
    return Workspace(work, release) if (work / ".course").is_dir() and release.is_dir() else None


def _offer(workspace: Workspace, newer: list[str]) -> None:
    """A button for each file that has a newer version."""
    import ipywidgets
    from IPython.display import display

    def row(relative: str) -> Any:
        button = ipywidgets.Button(description="Take the newer version", layout={"width": "auto"})
        said = ipywidgets.HTML(f"<code>{escape(relative)}</code>")

        def take(_: Any) -> None:
            kept = workspace.take(relative)
            button.disabled = True
            said.value = (
                f"<code>{escape(relative)}</code> is the newer version now; yours is <code>{escape(kept.name)}</code>."
            )

        button.on_click(take)
        return ipywidgets.HBox([button, said])

    display(ipywidgets.VBox([row(relative) for relative in newer]))


def _link(notebook: NotebookProgress) -> str:
    return f'<a href="{quote(notebook.path)}">{escape(notebook.title)}</a>'


def _state(notebook: NotebookProgress) -> str:
    if notebook.done:
        return "✓ done"
    if notebook.max_points:
        return f"{notebook.points:g} of {notebook.max_points:g} points" if notebook.begun else "not begun"
    return f"{notebook.ran} of {notebook.cells} cells" if notebook.begun else "not begun"
