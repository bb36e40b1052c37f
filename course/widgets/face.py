"""The one front that all study widgets share: Python owns the state, the browser draws a view and sends events."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

HERE = Path(__file__).parent


class Face(anywidget.AnyWidget):
    """Draws `view` and hands every event of the learner to `answer`, which returns the next view."""

    _esm = HERE / "face.js"
    _css = HERE / "face.css"
    view = traitlets.Dict().tag(sync=True)
    event = traitlets.Dict().tag(sync=True)

    def __init__(
        self, view: dict[str, Any], answer: Callable[[dict[str, Any]], dict[str, Any]], fallback: str, plain: str
    ):
        self._answer = answer
        self._fallback = fallback
        self._plain = plain
        super().__init__(view=view)

    @traitlets.observe("event")
    def _on_event(self, change: dict[str, Any]) -> None:
        if not change["new"]:
            return
        try:
            self.view = self._answer(change["new"])
        except ValueError as error:
            # An exception in a callback would vanish in the server's log; the learner has to see it.
            self.view = {**self.view, "error": str(error)}

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget, and the same in static HTML and plain text for a reader that has no kernel."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**(data or {}), "text/html": self._fallback, "text/plain": self._plain}, metadata
