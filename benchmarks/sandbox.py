"""Entering and sealing a room, from a process with a framework imported, beside a fork that does neither."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from autograde.sandbox.backends import BACKENDS, backend_named
from autograde.sandbox.environment import readable_for
from autograde.sandbox.policy import Policy
from benchmarks.measure import Measured

_ROUNDS = 40
_ROOMS = """
import json, os, sys, time
import django, fastapi, flask
from autograde.sandbox.backends import backend_named
from autograde.sandbox.policy import Policy

backend, policy = backend_named(sys.argv[1]), Policy.read(sys.argv[2])
backend.prepare(policy)

def fork(work, how=backend.fork):
    begin = time.perf_counter()
    reading, writing = os.pipe()
    pid = how()
    if pid == 0:
        work(writing)
        os._exit(0)
    os.close(writing)
    spans = json.loads(os.read(reading, 1000) or b"[]")
    os.close(reading)
    os.waitpid(pid, 0)
    return (*spans, time.perf_counter() - begin)

def room(report):
    begin = time.perf_counter()
    backend.enter(policy)
    entered = time.perf_counter()
    session = os.fork()
    if session == 0:
        start = time.perf_counter()
        backend.seal(policy)
        os.write(report, json.dumps([entered - begin, time.perf_counter() - start]).encode())
        os._exit(0)
    os.waitpid(session, 0)

bare = lambda report: os.waitpid(os.fork() or os._exit(0), 0)
rounds = int(sys.argv[3])
plain = min(fork(bare, os.fork)[-1] for _ in range(rounds))
rooms = []
for _ in range(rounds):
    rooms.append(fork(room))
    backend.sweep()
print(json.dumps([sorted(each)[rounds // 2] for each in zip(*rooms)] + [plain]))
"""


def measure() -> list[Measured]:
    """The medians of many rooms, in seconds, for each backend that there is on this machine."""
    policy = Policy(readable_for())
    found = []
    for name in BACKENDS:
        backend = backend_named(name)
        if name != "none" and backend.missing():
            continue
        enter, seal, whole, plain = spans(name, policy, _ROUNDS)
        found.append(Measured(f"{name}: enter a room", enter, "two forks", plain, bound=4 * plain))
        found.append(Measured(f"{name}: seal a session", seal, "two forks", plain, bound=plain))
        found.append(Measured(f"{name}: a room from fork to end", whole, "two forks", plain, bound=8 * plain))
    return found


def spans(name: str, policy: Policy, rounds: int) -> Sequence[float]:
    """Seconds to enter, to seal and for the whole of a room, and for two forks that do nothing."""
    command = backend_named(name).command([sys.executable, "-c", _ROOMS, name, policy.text(), str(rounds)], policy)
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    numbers: list[float] = json.loads(said)
    return numbers
