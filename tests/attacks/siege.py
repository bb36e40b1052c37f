"""A class under attack, graded by one run of the command, and what was found unsafe in it."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import re
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.attacks.corpus import Attack, attacks
from tests.attacks.rendered import acting
from tests.autograde.attacked import (
    AFTER,
    ASSIGNMENT,
    BAIT,
    BEFORE,
    POINTS,
    SECRET_BAIT,
    Attacked,
    give,
    make_class,
    rows,
)
from tests.ordinary import Ordinary

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = ("--cell-seconds=3", "--notebook-seconds=15", "--memory=700MB", "--processes=32", "--files=1000")
"""Limits low enough for attacks that take all that they get, and high enough for honest work."""
SUBREAPER = 36
ENGINE = {"autograded", "feedback", ".autograde", "reports"}
"""Folders of a course that the engine writes into."""


@dataclass(frozen=True)
class Siege:
    """What one run left."""

    attacked: Attacked
    document: Mapping[str, Any]
    terminal: str
    code: int
    heard: tuple[str, ...]
    strays: tuple[str, ...]
    changed: tuple[str, ...]
    lines: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class Ears:
    """The instructor's services on this machine; whoever connects to one is noted."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self._tcp.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        self._bus = socket.socket(socket.AF_UNIX)
        self._bus.bind(f"\0bus-{self.port}")
        self._bus.listen()
        for name, one in (("TCP", self._tcp), ("abstract socket", self._bus)):
            threading.Thread(target=self._accept, args=(name, one), daemon=True).start()
        threading.Thread(target=self._receive, daemon=True).start()

    def _accept(self, name: str, one: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                one.accept()[0].close()
                self.heard.append(f"{name}: somebody connected")

    def _receive(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self.heard.append(f"UDP: {self._udp.recv(100)!r}")

    def __enter__(self) -> Ears:
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self._tcp, self._udp, self._bus):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@contextlib.contextmanager
def orphans() -> Iterator[Callable[[], list[psutil.Process]]]:
    """While it is open, what leaves its parents becomes this process's child; gives those that are new."""
    libc = ctypes.CDLL(None, use_errno=True)
    me, before = psutil.Process(), set(psutil.Process().children(recursive=True))
    libc.prctl(SUBREAPER, 1, 0, 0, 0)
    try:
        yield lambda: [one for one in me.children(recursive=True) if one not in before]
    finally:
        libc.prctl(SUBREAPER, 0, 0, 0, 0)


def besiege(
    some: Sequence[Attack],
    root: Path,
    *,
    options: Sequence[str] = (),
    who: Ordinary | None = None,
    seconds: float = 600,
) -> Siege:
    """Grades these attacks as so many students of one class, together with two honest ones.

    Where somebody else is to grade, `root` lies in that user's folder for temporary files.
    """
    if "--sandbox=none" in options and (harmful := [attack.name for attack in some if attack.harmful]):
        raise ValueError(f"Nothing would hold {', '.join(harmful)}: they run in a sandbox or not at all.")
    attacked = make_class(root)
    with Ears() as ears, orphans() as new:
        words = {"COURSE": str(attacked.course), "HOME": str(attacked.home), "PORT": str(ears.port)}
        for attack in some:
            attack.hand_in(attacked.submission(attack.student), words)
        before = _state(attacked)
        environment = {
            "HOME": str(attacked.home),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "INSTRUCTORS_SECRET": SECRET_BAIT,
            "USER": "instructor",
            "COLUMNS": "200",
            "LANG": "C.UTF-8",
        }
        if who:
            environment["TMPDIR"] = str(who.temporary)
            if os.geteuid() == 0:
                give(root, who.user)

        def autograde(*arguments: str) -> int:
            command: Sequence[str] = [sys.executable, "-m", "autograde.cli", *arguments]
            if who:
                command = who.command(command)
            with (root / "out").open("ab") as out, (root / "err").open("ab") as err:
                return subprocess.run(
                    command, cwd=attacked.course, env=environment, stdout=out, stderr=err, timeout=seconds, check=False
                ).returncode

        code = autograde(ASSIGNMENT, "--json", *OPTIONS, *options)
        (root / "out").rename(root / "document.json")
        autograde("feedback", ASSIGNMENT)
        strays = _strays(new)
        heard = tuple(ears.heard)
    out_text, said, err_text = (
        (root / name).read_text(encoding="utf-8", errors="replace") for name in ("document.json", "out", "err")
    )
    try:
        document = json.loads(out_text)
    except ValueError:
        document = {"students": [], "ended": "no document", "message": (out_text[-2_000:] + err_text[-2_000:])}
    after = _state(attacked)
    changed = tuple(sorted(name for name, what in before.items() if after.get(name) != what))
    lines = {line["student"]: line for line in document["students"]}
    return Siege(attacked, document, said + err_text, code, heard, strays, changed, lines)


def _strays(new: Callable[[], list[psutil.Process]]) -> tuple[str, ...]:
    """What still runs when the command has ended, after a moment for what is ending."""
    until = time.monotonic() + 3
    while time.monotonic() < until and _living(new):
        time.sleep(0.1)
    found = _living(new)
    said = tuple(f"{one.pid} {' '.join(one.cmdline())[:200]}" for one in found if one.is_running())
    for one in found:
        with contextlib.suppress(psutil.Error):
            one.kill()
    return said


def _living(new: Callable[[], list[psutil.Process]]) -> list[psutil.Process]:
    found = []
    for one in new():
        with contextlib.suppress(psutil.Error):
            if one.status() == psutil.STATUS_ZOMBIE:
                with contextlib.suppress(OSError):
                    os.waitpid(one.pid, os.WNOHANG)
            else:
                found.append(one)
    return found


def _state(attacked: Attacked) -> dict[str, str]:
    """A mark for everything in the course and the home that the engine has no business to change."""
    found = {}
    for top in (attacked.course, attacked.home):
        for folder, folders, files in os.walk(top):
            if Path(folder) == attacked.course:
                folders[:] = [name for name in folders if name not in ENGINE]
            for name in files + [name for name in folders if _is_link(Path(folder, name))]:
                path = Path(folder) / name
                if not name.startswith("gradebook.db") or Path(folder) != attacked.course:
                    found[str(path)] = _mark(path)
    return found


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:  # Its name is too long.
        return False


def _mark(path: Path) -> str:
    try:
        status = path.lstat()
    except OSError:
        return "gone"
    if stat.S_ISLNK(status.st_mode):
        return f"link {path.readlink()}"
    if not stat.S_ISREG(status.st_mode) or status.st_size > 10_000_000:
        return f"{status.st_mode} {status.st_size}"
    try:
        return f"{status.st_mode} {hashlib.sha256(path.read_bytes()).hexdigest()}"
    except OSError:
        return f"{status.st_mode} closed"


def graded(siege: Siege, student: str) -> dict[str, float]:
    """The points of each test cell that the gradebook has; empty where there is no grade."""
    found = siege.attacked.points(student) or {}
    return {cell: value or 0.0 for cell, value in found.items()}


def unsafe(siege: Siege, attack: Attack) -> list[str]:
    """What is not as the verdict of an attack wants it; nothing where the result is safe."""
    verdict, student = attack.verdict, attack.student
    line = siege.lines.get(student)
    if line is None:
        return ["the run says nothing about this student"]
    found = []
    points = graded(siege, student)
    is_graded = line["state"] != "not graded"
    problems = line["problems"]
    if not is_graded:
        if not verdict.ungraded:
            found.append("it is not graded: " + "; ".join(problem["what"] for problem in problems))
        if not problems:
            found.append("it is not graded, and no reason is given")
    for cell, most in verdict.points.items() if points else ():
        given = points.get(cell, 0.0)
        if given > most + 1e-9 and not (verdict.inside and _flagged(problems, cell)):
            found.append(f"{cell} gave {given:g} points; {most:g} were earned")
        if verdict.exact and given < most - 1e-9:
            found.append(f"{cell} gave {given:g} points, not {most:g}{_why(line, cell)}")
        if given < POINTS[cell] and not _said(line, cell):
            found.append(f"no message says why {cell} gave {given:g} points")
    if attack.kind == "honest" and (looks := [problem for problem in problems if "tamper" in problem["kind"]]):
        found.append(f"honest work is suspected: {looks[0]['what']}")
    said = [f"{problem['kind']}: {problem['cell']} {problem['what']} {problem['do']}" for problem in problems]
    said += [f"{cell['cell']}: {cell['message']}" for book in line["notebooks"] for cell in book["cells"]]
    if verdict.says and not any(re.search(verdict.says, text) for text in said):
        found.append(f"no message matches {verdict.says!r}: {said[:6]}")
    if verdict.cell and not any(verdict.cell in text for text in said):
        found.append(f"no message names {verdict.cell}")
    for place, text in texts(siege, student).items():
        found += [f"{word} stands in {place}" for word in BAIT if word in text]
    shown = page(siege, student)
    found += [f"{word!r} stands in the terminal" for word in verdict.quiet if word in siege.terminal]
    found += [f"{word!r} stands on the page" for word in verdict.hidden if word in shown]
    found += [f"the page has {thing}" for thing in acting(shown)]
    return found


def _flagged(problems: Sequence[Mapping[str, Any]], cell: str) -> bool:
    """Whether a person was told to look at this cell."""
    return any("tamper" in problem["kind"] and problem["cell"] in (cell, None) for problem in problems)


def _why(line: Mapping[str, Any], cell: str) -> str:
    found = [one["message"] for book in line["notebooks"] for one in book["cells"] if one["cell"] == cell]
    return f": {found[0][:300]}" if found else ""


def _said(line: Mapping[str, Any], cell: str) -> bool:
    if any(problem["cell"] in (cell, None) for problem in line["problems"]):
        return True
    return bool(_why(line, cell).strip(": "))


def texts(siege: Siege, student: str) -> dict[str, str]:
    """All that was kept of a student: files under autograded/ and what the run says."""
    found = {"the summary": json.dumps(siege.lines.get(student, {})), "the page": page(siege, student)}
    top = siege.attacked.course / "autograded" / student
    for folder, _, files in os.walk(top):
        for name in files:
            path = Path(folder) / name
            if _is_link(path):
                found[f"{name} -> {path.readlink()}"] = "".join(BAIT)
            elif path.is_file() and path.stat().st_size < 50_000_000:
                found[str(path.relative_to(top))] = path.read_bytes().decode("utf-8", "replace")
    return found


def page(siege: Siege, student: str) -> str:
    """What the student is shown."""
    pages = (siege.attacked.course / "feedback" / student).rglob("*.html")
    return "".join(one.read_text(encoding="utf-8", errors="replace") for one in sorted(pages))


def disturbed(siege: Siege, alone: Siege) -> list[str]:
    """What an attacked class lost, beside the same without attacks."""
    found = [f"a process is left: {one}" for one in siege.strays]
    found += [f"somebody was heard: {one}" for one in siege.heard]
    found += [f"changed: {name}" for name in siege.changed]
    if siege.document["ended"] != "finished":
        found.append(f"the run ended as {siege.document['ended']}: {siege.document['message']}")
    for student in (BEFORE, AFTER):
        if _given(siege, student) != _given(alone, student):
            found.append(f"{student} has another result than without the attacks")
        for name, content in _files(alone, student).items():
            if _files(siege, student).get(name) != content:
                found.append(f"{student}'s {name} is another than without the attacks")
        if extra := set(_files(siege, student)) - set(_files(alone, student)):
            found.append(f"{student} has files that were not there without the attacks: {sorted(extra)}")
    if "\x1b" in siege.terminal:
        found.append("an escape stands in the terminal")
    if "Traceback" in siege.terminal:
        found.append(f"a traceback stands in the terminal: {siege.terminal[-1_500:]}")
    return found


def _given(siege: Siege, student: str) -> list[tuple[Any, ...]]:
    return rows(siege.attacked.course / "gradebook.db", student)


def _files(siege: Siege, student: str) -> dict[str, bytes]:
    top = siege.attacked.course / "autograded" / student
    return {str(path.relative_to(top)): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()}


def whole(root: Path, *, options: Sequence[str] = (), who: Ordinary | None = None) -> list[str]:
    """What is unsafe when all of the corpus attacks one class: for the long campaign. Nothing is what is wanted."""
    second = "--sandbox=landlock" in options
    some = [attack for attack in attacks() if not (second and attack.needs_namespaces)]
    alone, under = (besiege(those, root / name, options=options, who=who) for name, those in (("a", []), ("b", some)))
    found = [f"{attack.name}: {problem}" for attack in some for problem in unsafe(under, attack)]
    return found + disturbed(under, alone)
