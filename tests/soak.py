"""Long campaigns, which `make test` only samples: `python -m tests.soak [NAME ...] [--seed N] [--times N]`.

A room's campaigns are the `CAMPAIGNS` of its `campaign.py`. Each is a function that is given a source of chance and how
often to try; it yields after each try, None when all was well and else what was not. The same seed tries the same.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("tests/autograde/*/campaign.py", "tests/attacks/campaign.py")

Tries = Callable[[Random, int], Iterator[str | None]]


@dataclass(frozen=True)
class Campaign:
    """Something that is tried very often."""

    name: str
    what: str
    times: int
    """How often, in full."""
    tries: Tries


def campaigns() -> list[Campaign]:
    """All campaigns of all rooms."""
    paths = sorted(path for place in PLACES for path in ROOT.glob(place))
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths]
    return [campaign for name in names for campaign in import_module(name).CAMPAIGNS]


def carry_out(campaign: Campaign, seed: int, times: int) -> int:
    """Tries, says how it goes, and returns how often it failed."""
    print(f"{campaign.name}: {campaign.what} ({times} times, seed {seed})", flush=True)
    failed, began = 0, time.monotonic()
    said = began
    for number, wrong in enumerate(campaign.tries(Random(f"{campaign.name} {seed}"), times), start=1):
        if wrong:
            failed += 1
            print(f"{campaign.name}: try {number}: {wrong}", flush=True)
        if time.monotonic() - said > 30:
            said = time.monotonic()
            print(f"{campaign.name}: {number} of {times}, {failed} failed, {said - began:.0f} s", flush=True)
    print(f"{campaign.name}: done, {failed} failed, {time.monotonic() - began:.0f} s", flush=True)
    return failed


def main() -> int:
    """Carries out the campaigns that are named, or all; 1 when anything failed."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    os.environ.setdefault("USER", "tester")  # nbgrader wants to know.
    known = {campaign.name: campaign for campaign in campaigns()}
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(known)}")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--times", type=int, help="instead of each campaign's own number")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(known):
        parser.error(f"there is no campaign {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    chosen = [known[name] for name in asked.names] or list(known.values())
    return int(sum(carry_out(campaign, asked.seed, asked.times or campaign.times) for campaign in chosen) > 0)


if __name__ == "__main__":
    sys.exit(main())
