"""A Jupyter Server with the course's extension: what it sends of a notebook, and what it leaves as it was."""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course.living import MARK, WIDGET
from course.roles import Role, set_role

TOKEN = "a-token-for-tests"
BASE = "/user/ada.l/"
"""As a hub gives it to a server of Ada's."""


@dataclass
class Server:
    """A Jupyter Server that answers."""

    process: subprocess.Popen[bytes]
    folder: Path
    url: str

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.url + path, data, {"Authorization": f"token {TOKEN}"}, method=method)
        with urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def write(self, name: str, mark: Any) -> Path:
        """A notebook with an output of ours, and one of a stranger's."""
        data = {WIDGET: {"model_id": "m"}, "text/html": "<p>Run this cell.</p>"}
        outputs = [new_output("display_data", data, metadata=metadata) for metadata in ({MARK: mark}, {})]
        path = self.folder / name
        nbformat.write(new_notebook(cells=[new_code_cell("quiz()", outputs=outputs)]), path)
        return path

    def read(self, name: str, **query: Any) -> dict[str, Any]:
        words = "&".join(f"{key}={value}" for key, value in query.items())
        model: dict[str, Any] = self.ask("GET", f"/api/contents/{name}?{words}")
        return model

    def shown(self, name: str) -> list[bool]:
        """Whether the widget of each output is sent."""
        (cell,) = self.read(name)["content"]["cells"]
        return [WIDGET in output["data"] for output in cell["outputs"]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that runs with the configuration of a role, as on a hub: `course lab` has no part in it."""
    home = tmp_path_factory.mktemp("home")
    folder = tmp_path_factory.mktemp("folder")
    (folder / "part one").mkdir()
    set_role(Role.student, home)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "HOME": str(home),
        "JUPYTER_CONFIG_PATH": str(home / "etc/jupyter"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_TOKEN": TOKEN,
    }
    words = [f"--port={port}", f"--ServerApp.root_dir={folder}", f"--ServerApp.base_url={BASE}", "--no-browser"]
    command = [sys.executable, "-m", "jupyter_server", *words, "--allow-root"]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            url = f"http://127.0.0.1:{port}{BASE.rstrip('/')}"
            _wait_until_it_answers(process, url, home / "log")
            yield Server(process, folder, url)
        finally:
            process.terminate()
            process.wait(30)


def _wait_until_it_answers(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(f"{url}/api", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def kernel(server: Server) -> dict[str, Any]:
    """A running kernel of `part one/living.ipynb`, as a widget that it drew would be marked."""
    kernel = {"name": "python3"}
    body = {"path": "part one/living.ipynb", "name": "living.ipynb", "type": "notebook", "kernel": kernel}
    id = server.ask("POST", "/api/sessions", body)["kernel"]["id"]
    (process,) = (
        child
        for child in psutil.Process(server.process.pid).children()
        if re.search(f"kernel-{id}.json", " ".join(child.cmdline()))
    )
    return {"kernel": id, "process": process.pid, "started": process.create_time()}


def test_a_widget_of_a_kernel_that_is_gone_is_not_sent_and_that_of_a_stranger_is(server: Server) -> None:
    server.write("dead.ipynb", {"kernel": "gone", "process": 1, "started": 0})
    assert server.shown("dead.ipynb") == [False, True]


def test_a_widget_of_a_kernel_that_runs_is_sent(server: Server, kernel: dict[str, Any]) -> None:
    server.write("part one/living.ipynb", kernel)
    assert server.shown("part%20one/living.ipynb") == [True, True]


def test_a_widget_from_before_a_restart_is_not_sent(server: Server, kernel: dict[str, Any]) -> None:
    server.write("part one/living.ipynb", {**kernel, "started": kernel["started"] - 60})
    assert server.shown("part%20one/living.ipynb") == [False, True]


def test_a_copy_of_a_notebook_has_no_part_in_its_kernel(server: Server, kernel: dict[str, Any]) -> None:
    server.write("part one/copied.ipynb", kernel)
    assert server.shown("part%20one/copied.ipynb") == [False, True]


def test_reading_changes_nothing_on_the_disk_and_tells_its_hash_and_time(server: Server) -> None:
    path = server.write("kept.ipynb", {"kernel": "gone"})
    before = path.read_bytes(), path.stat().st_mtime_ns
    model = server.read("kept.ipynb", type="notebook", content=1, hash=1)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert model["hash"] == hashlib.new(model["hash_algorithm"], before[0]).hexdigest()
    assert model["last_modified"] == server.read("kept.ipynb", content=0)["last_modified"]


def test_a_file_that_is_read_as_text_is_sent_as_it_is(server: Server) -> None:
    path = server.write("text.ipynb", {"kernel": "gone"})
    assert server.read("text.ipynb", type="file")["content"] == path.read_text(encoding="utf-8")


def test_trust_is_kept_on_reading_and_on_saving_what_was_read(server: Server) -> None:
    server.write("trusted.ipynb", {"kernel": "gone"})
    server.ask("POST", "/api/contents/trusted.ipynb/trust")
    content = server.read("trusted.ipynb")["content"]
    assert [cell["metadata"]["trusted"] for cell in content["cells"]] == [True]
    server.ask("PUT", "/api/contents/trusted.ipynb", {"type": "notebook", "content": content})
    assert server.shown("trusted.ipynb") == [False, True]
    content = server.read("trusted.ipynb")["content"]
    assert [cell["metadata"]["trusted"] for cell in content["cells"]] == [True]


def test_folders_checkpoints_and_new_files_are_as_without_the_extension(server: Server) -> None:
    server.write("other.ipynb", {"kernel": "gone"})
    assert "other.ipynb" in {entry["name"] for entry in server.read("")["content"]}
    checkpoint = server.ask("POST", "/api/contents/other.ipynb/checkpoints")
    assert server.ask("GET", "/api/contents/other.ipynb/checkpoints") == [checkpoint]
    server.ask("POST", f"/api/contents/other.ipynb/checkpoints/{checkpoint['id']}")
    new = server.ask("POST", "/api/contents/", {"type": "notebook"})
    assert server.read(new["path"])["content"]["cells"] == []
    server.ask("DELETE", f"/api/contents/{new['path']}")
