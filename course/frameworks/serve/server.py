"""What every server of a notebook offers: its address for the kernel, its address for the browser, a frame."""

from __future__ import annotations

import json
import os
from html import escape
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from course.frameworks.look import Shown
from course.frameworks.serve.offline import ROOT

HEIGHT = 420

_by_cell: dict[str, Server] = {}


def lab_base() -> str:
    """The address that JupyterLab's own addresses begin with: "/user/ada/" on a hub, "/" at home, "" without one.

    Without jupyter-server-proxy no application can be reached there, and it is "" too.
    """
    hub = os.environ.get("JUPYTERHUB_SERVICE_PREFIX")
    if hub:
        return hub
    if not os.environ.get("JPY_PARENT_PID") or find_spec("jupyter_server_proxy") is None:
        return ""
    from jupyter_core.paths import jupyter_runtime_dir

    # Where every Jupyter server leaves a note; a kernel that nbclient started finds none of its parent.
    note = Path(jupyter_runtime_dir(), f"jpserver-{os.environ['JPY_PARENT_PID']}.json")
    try:
        return str(json.loads(note.read_text(encoding="utf-8"))["base_url"])
    except (OSError, ValueError, KeyError):
        return ""


def prefix_of(port: int, base: str) -> str:
    """Where a browser finds the application that listens on `port`; "" where it finds it at the port itself."""
    # Not /proxy/PORT/: that one hides the prefix from the application, but rewrites its redirects.
    return f"{base}proxy/absolute/{port}" if base else ""


def take_over(cell: str) -> int:
    """Stops the server that an earlier run of this cell has started, and returns its port; 0 if there is none."""
    former = _by_cell.pop(cell, None)
    if former is None:
        return 0
    former.stop()
    return former.port


_DOOR = """<!doctype html><html lang="en"><meta charset="utf-8"><title>%(title)s</title>
<style>body { font: 14px system-ui, sans-serif; margin: 2em }</style>
<p id="stopped" hidden>The server of this page has stopped. Run the cell again to start it.</p>
<script>
const stopped = () => { document.getElementById("stopped").hidden = false; };
fetch(%(alive)s, { cache: "no-store" }).then((answer) => (answer.ok ? location.replace(%(link)s) : stopped()), stopped);
</script>"""
"""What a frame shows first. A notebook that is opened again later holds the frame, but the server is gone."""

_LINK = ".threeways a.site { color: var(--jp-content-link-color, LinkText); text-decoration: underline }"


class Server(Shown):
    """A running server. `url` is its address for requests from the notebook; `show(path)` frames a page of it.

    It runs until `stop()`, until its cell is run again, or until the kernel ends. As `with serve(app) as server:` it
    runs for a block. What views raise is printed when it is news, and kept in `failures`.
    """

    style = _LINK

    def __init__(self, port: int, prefix: str) -> None:
        self.port = port
        self.prefix = prefix
        self.failures: list[Any] = []
        self._told: set[str] = set()

    @property
    def url(self) -> str:
        """Its address in this kernel: `httpx2.get(server.url + "/books")`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        """Whether it still answers."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stops it; its port is free afterwards."""
        raise NotImplementedError

    def belongs_to(self, cell: str) -> None:
        """The next run of that cell takes its place."""
        if cell:  # Outside of a notebook there is none.
            _by_cell[cell] = self

    def link(self, path: str = "/") -> str:
        """The address of `path` for the browser that shows this notebook."""
        return f"{self.prefix or self.url}{path if path.startswith('/') else f'/{path}'}"

    def show(self, path: str = "/", height: int = HEIGHT) -> Frame:
        """The page at `path` in a frame below the cell, with a link that opens it in a new tab."""
        if not self.running:
            raise RuntimeError(f"The server at {self.url} was stopped. Run the cell that started it once more.")
        if urlsplit(path).scheme:
            raise ValueError(f'show() takes a path of this server, such as "/books", not an address: {path!r}.')
        return Frame(self, path if path.startswith("/") else f"/{path}", height)

    def html(self) -> str:
        """Its address as a link."""
        if not self.running:
            return f"<p>The server at <code>{self.url}</code> was stopped.</p>"
        link = f'<a class="site" href="{escape(self.link())}" target="_blank" rel="noopener">{self.url}</a>'
        return f"<p>Serving at {link} (opens in a new tab).</p>"

    def text(self) -> str:
        """Its address."""
        return f"Serving at {self.url}" if self.running else f"The server at {self.url} was stopped."

    def _report(self, failure: Any, summary: str) -> None:
        """Keeps what a view raised, and prints it when it is news: a page that asks each second floods no cell."""
        self.failures.append(failure)
        if summary not in self._told:
            self._told.add(summary)
            print(summary, flush=True)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


class Frame(Shown):
    """A page of a server, in a frame of the notebook."""

    # A page is drawn on white, as a browser does, whatever colours JupyterLab has.
    style = f"""{_LINK}
.threeways iframe.site {{ box-sizing: border-box; width: 100%; border: 1px solid var(--jp-border-color1, #8888);
  border-radius: 3px; background: #fff; color-scheme: light }}
"""

    def __init__(self, server: Server, path: str, height: int) -> None:
        self.url = server.url + path
        self._link = server.link(path)
        self._alive = server.link(f"{ROOT}alive")
        self._path = path
        self._height = height

    def html(self) -> str:
        """The frame, and a link to the page."""
        path, link = escape(self._path), escape(self._link)
        source = f'srcdoc="{escape(self._door())}"' if self._link.startswith("/") else f'src="{link}"'
        return (
            f'<iframe class="site" title="The page {path} of the application" {source} '
            f'style="height: {int(self._height)}px"><a href="{link}">{escape(self.url)}</a></iframe>'
            f'<p><a class="site" href="{link}" target="_blank" rel="noopener">Open {path} in a new tab</a></p>'
        )

    def _door(self) -> str:
        alive, link = (json.dumps(address).replace("<", "\\u003c") for address in (self._alive, self._link))
        return _DOOR % {"title": escape(self._path), "alive": alive, "link": link}

    def text(self) -> str:
        """The address of the page."""
        return f"The page at {self.url}"
