"""nbgrader's own tests pass with the engine configured in: a sample here, all in `python -m tests.soak upstream`."""

from __future__ import annotations

import re
from pathlib import Path

from tests.autograde.seam.upstream import run_upstream

SAMPLE = 4


def test_a_sample_of_nbgraders_own_tests_passes_and_no_stock_kernel_is_started(tmp_path: Path) -> None:
    done = run_upstream(tmp_path, "autograde", "validate", sample=SAMPLE, seed=3)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(rf"^{SAMPLE} passed", done.stdout, re.M), done.stdout


def test_without_the_engine_they_would_start_one(tmp_path: Path) -> None:
    done = run_upstream(tmp_path, "validate", sample=1, seed=2, config="")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "A stock kernel was started." in done.stdout
