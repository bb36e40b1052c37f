"""What the tests of the whole command share: processes that serve commands, as this user and as an ordinary one."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.autograde.run.conftest import Imagined
from tests.conftest import ROOT
from tests.ordinary import Ordinary, ordinary

SERVED = (sys.executable, "-m", "tests.autograde.end_to_end.served")


@contextmanager
def serving(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Imagined]:
    """What runs the real command; see served.py."""
    environment = {**environment, "PYTHONPATH": str(ROOT)}
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **streams) as server:  # type: ignore[call-overload]
        yield Imagined(server)
        assert server.stdin
        server.stdin.close()


@pytest.fixture(scope="session")
def engine() -> Iterator[Imagined]:
    with serving(SERVED, os.environ) as made:
        yield made


@pytest.fixture(scope="module")
def user() -> Iterator[Ordinary]:
    with ordinary() as someone:
        yield someone


@pytest.fixture(scope="module")
def engine_of_user(user: Ordinary) -> Iterator[Imagined]:
    """The same, run by an ordinary user."""
    with serving(user.command(SERVED), user.environment) as made:
        yield made


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder with a short name, open to everybody: other users grade in it, and sockets lie in it."""
    with tempfile.TemporaryDirectory(prefix="e-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
