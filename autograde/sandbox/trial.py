"""The self-test: a backend is attacked from within, and what the attacks achieved is looked at from outside."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import selectors
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograde.sandbox.attacks import ATTACKS, TOLERATED
from autograde.sandbox.backend import Backend
from autograde.sandbox.environment import readable_for
from autograde.sandbox.policy import MEGABYTE, Budget, Policy

_CONTENT = "known to the one who grades\n"
_FILES = 64
_VICTIM = f"""\
import os, resource, signal, time
signal.signal(signal.SIGUSR1, lambda number, frame: os.write(1, b"s"))
resource.setrlimit(resource.RLIMIT_NOFILE, ({_FILES}, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
os.write(1, b"r")
time.sleep(600)
"""
_START = "import sys; sys.path.insert(0, {!r}); from autograde.sandbox.attacker import main; main({!r})"
_SMALL = {"memory": 64 * MEGABYTE, "disk": 4 * MEGABYTE, "files": 200, "processes": 16, "seconds": 60}
"""Limits are kept by the same means whatever their size; small ones are reached sooner."""
_LAST_BREATH, _PATIENCE = 1.0, 30.0


@dataclass(frozen=True)
class Finding:
    """What came of one attack."""

    attack: str
    what: str
    """What was tried, in words."""
    held: bool
    evidence: str
    """What the attack achieved, or what stopped it."""
    needed: bool = True
    """Whether a backend that lets it through is of no use."""
    seconds: float = 0.0


class Broken(Exception):
    """The backend could make no room on this machine; the message says why."""


def attack(
    backend: Backend,
    limits: Budget | None = None,
    names: Sequence[str] = tuple(ATTACKS),
    *,
    watched: bool = True,
) -> list[Finding]:
    """Tries these attacks under a backend; Broken when it cannot make a room on this machine.

    Limits are kept by the same means whatever their size, so the self-test has small ones of its own. Without
    `watched`, nobody ends what goes beyond them: this shows what the attacks can do.
    """
    with _scene() as scene:
        policy = Policy((*readable_for(), str(scene.shelf.parent)), place=str(scene.place), **_SMALL)
        return _carry_out(backend, policy, scene, names, watched)


@dataclass
class _Scene:
    """The machine as attacks find it."""

    canary: Path
    shelf: Path
    place: Path
    victim: subprocess.Popen[bytes]
    listeners: dict[str, socket.socket]
    segment: int

    def bait(self) -> dict[str, Any]:
        """All of it that an attack has to know."""
        return {
            "canary": str(self.canary),
            "shelf": str(self.shelf),
            "victim": self.victim.pid,
            "port": self.listeners["port"].getsockname()[1],
            "datagrams": self.listeners["datagrams"].getsockname()[1],
            "address": self.listeners["address"].getsockname()[1:].decode(),
            "segment": self.segment,
        }

    def restore(self) -> None:
        """Puts the files back as they were."""
        for path in self.canary.parent.iterdir():
            if path.name != "socket":
                path.unlink()
        for path in (self.canary, self.shelf):
            path.write_text(_CONTENT, encoding="utf-8")
            path.chmod(0o600 if path == self.canary else 0o644)

    def damage(self) -> str:
        """What is not as it was; empty when all is."""
        others = {path.name for path in self.canary.parent.iterdir()} - {"canary", "socket"}
        if others or not self.canary.exists():
            return "files outside were made or removed"
        for path, mode in ((self.canary, 0o600), (self.shelf, 0o644)):
            if path.read_text(encoding="utf-8") != _CONTENT:
                return f"{path.name} was changed"
            if stat.S_IMODE(path.stat().st_mode) != mode:
                return f"the mode of {path.name} was changed"
        return ""

    def victim_suffered(self) -> str:
        """What happened to the process of the one who grades; empty when nothing did."""
        assert self.victim.stdout is not None
        if self.victim.poll() is not None:
            return "the process outside has ended"
        with suppress(BlockingIOError):
            if os.read(self.victim.stdout.fileno(), 100):
                return "the process outside got the signal"
        soft, hard = resource.prlimit(self.victim.pid, resource.RLIMIT_NOFILE)
        if soft != _FILES:
            resource.prlimit(self.victim.pid, resource.RLIMIT_NOFILE, (_FILES, hard))
            return "the process outside has other limits"
        return ""


@contextmanager
def _scene() -> Iterator[_Scene]:
    with ExitStack() as stack:
        # The canary's folder is one of the grader's own; the place of rooms must be open to students of root's.
        base = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="autograde-doctor-")))
        base.chmod(0o755)
        for name in ("outside", "shelf", "rooms"):
            (base / name).mkdir(mode=0o755)
        victim = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _VICTIM, "victim"],
            stdout=subprocess.PIPE,
            env={"NAME": "victim"},
        )
        stack.callback(_end, victim)
        assert victim.stdout is not None
        victim.stdout.read(1)
        os.set_blocking(victim.stdout.fileno(), False)
        listeners = {name: stack.enter_context(made) for name, made in _listeners(base / "outside").items()}
        libc = ctypes.CDLL(None)
        segment = libc.shmget(0, 4096, 0o1600)
        stack.callback(libc.shmctl, segment, 0, None)
        scene = _Scene(base / "outside/canary", base / "shelf/startup.py", base / "rooms", victim, listeners, segment)
        for path in (scene.canary, scene.shelf):
            path.touch()
        scene.restore()
        yield scene


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            with suppress(BrokenPipeError):
                stream.close()


def _listeners(folder: Path) -> dict[str, socket.socket]:
    made = {
        "port": socket.create_server(("127.0.0.1", 0)),
        "datagrams": socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "address": socket.socket(socket.AF_UNIX),
        "path": socket.socket(socket.AF_UNIX),
    }
    made["datagrams"].bind(("127.0.0.1", 0))
    made["address"].bind(f"\0autograde-doctor-{os.getpid()}")
    # A socket's address has to be short, whatever the path to temporary files is.
    place = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        made["path"].bind(f"/proc/self/fd/{place}/socket")
    finally:
        os.close(place)
    made["address"].listen()
    made["path"].listen()
    return made


def _carry_out(backend: Backend, policy: Policy, scene: _Scene, names: Sequence[str], watched: bool) -> list[Finding]:
    alive, held = os.pipe()
    order = {"policy": policy.text(), "watched": watched, "bait": scene.bait() | {"pipe": held}}
    root = str(Path(__file__).resolve().parents[2])
    command = backend.command([sys.executable, "-c", _START.format(root, backend.name)], policy)
    attacker = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=(held,)
    )
    os.close(held)
    try:
        _ask(attacker, json.dumps(order))
        findings = [_try(attacker, scene, name) for name in names]
        assert attacker.stdin is not None
        attacker.stdin.close()
        attacker.wait(_LAST_BREATH * 5)
        # Whatever still holds the pipe has outlived the rooms.
        outlived = not select.select([alive], [], [], _LAST_BREATH)[0]
        return [
            replace(finding, held=False, evidence="a process outlived the room")
            if outlived and finding.attack == "leave-daemon"
            else finding
            for finding in findings
        ]
    finally:
        os.close(alive)
        _end(attacker)


def _try(attacker: subprocess.Popen[bytes], scene: _Scene, name: str) -> Finding:
    scene.restore()
    answer = _ask(attacker, name, scene)
    seen = scene.damage() or scene.victim_suffered()
    what = (ATTACKS[name].__doc__ or "").strip()
    words = seen or answer["words"]
    held = not (seen or answer["done"])
    return Finding(name, what, held, words, name not in TOLERATED, answer["seconds"])


def _ask(attacker: subprocess.Popen[bytes], line: str, scene: _Scene | None = None) -> dict[str, Any]:
    """Sends a line and waits for the answer; who connects to the machine's servers in the meantime is greeted."""
    assert attacker.stdin is not None
    assert attacker.stdout is not None
    with suppress(BrokenPipeError):
        attacker.stdin.write(line.encode() + b"\n")
        attacker.stdin.flush()
    with selectors.DefaultSelector() as selector:
        selector.register(attacker.stdout, selectors.EVENT_READ)
        for listener in scene.listeners.values() if scene else ():
            selector.register(listener, selectors.EVENT_READ)
        while True:
            ready = selector.select(_PATIENCE)
            for key, _ in ready:
                if isinstance(key.fileobj, socket.socket):
                    _greet(key.fileobj)
            if not ready or any(key.fileobj is attacker.stdout for key, _ in ready):
                break
    answer = attacker.stdout.readline() if ready else b""
    if not answer:
        attacker.kill()
        assert attacker.stderr is not None
        said = attacker.stderr.read().decode(errors="replace").strip().splitlines()
        raise Broken(said[-1] if said else f"it ended without a word ({attacker.wait()})")
    found: dict[str, Any] = json.loads(answer)
    return found


def _greet(listener: socket.socket) -> None:
    if listener.type == socket.SOCK_DGRAM:
        _, address = listener.recvfrom(100)
        listener.sendto(b"welcome", address)
    else:
        line, _ = listener.accept()
        with line:
            line.sendall(b"welcome")
