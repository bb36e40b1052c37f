"""What the course adds to a Jupyter Server.

A notebook that is opened again shows no widget that nobody answers for. A saved output of a widget is of no use once
its kernel is gone: JupyterLab says "model not found". The text that lies beside it in the same output is sent instead.
Only what is sent to the page changes, never the file.

And what a kernel says goes to the page at once. Jupyter Server lets each message wait until the page has confirmed the
one before, for which browsers take 40 ms: a click in any widget takes 48 ms with that, and 12 ms without.
"""

from __future__ import annotations

from typing import Any

from jupyter_client.provisioning import LocalProvisioner
from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from jupyter_server.services.contents import handlers as contents
from jupyter_server.services.contents.handlers import ContentsHandler
from jupyter_server.services.kernels import handlers as kernels
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from jupyter_server.utils import url_path_join
from tornado import web

from course.living import Mark, is_running, without_dead_widgets


class ReopenedNotebook(ContentsHandler):
    """Answers as Jupyter Server itself does; only in notebooks dead widgets are left out."""

    @web.authenticated
    @authorized
    async def get(self, path: str = "") -> None:
        """Sends a file or the list of a folder."""
        self.kernels: set[str] = set()
        if path.endswith(".ipynb"):
            sessions: list[dict[str, Any]] = await ensure_async(self.session_manager.list_sessions())
            self.kernels = {
                session["kernel"]["id"]
                for session in sessions
                if session["path"] == path.strip("/") and session.get("kernel")
            }
        await ensure_async(super().get(path))

    def _finish_model(self, model: dict[str, Any], location: bool = True) -> None:
        if self.request.method == "GET" and model["type"] == "notebook" and model["content"]:
            model = {**model, "content": without_dead_widgets(model["content"], self.is_alive)}
        super()._finish_model(model, location)

    def is_alive(self, mark: Mark) -> bool:
        """Whether a kernel of this notebook is the very process that drew a widget."""
        kernel = mark.get("kernel")
        if kernel not in self.kernels:
            return False
        provisioner = getattr(self.kernel_manager.get_kernel(kernel), "provisioner", None)
        # The processes of another machine cannot be looked at.
        return is_running(mark) if isinstance(provisioner, LocalProvisioner) else True


class PromptChannel(KernelWebsocketHandler):
    """The channel between a page and a kernel, without a wait between two messages."""

    async def open(self, kernel_id: str) -> None:
        """Begins to pass messages on."""
        self.set_nodelay(True)
        await super().open(kernel_id)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "course.server"}]


def _load_jupyter_server_extension(serverapp: Any) -> None:
    """Puts these handlers before Jupyter Server's own."""
    base = serverapp.web_app.settings["base_url"]
    ours: dict[Any, Any] = {ContentsHandler: ReopenedNotebook, KernelWebsocketHandler: PromptChannel}
    # All of both rooms, in their order: the route of a file would match that of its checkpoints, too.
    theirs = [*contents.default_handlers, *kernels.default_handlers]
    handlers = [(url_path_join(base, route), ours.get(handler, handler)) for route, handler in theirs]
    serverapp.web_app.add_handlers(".*$", handlers)
