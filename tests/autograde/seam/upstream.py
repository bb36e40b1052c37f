"""nbgrader's own tests with the engine configured in, in a pytest of its own.

This file is the plugin of that pytest, too: no test may start a stock kernel, and a sample may be asked for.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.conftest import ROOT

SUITES = ("autograde", "validate", "generate_feedback")
SAMPLE, SEED = "AUTOGRADE_UPSTREAM_SAMPLE", "AUTOGRADE_UPSTREAM_SEED"
CONFIG = """
from autograde.seam import configure
configure(get_config(), as_nbgrader=True)
"""


def run_upstream(
    place: Path, *suites: str, sample: int = 0, seed: int = 1, config: str = CONFIG
) -> subprocess.CompletedProcess[str]:
    """Runs nbgrader's suites, or a sample of their tests, with a HOME and a configuration below `place`."""
    (place / "home").mkdir()
    (place / "config").mkdir()
    (place / "config/nbgrader_config.py").write_text(config, encoding="utf-8")
    environment = {
        **os.environ,
        "HOME": str(place / "home"),
        "USER": "tester",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "JUPYTER_CONFIG_PATH": str(place / "config"),
        SAMPLE: str(sample),
        SEED: str(seed),
    }
    names = [f"nbgrader.tests.apps.test_nbgrader_{suite}" for suite in suites]
    command = [sys.executable, "-m", "pytest", "-q", "-p", __name__, "-p", "no:cacheprovider", "--pyargs", *names]
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)


def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    """Keeps as many tests as were asked for, the same ones for the same seed; none that is skipped anyway."""
    wanted = int(os.environ[SAMPLE])
    if wanted:
        slow = ("test_help", "test_many_students", "test_infinite_loop_with_output")
        known = sorted((item for item in items if item.originalname not in slow), key=lambda item: item.nodeid)
        kept = Random(int(os.environ[SEED])).sample(known, wanted)
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


@pytest.fixture(autouse=True)
def no_stock_kernel_upstream(monkeypatch: pytest.MonkeyPatch) -> None:
    """What starts a kernel as nbgrader does fails; so what passes was run by the engine."""
    from nbclient import NotebookClient  # Only where nbgrader's tests run: other tests have no need of it.

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("A stock kernel was started.")

    start: list[Callable[..., Any]] = [NotebookClient.setup_kernel, NotebookClient.async_start_new_kernel]
    for function in start:
        monkeypatch.setattr(NotebookClient, function.__name__, refuse)
