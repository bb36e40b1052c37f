"""The process that is to a self-test what the warm process is to grading: started clean, then a room per attack."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time

from autograde.sandbox import attacks
from autograde.sandbox.attacks import Bait
from autograde.sandbox.backend import Backend
from autograde.sandbox.backends import backend_named
from autograde.sandbox.policy import Policy

_PATIENCE, _POLL = 10.0, 0.02


def main(backend_name: str) -> None:
    """Reads what there is to attack, then the name of an attack a line; writes a line of JSON about each."""
    order = json.loads(sys.stdin.readline())
    policy, watched = Policy.read(order["policy"]), order["watched"]
    signalled: list[int] = []
    signal.signal(signal.SIGUSR1, lambda number, frame: signalled.append(number))
    backend = backend_named(backend_name)
    backend.prepare(policy)
    bait = Bait(**order["bait"], warm=os.getpid(), policy=policy)
    print(json.dumps({}), flush=True)
    while name := sys.stdin.readline().strip():
        begin = time.perf_counter()
        signalled.clear()
        done, words = _in_a_room(backend, name, bait, watched)
        if name == "signal-warm" and signalled:
            done = True
        if watched:
            backend.sweep()
        line = {"done": done, "words": words, "seconds": time.perf_counter() - begin}
        print(json.dumps(line), flush=True)


def _in_a_room(backend: Backend, name: str, bait: Bait, watched: bool) -> tuple[bool, str]:
    reading, writing = os.pipe()
    room = backend.fork()
    if room == 0:
        os.close(reading)
        try:
            backend.enter(bait.policy)
        except BaseException as error:
            os.write(writing, b"!" + attacks.said_of(error).encode()[:500])
            os._exit(1)
        _attack(backend, name, bait, writing, watched)
        os._exit(0)
    os.close(writing)
    said = os.read(reading, 4096)
    os.close(reading)
    _, status = os.waitpid(room, 0)
    if said[:1] == b"!":
        raise SystemExit(f"No room: {said[1:].decode(errors='replace')}")
    if not said:
        return False, f"the room ended ({os.waitstatus_to_exitcode(status)})"
    return said[:1] == b"+", said[1:].decode(errors="replace")


def _attack(backend: Backend, name: str, bait: Bait, report: int, watched: bool) -> None:
    """In the room: starts the attack sealed, and watches over it as the grader's rooms do."""
    inner, outer = os.pipe()
    session = os.fork()
    if session == 0:
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        os.close(inner)
        os.close(report)
        try:
            backend.seal(bait.policy)
        except BaseException as error:
            os.write(outer, b"!seal: " + attacks.said_of(error).encode()[:500])
            os._exit(1)
        attacks.run(name, bait, outer)
        os._exit(0)
    os.close(outer)
    end, said, too_much = time.monotonic() + _PATIENCE, b"", None
    while time.monotonic() < end:
        if select.select([inner], [], [], _POLL)[0]:
            said = os.read(inner, 600)
            break
        too_much = backend.usage(bait.policy).excess(bait.policy) if watched else None
        if too_much:
            break
    if watched:
        backend.sweep()
    os.write(report, said or f"-ended: {too_much or 'it took too long or was killed'}".encode())
