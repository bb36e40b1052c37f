"""What a self-test found, from a process of its own and as whoever is asked for."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys

import pytest

from tests.ordinary import ROOT, ordinary

_ASK = """
import json, sys
from dataclasses import asdict
from autograde.sandbox.attacks import ATTACKS
from autograde.sandbox.backends import backend_named
from autograde.sandbox.trial import Broken, attack
name, *names = sys.argv[1:]
backend = backend_named("none" if name == "unwatched" else name)
try:
    if missing := backend.missing():
        raise Broken(missing)
    found = attack(backend, names=names or tuple(ATTACKS), watched=name != "unwatched")
    print(json.dumps([asdict(finding) for finding in found]))
except Broken as broken:
    print(json.dumps(str(broken)))
"""


@functools.cache
def findings(backend: str, as_root: bool, *names: str) -> dict[str, dict[str, object]]:
    """Each attack with what came of it; `unwatched` is no sandbox at all. Skips what a developer's machine lacks."""
    words = [sys.executable, "-c", _ASK, backend, *names]
    if as_root:
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    else:
        with ordinary() as user:
            done = user.run(words, timeout=120)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    if isinstance(found, str):
        if os.environ.get("CI"):
            pytest.fail(f"In CI {backend} must work. {found}")
        pytest.skip(f"{backend} does not work on this machine. {found}")
    return {finding["attack"]: finding for finding in found}


def need(backend: str, as_root: bool = False) -> None:
    """Skips a test on a developer's machine where this backend cannot make a room."""
    findings(backend, as_root, "read-file")
