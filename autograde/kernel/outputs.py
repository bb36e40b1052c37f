"""Outputs: what a session said, as the notebook shows it. The rules are nbclient's own."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

from jupyter_client.session import Session as Messages
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal
from nbformat import NotebookNode

from autograde.kernel.line import Wrong

KINDS = {
    "stream",
    "display_data",
    "update_display_data",
    "execute_result",
    "error",
    "clear_output",
    "comm_open",
    "comm_msg",
    "comm_close",
}
_quiet = logging.getLogger("autograde.outputs")
_quiet.addHandler(logging.NullHandler())
_quiet.propagate = False


class Outputs:
    """The outputs of the cells of one notebook."""

    def __init__(self) -> None:
        self.notebook = NotebookNode(nbformat=4, nbformat_minor=5, metadata=NotebookNode(), cells=[])
        self._client = NotebookClient(self.notebook, log=_quiet)
        self._client.reset_execution_trackers()
        self._sent: list[dict[str, Any]] = []
        # What nbclient's widgets answer to the kernel.
        channel = SimpleNamespace(send=self._sent.append)
        self._client.kc = SimpleNamespace(session=_MESSAGES, shell_channel=channel)

    def begin(self) -> None:
        """A new cell."""
        # Put together by hand: what nbformat makes, it validates first, which takes as long as all the rest.
        cell = NotebookNode(cell_type="code", source="", metadata=NotebookNode(), outputs=[], execution_count=None)
        self.notebook.cells.append(cell)
        self._client.clear_before_next_output = False

    @property
    def cell(self) -> NotebookNode:
        """The cell that is being run."""
        return self.notebook.cells[-1]

    def say(self, identity: str, kind: Any, content: Any, buffers: list[bytes]) -> None:
        """Shows a message; what could not stand in a notebook is refused."""
        check(kind, content)
        header = {"msg_type": kind, "msg_id": ""}
        message = {
            "msg_type": kind,
            "header": header,
            "parent_header": {"msg_id": identity},
            "metadata": {},
            "content": content,
            "buffers": buffers,
        }
        try:
            self._client.process_message(message, self.cell, len(self.notebook.cells) - 1)
        except (Exception, CellControlSignal):
            # A widget of a kind that nbclient does not expect: it is not shown, as in nbgrader.
            _quiet.debug("not shown: %s", kind, exc_info=True)

    def error(self, name: str, value: str, traceback: list[str]) -> None:
        """Shows an error that the session itself could not tell."""
        self.cell.outputs.append(NotebookNode(output_type="error", ename=name, evalue=value, traceback=traceback))

    def answers(self) -> list[dict[str, Any]]:
        """What widgets have answered since the last time; the kernel hears it before its next cell."""
        sent = [{**message, "buffers": []} for message in self._sent]
        self._sent.clear()
        return sent

    def metadata(self) -> dict[str, Any]:
        """What the notebook's metadata say of its widgets; empty without any."""
        self._client.set_widgets_metadata()
        return dict(self.notebook.metadata)


_MESSAGES = Messages()


def check(kind: Any, content: Any) -> None:
    """Raises Wrong unless it has the shape that a kernel's message of this kind has."""
    if not isinstance(kind, str) or kind not in KINDS or not isinstance(content, dict):
        raise Wrong(f"a message of no kind: {str(kind)[:40]!r}")
    if kind == "stream":
        good = content.get("name") in ("stdout", "stderr") and isinstance(content.get("text"), str)
    elif kind == "error":
        good = (
            isinstance(content.get("ename"), str)
            and isinstance(content.get("evalue"), str)
            and _is_lines(content.get("traceback"))
        )
    elif kind in ("display_data", "update_display_data", "execute_result"):
        transient = content.get("transient", {})
        good = (
            isinstance(content.get("data"), dict)
            and isinstance(content.get("metadata"), dict)
            and isinstance(transient, dict)
            and isinstance(transient.get("display_id", ""), str)
            and isinstance(content.get("execution_count", 0), int)
        )
        if good:
            content["data"] = {mime: value for mime, value in content["data"].items() if _can_show(mime, value)}
    elif kind == "clear_output":
        good = isinstance(content.get("wait", False), bool)
    else:
        good = isinstance(content.get("comm_id"), str) and isinstance(content.get("data"), dict)
    if not good:
        raise Wrong(f"a message of kind {kind} without its parts")


def _is_lines(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(line, str) for line in value)


def _can_show(mime: str, value: Any) -> bool:
    """Whether nbformat admits the value for this kind of content."""
    if mime == "application/json" or (mime.startswith("application/") and mime.endswith("+json")):
        return True
    return isinstance(value, str) or _is_lines(value)
