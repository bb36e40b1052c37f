"""nbgrader's own tests, all of them, with the engine configured in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.autograde.seam.upstream import SUITES, run_upstream
from tests.soak import Campaign


def upstream(chance: Random, times: int) -> Iterator[str | None]:
    """One try is one run of nbgrader's suites."""
    for _ in range(times):
        with TemporaryDirectory(prefix="upstream-") as place:
            done = run_upstream(Path(place), *SUITES)
        yield None if done.returncode == 0 else done.stdout[-20_000:] + done.stderr[-2_000:]


CAMPAIGNS = [
    Campaign("upstream", "nbgrader's own tests of autograde, validate and generate_feedback pass", 1, upstream),
]
