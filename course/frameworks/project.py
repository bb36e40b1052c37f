"""A real project: a folder with real files, commands that run in it, servers that serve it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import sys
import textwrap
import time
from collections import deque
from collections.abc import Mapping
from html import escape
from pathlib import Path

from course.frameworks import kernel
from course.frameworks.child import Child, clean_environment
from course.frameworks.look import Shown, count, fold, listing
from course.frameworks.serve import HOST, NotStarted, host
from course.frameworks.serve.forward import Forwarded
from course.frameworks.serve.server import Server, lab_base, prefix_of, take_over

PATIENCE = 120.0
SHOWN_LINES = 60
LAST_LINES = 15
HIDDEN = {"__pycache__", ".git", ".pytest_cache"}
LARGEST_FILE = 100_000

_servers: dict[str, list[ChildServer]] = {}


class CommandFailed(RuntimeError):
    """A command of a project ended with an error; says with which, and what it wrote last."""


class Output(str):
    """What a command has printed, whole; `status` is its exit status. It was printed already, so it draws nothing."""

    status: int

    def __new__(cls, text: str, status: int) -> Output:
        """Text with a status."""
        made = super().__new__(cls, text)
        made.status = status
        return made

    def _ipython_display_(self) -> None:
        pass


def project(name: str, files: Mapping[str, str] | None = None) -> Project:
    """A new project in an empty folder called `name`, with these files in it: `{"main.py": "…"}`.

    Running the cell again begins anew. The folder is a temporary one, and gone when the kernel ends.
    """
    if not re.fullmatch(r"[A-Za-z][\w-]*", name):
        raise ValueError(f"{name!r} cannot be the name of a project: use letters, digits, `-` and `_`.")
    for server in _servers.pop(name, []):
        server.stop()
    made = Project(kernel.fresh_folder(f"projects/{name}"))
    for path, text in (files or {}).items():
        made.write(path, text)
    return made


class Project(Shown):
    """A folder of files: `write` and `read` them, `run` commands in it, `serve` an application of it, `show` files."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.path.name

    def write(self, path: str, text: str) -> None:
        """Writes a file; the indentation that all its lines share is taken away."""
        file = self._inside(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).strip("\n") + "\n", encoding="utf-8")

    def read(self, path: str) -> str:
        """The text of a file."""
        file = self._inside(path)
        if not file.is_file():
            raise FileNotFoundError(f"The project {self.name!r} has no file {path!r}. It has: {', '.join(self.files)}.")
        return file.read_text(encoding="utf-8")

    @property
    def files(self) -> list[str]:
        """The paths of all its files, sorted; without what Python caches."""
        found = (path.relative_to(self.path) for path in self.path.rglob("*") if path.is_file())
        return sorted(path.as_posix() for path in found if not HIDDEN & set(path.parts))

    def run(
        self,
        command: str,
        *,
        check: bool = True,
        env: Mapping[str, str] | None = None,
        input: str | None = None,
        timeout: float = PATIENCE,
    ) -> Output:
        """Runs a command in the folder, prints what it writes and returns it: `run("python manage.py migrate")`.

        `python` is the one of this notebook, and what is installed with it is found. `env` adds variables, `input` is
        what somebody would type. A command that fails raises CommandFailed, unless `check=False`.
        """
        heard: list[str] = []
        child = Child(self._words(command), self.path, clean_environment(env), heard.append, given=input)
        try:
            status = child.wait(timeout)
        finally:
            child.stop()
        text = self._neutral("".join(heard))
        if status is None:
            raise CommandFailed(
                f"`{command}` had not ended after {timeout:g} s and was stopped. For a server use .serve() or .start()."
                f"{_last_lines(text)}"
            )
        if check and status:
            raise CommandFailed(f"`{command}` failed in {self.name} with exit status {status}.{_last_lines(text)}")
        if text:
            print(_shortened(text), end="" if text.endswith("\n") else "\n")
        return Output(text, status)

    def serve(self, app: str, *, port: int | None = None, env: Mapping[str, str] | None = None) -> Server:
        """Serves an application of the project in a process of its own: `serve("config.wsgi:application")`.

        Like `course.serve`: on a free port, replaced when its cell is run again, and with everything that a browser
        needs to see it in the notebook. A factory is named with brackets: `serve("library:create_app()")`.
        """
        if not re.fullmatch(r"[\w.]+:[\w.]+(\(\))?", app):
            raise ValueError(f'{app!r} names no application. Say which module and which name in it: "main:app".')
        cell = kernel.calling_cell()
        former = take_over(cell)
        server = HostedServer(self, app, port, former, env)
        return self._keep(server, cell)

    def start(self, command: str, *, env: Mapping[str, str] | None = None) -> Server:
        """Starts any other server of the project, on the free port that stands for `{port}` in the command.

        `start("uvicorn main:app --port {port}")` returns when the server answers; it ends as one of `serve` does.
        """
        if "{port}" not in command:
            raise ValueError(
                f"The command {command!r} has no {{port}} in it. Write `--port {{port}}`, or what else that server "
                "calls it: a free port is put in its place."
            )
        cell = kernel.calling_cell()
        server = StartedServer(self, command, take_over(cell), env)
        return self._keep(server, cell)

    def show(self, *paths: str) -> Files:
        """The files of the project, folded; with paths, these files or those of these folders, unfolded."""
        chosen = [file for file in self.files if not paths or any(_lies_in(file, path) for path in paths)]
        for path in paths:
            if not any(_lies_in(file, path) for file in self.files):
                raise FileNotFoundError(f"The project {self.name!r} has no {path!r}. It has: {', '.join(self.files)}.")
        return Files(self, chosen, opened=bool(paths))

    def html(self) -> str:
        """All its files."""
        return self.show().html()

    def text(self) -> str:
        """The paths of all its files."""
        return self.show().text()

    def _inside(self, path: str) -> Path:
        file = (self.path / path).resolve()
        if not file.is_relative_to(self.path.resolve()):
            raise ValueError(f"{path!r} lies outside of the project {self.name!r}. Name files from its folder on.")
        return file

    def _words(self, command: str) -> list[str]:
        words = shlex.split(command)
        if not words:
            raise ValueError("The command is empty.")
        if {"|", "&&", "||", ";", ">", ">>", "<", "&"} & set(words):
            raise ValueError(f"`{command}` needs a shell, and none is used here. Run one program at a time.")
        if words[0] in ("python", "python3"):
            return [sys.executable, *words[1:]]
        program = shutil.which(words[0], path=clean_environment()["PATH"])
        if program is None:
            raise CommandFailed(f"There is no program called {words[0]!r} here. Install the package that brings it.")
        return [program, *words[1:]]

    def _keep(self, server: ChildServer, cell: str) -> Server:
        server.belongs_to(cell)
        _servers.setdefault(self.name, []).append(server)
        return server

    def _neutral(self, text: str) -> str:
        """The text with the folder called by the project's name: the folder is another one in each kernel."""
        for path in {str(self.path), os.path.realpath(self.path)}:
            text = text.replace(path, self.name)
        return text


class ChildServer(Server):
    """A server of a project, in a process of its own. `log` is what it has written."""

    def __init__(self, project: Project, command: list[str], env: Mapping[str, str] | None) -> None:
        super().__init__(0, "")
        self._project = project
        self._lines: deque[str] = deque(maxlen=1000)
        self._child = Child(command, project.path, clean_environment(env), self._hear)

    @property
    def log(self) -> str:
        """What the server has written, its last 1000 lines."""
        return self._project._neutral("".join(self._lines))

    @property
    def running(self) -> bool:
        """Whether it still answers."""
        return self._child.status is None

    def stop(self) -> None:
        """Stops it; its port is free afterwards."""
        self._child.stop()

    def _hear(self, line: str) -> None:
        self._lines.append(line)

    def _not_started(self, why: str) -> NotStarted:
        self._child.stop()
        return NotStarted(f"The server of {self._project.name} did not start. {why}{_last_lines(self.log)}")


class HostedServer(ChildServer):
    """An application of a project, served by the same code as one of the notebook."""

    def __init__(
        self, project: Project, app: str, port: int | None, former: int, env: Mapping[str, str] | None
    ) -> None:
        self._error = ""
        base = lab_base()
        super().__init__(project, host.command(app, project.path, port, former, base), env)
        deadline = time.monotonic() + PATIENCE
        while not self.port:
            if self._error or not self.running:
                raise self._not_started(self._error)
            if time.monotonic() > deadline:
                raise self._not_started(f"It was not ready after {PATIENCE:g} s.")
            time.sleep(0.005)
        self.prefix = prefix_of(self.port, base)

    def _hear(self, line: str) -> None:
        written, told = host.heard(line)
        if written:
            super()._hear(written)
        if told is None:
            return
        if "failure" in told:
            self._report(told["failure"], told["failure"])
        else:
            self._error = told.get("error", "")
            self.port = told.get("port", 0)


class StartedServer(ChildServer):
    """Any other server of a project."""

    def __init__(self, project: Project, command: str, former: int, env: Mapping[str, str] | None) -> None:
        port = _free_port(former)
        super().__init__(project, project._words(command.replace("{port}", str(port))), env)
        self.port = port
        self._shown: Forwarded | None = None
        deadline = time.monotonic() + PATIENCE
        while not _answers(port):
            if not self.running:
                raise self._not_started(f"`{command}` ended.")
            if time.monotonic() > deadline:
                raise self._not_started(f"`{command}` does not listen on its port after {PATIENCE:g} s.")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stops it; its port is free afterwards."""
        if self._shown:
            self._shown.stop()
        super().stop()

    def link(self, path: str = "/") -> str:
        """The address of `path` for the browser, through a server of the notebook that knows about JupyterLab."""
        if lab_base() and self.running and self._shown is None:
            self._shown = Forwarded(self.port)
        return self._shown.link(path) if self._shown else super().link(path)


class Files(Shown):
    """Files of a project, with what is in them."""

    def __init__(self, project: Project, paths: list[str], *, opened: bool) -> None:
        self._name = project.name
        self._contents = {path: _content(project.path / path) for path in paths}
        self._opened = opened

    def html(self) -> str:
        """Each file under its path, folded or unfolded."""
        title = f"<p><b>{escape(self._name)}</b>: {count(len(self._contents), 'file')}</p>"
        return title + "".join(
            fold(f"<code>{escape(path)}</code>", listing(text, path), opened=self._opened)
            for path, text in self._contents.items()
        )

    def text(self) -> str:
        """The paths, and what is in the files if they are unfolded."""
        if not self._opened:
            return "\n".join([f"{self._name}/", *(f"    {path}" for path in self._contents)])
        return "\n".join(f"--- {path}\n{text}" for path, text in self._contents.items())


def _content(file: Path) -> str:
    raw = file.read_bytes()
    if not raw:
        return "(empty)\n"
    if b"\0" in raw or len(raw) > LARGEST_FILE:
        return f"({len(raw):,} bytes)\n"
    return raw.decode("utf-8", "replace")


def _lies_in(file: str, path: str) -> bool:
    return file == path or file.startswith(path.rstrip("/") + "/")


def _shortened(text: str) -> str:
    lines = text.splitlines(keepends=True)
    if len(lines) <= SHOWN_LINES:
        return text
    third = SHOWN_LINES // 3
    left_out = f"… {count(len(lines) - SHOWN_LINES, 'more line')} in what .run() returns …\n"
    return "".join([*lines[:third], left_out, *lines[-2 * third :]])


def _last_lines(text: str) -> str:
    lines = [line for line in text.rstrip().splitlines() if line.strip()]
    return "".join(f"\n    {line}" for line in lines[-LAST_LINES:])


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        try:
            with socket.create_server((HOST, port)) as listener:
                found: int = listener.getsockname()[1]
                return found
        except OSError:
            continue
    raise OSError("No port is free on this machine.")


def _answers(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True
