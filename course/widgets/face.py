"""The one front that all study widgets share: Python owns the state, the browser draws a view and sends events."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import anywidget
import ipywidgets
import traitlets

from course.living import MARK, WIDGET, this_process
from course.problems import Problems
from course.study.desk import Desk
from course.widgets.learner import person_there, this_shell
from course.widgets.markdown import to_html, to_inline_html

FRONT = Path(__file__).parent / "front"


def _joined(pattern: str, *, first: str, last: str | None = None) -> str:
    """All files of the front in one: the browser loads a widget from a single text."""
    paths = sorted(FRONT.glob(pattern), key=lambda path: (path.name != first, path.name == last, path.name))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


class Front(ipywidgets.Widget):
    """The front's code and style, which a page gets once: they are ten times as large as a view."""

    code = traitlets.Unicode(_joined("*.js", first="tools.js", last="main.js")).tag(sync=True)
    style = traitlets.Unicode(_joined("*.css", first="tools.css")).tag(sync=True)

    @property
    def version(self) -> str:
        """Tells one front from another: a page may outlive a kernel, and the files change when the course does."""
        return sha256((self.code + self.style).encode()).hexdigest()[:16]


_front: Front | None = None


def the_front() -> Front:
    """The one that all faces of this kernel share."""
    global _front
    if _front is None or _front.comm is None:  # Closed, by `Widget.close_all()`.
        _front = Front()
    return _front


class Face(anywidget.AnyWidget):
    """Draws what a desk shows, and hands the desk every event of the learner."""

    _esm = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    front = traitlets.Unicode().tag(sync=True)
    """The version of the code that draws it, which the page may have already,"""
    shared = traitlets.Unicode().tag(sync=True)
    """and else finds in the model of this name."""
    view = traitlets.Dict().tag(sync=True)
    event = traitlets.Dict().tag(sync=True, echo_update=False)
    heard = traitlets.Float().tag(sync=True)
    """The serial of the event that was answered last."""
    name = traitlets.Unicode().tag(sync=True)
    """The widget's own id, by which the page can ask a kernel whether it still knows it."""

    def __init__(self, desk: Desk, fallback: str, plain: str):
        self.desk = desk
        self._fallback = fallback
        self._plain = plain
        self._made_by_a_person = person_there(this_shell())
        name = uuid4().hex
        front = the_front()
        super().__init__(
            view=rendered(desk.view()), front=front.version, shared=front.model_id, name=name, model_id=name
        )
        self.on_msg(self._on_message)

    def _on_message(self, _face: Face, message: dict[str, Any], _buffers: object) -> None:
        if message.get("type") == "front":
            front = the_front()
            self.send({"code": front.code, "style": front.style})

    @traitlets.observe("event")
    def _on_event(self, change: dict[str, Any]) -> None:
        event = change["new"]
        if not event:
            return
        try:
            self.desk.act(event)
            self.view = rendered(self.desk.view())
        except (ValueError, Problems) as error:
            self.view = {**self.view, "error": _sentence(str(error))}
        except Exception as error:
            # In a callback it would be seen by nobody but the kernel's log, which gets it, too.
            self.view = {**self.view, "error": f"This did not work. {type(error).__name__}: {error}"}
            raise
        finally:
            self.heard = float(event.get("serial", 0))

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget, and the same in static HTML and plain text for a reader that has no kernel.

        Without a person there is no widget, only the texts.
        """
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        texts = {"text/html": self._fallback, "text/plain": self._plain}
        shown = {**(data or {}), **texts}
        # A page that nbconvert makes, as nbgrader does for feedback, prefers the widget, and shows nothing without its
        # state. Voila, too, runs notebooks with nobody there: it shows the texts, without controls; nothing that
        # somebody does there would be kept.
        if not (self._made_by_a_person or person_there(this_shell())):
            shown.pop(WIDGET, None)
        return shown, {**metadata, MARK: this_process()}


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


def _sentence(text: str) -> str:
    """A message as a sentence of its own, unless it begins with the name of a file or of something in code."""
    return text[:1].upper() + text[1:] if text.partition(" ")[0].isalpha() else text
