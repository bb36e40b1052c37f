"""What the tests of the whole command share: a process that serves commands, and what they may leave."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.autograde.run.conftest import Imagined
from tests.conftest import ROOT


@pytest.fixture(scope="session")
def engine() -> Iterator[Imagined]:
    """What runs the real command; see served.py."""
    command = [sys.executable, "-m", "tests.autograde.end_to_end.served"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        yield Imagined(server)
        assert server.stdin
        server.stdin.close()


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder with a short name, open to everybody: other users grade in it, and sockets lie in it."""
    with tempfile.TemporaryDirectory(prefix="e-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
