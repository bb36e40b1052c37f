"""The one front that all study widgets share: Python owns the state, the browser draws a view and sends events."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from course.problems import Problems
from course.study.desk import Desk
from course.widgets.markdown import to_html, to_inline_html

FRONT = Path(__file__).parent / "front"
LAST = "main.js"


def _joined(pattern: str, *, first: str, last: str | None = None) -> str:
    """All files of the front in one: the browser loads a widget from a single text."""
    paths = sorted(FRONT.glob(pattern), key=lambda path: (path.name != first, path.name == last, path.name))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


class Face(anywidget.AnyWidget):
    """Draws what a desk shows, and hands the desk every event of the learner."""

    _esm = _joined("*.js", first="tools.js", last=LAST)
    _css = _joined("*.css", first="tools.css")
    view = traitlets.Dict().tag(sync=True)
    event = traitlets.Dict().tag(sync=True)

    def __init__(self, desk: Desk, fallback: str, plain: str):
        self.desk = desk
        self._fallback = fallback
        self._plain = plain
        super().__init__(view=rendered(desk.view()))

    @traitlets.observe("event")
    def _on_event(self, change: dict[str, Any]) -> None:
        if not change["new"]:
            return
        try:
            self.desk.act(change["new"])
            self.view = rendered(self.desk.view())
        except (ValueError, Problems) as error:
            # An exception in a callback would vanish in the server's log; the learner has to see it.
            self.view = {**self.view, "error": str(error)}

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget, and the same in static HTML and plain text for a reader that has no kernel."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**(data or {}), "text/html": self._fallback, "text/plain": self._plain}, metadata


def rendered(view: Any) -> Any:
    """A desk's view with its Markdown as HTML."""
    if isinstance(view, dict):
        if len(view) == 1 and "md" in view:
            return to_html(view["md"])
        if len(view) == 1 and "line" in view:
            return to_inline_html(view["line"])
        return {name: rendered(value) for name, value in view.items()}
    if isinstance(view, list | tuple):
        return [rendered(value) for value in view]
    return view
