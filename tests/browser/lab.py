"""JupyterLab in a process of its own, started by the product's own command."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from course.house import House
from course.study.journal import Journal
from course.study.memory import UNDO

TOKEN = "a-token-for-tests"
PATIENCE = 60
EXPOSED = {name: {"expose_app_in_browser": True} for name in ("LabApp", "JupyterNotebookApp")}
"""Lets a test read a notebook's cells from the running page."""


@dataclass
class Lab:
    """A JupyterLab that answers."""

    house: House
    url: str
    home: Path
    environment: dict[str, str]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def work(self) -> Path:
        """The learner's folder."""
        return self.house.work

    def copy(self, notebook: str) -> str:
        """A fresh copy of a released notebook, under a name of its own, for a test to spoil."""
        path = f"{Path(notebook).stem}-{next(self.numbers)}.ipynb"
        shutil.copy(self.house.release / notebook, self.work / path)
        return path

    def write(self, name: str, *cells: str) -> str:
        """A new notebook in the learner's folder with these code cells, under a name of its own."""
        path = f"{name}-{next(self.numbers)}.ipynb"
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells], metadata={"kernelspec": kernel})
        nbformat.write(notebook, self.work / path)
        return path

    @property
    def journal(self) -> Journal:
        """What is kept of the learner."""
        return Journal(self.home / ".local/share/threeways/journal.db")

    def kept(self, kind: str) -> list[Mapping[str, Any]]:
        """What the learner's journal holds of a kind, in order."""
        journal = self.journal
        found = [event.data for event in journal.events() if event.kind == kind]
        journal.close()
        return found

    def forget(self) -> None:
        """Makes as if the learner had not answered anything so far; the kernels that run see it, too."""
        journal = self.journal
        events = journal.events()
        undone = {event.data["event"] for event in events if event.kind == UNDO}
        for event in events:
            if event.kind != UNDO and event.id not in undone:
                journal.append(UNDO, {"event": event.id})
        journal.close()

    def course(self, *words: str) -> str:
        """What a `course` command prints in this house."""
        command = [sys.executable, "-m", "course.cli", "--root", str(self.house.root), *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True)
        return done.stdout

    def nbgrader(self, *words: str) -> None:
        """Runs an `nbgrader` command in this house."""
        command = [sys.executable, "-m", "nbgrader", *words]
        done = subprocess.run(
            command, cwd=self.house.root, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def stop_kernels(self) -> None:
        """Ends all sessions, so that the next test begins with none."""
        for session in json.loads(self._ask("GET", "/api/sessions")):
            self._ask("DELETE", f"/api/sessions/{session['id']}")

    def _ask(self, method: str, path: str) -> bytes:
        request = Request(self.url + path, method=method, headers={"Authorization": f"token {TOKEN}"})
        with urlopen(request, timeout=PATIENCE) as answer:
            content: bytes = answer.read()
        return content


def lab_environment(house: House, home: Path, exchange: Path | None = None, base_url: str = "/") -> dict[str, str]:
    """The environment of somebody with a HOME, a role and a Jupyter configuration of their own.

    With a `base_url` such as "/user/ada/" it is the one that a hub gives to a server of Ada's.
    """
    folders = {
        name: home / name.lower()
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    }
    config = folders["JUPYTER_CONFIG_DIR"] / "jupyter_server_config.json"
    config.parent.mkdir(parents=True, exist_ok=True)
    settings = EXPOSED | {"ServerApp": {"base_url": base_url}}
    config.write_text(json.dumps(settings), encoding="utf-8")
    own = {
        "HOME": home,
        "COURSE_PREFIX": home / "prefix",
        "PYTHONPATH": house.root,
        "JUPYTER_TOKEN": TOKEN,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        **folders,
        **({"NBGRADER_EXCHANGE": exchange} if exchange else {}),
        **({"JUPYTERHUB_SERVICE_PREFIX": base_url} if base_url != "/" else {}),
    }
    return os.environ | {name: str(value) for name, value in own.items()}


@contextmanager
def running_lab(
    house: House, home: Path, role: str, exchange: Path | None = None, base_url: str = "/"
) -> Iterator[Lab]:
    """Starts `course lab` on a free port and ends it afterwards."""
    environment = lab_environment(house, home, exchange, base_url)
    port = _free_port()
    words = ["--root", str(house.root), "lab", "--no-open", "--port", str(port), "--role", role]
    command = [sys.executable, "-m", "course.cli", *words]
    log = home / "lab.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command, cwd=house.root, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        lab = Lab(house, f"http://127.0.0.1:{port}{base_url.rstrip('/')}", home, environment)
        try:
            _wait_until_it_answers(lab, process, log)
            yield lab
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_it_answers(lab: Lab, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urlopen(f"{lab.url}/api", timeout=2):
                return
        except HTTPError:
            return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
