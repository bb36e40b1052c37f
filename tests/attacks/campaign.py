"""All of the corpus against every sandbox, as an ordinary user and as root."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from random import Random
from tempfile import mkdtemp

from tests.attacks.siege import whole
from tests.autograde.attacked import remove
from tests.ordinary import ordinary
from tests.soak import Campaign

WAYS = [(sandbox, as_root) for as_root in (False, True) for sandbox in ("best", "landlock")]


def besieged(chance: Random, times: int) -> Iterator[str | None]:
    """Each try is the whole corpus in one class, in another of the ways."""
    ways = [(sandbox, as_root) for sandbox, as_root in WAYS if os.geteuid() == 0 or not as_root]
    for number in range(times):
        sandbox, as_root = ways[number % len(ways)]
        with nullcontext() if as_root else ordinary() as who:
            root = Path(mkdtemp(prefix="siege-", dir=who.temporary if who else None))
            root.chmod(0o755)
            try:
                found = whole(root, options=[f"--sandbox={sandbox}"], who=who)
            finally:
                remove(root)
        where = f"{sandbox}, {'as root' if as_root else 'as an ordinary user'}"
        yield "\n".join([f"{where}: {len(found)} results are not safe", *found]) if found else None


CAMPAIGNS = [Campaign("attacks", "the corpus of attacks on one class", len(WAYS), besieged)]
