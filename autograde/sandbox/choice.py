"""Which backend is used on this machine: the first that holds when it is attacked."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autograde.refusal import Refusal
from autograde.sandbox import machine
from autograde.sandbox.attacks import QUICK
from autograde.sandbox.backend import Backend
from autograde.sandbox.backends import BACKENDS, backend_named
from autograde.sandbox.policy import Budget
from autograde.sandbox.trial import Broken, Finding, attack

STRENGTH = ("namespaces", "bubblewrap", "landlock")
"""What "best" tries, in this order."""


@dataclass(frozen=True)
class Judgement:
    """Whether a backend holds here, and if not, why."""

    holds: bool
    why: str = ""


def choose(name: str, limits: Budget | None = None) -> Backend:
    """The backend of that name, or with "best" the first that holds on this machine; a Refusal when there is none.

    The answer of the self-test is kept until the machine starts again or something changes that it depends on.
    """
    if name == "none":
        return backend_named(name)
    if name != "best":
        backend = backend_named(name)
        found = judge(backend)
        if found.holds:
            return backend
        raise Refusal(_refusal(f"The sandbox {name} does not hold on this machine.", {name: found}))
    failed: dict[str, Judgement] = {}
    for other in STRENGTH:
        backend = backend_named(other)
        failed[other] = judge(backend)
        if failed[other].holds:
            return backend
    raise Refusal(_refusal("No sandbox holds on this machine, so no student code was run.", failed))


def judge(backend: Backend, *, afresh: bool = False) -> Judgement:
    """Whether a backend holds against one attack of each kind; what was found before is believed unless `afresh`."""
    if missing := backend.missing():
        return Judgement(False, missing)
    known = {} if afresh else _read()
    if backend.name in known:
        return known[backend.name]
    try:
        found = conclude(attack(backend, names=QUICK))
    except Broken as broken:
        found = Judgement(False, f"It cannot be set up: {broken}.")
    remember(backend.name, found)
    return found


def conclude(findings: list[Finding]) -> Judgement:
    """What findings say about a backend."""
    broken = [finding for finding in findings if finding.needed and not finding.held]
    if not broken:
        return Judgement(True)
    return Judgement(False, "; ".join(f"{finding.attack}: {finding.evidence}" for finding in broken) + ".")


def remember(name: str, found: Judgement) -> None:
    """Keeps a judgement for the next run; where nothing can be kept, the next run attacks again."""
    known = _read() | {name: found}
    text = json.dumps({"machine": machine.fingerprint(), "found": {key: vars(value) for key, value in known.items()}})
    path = cache()
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
            file.write(text)
        Path(file.name).replace(path)


def cache() -> Path:
    """Where judgements are kept; removing the file has the self-test run again."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "autograde" / "sandbox.json"


def _read() -> dict[str, Judgement]:
    path = cache()
    try:
        # What somebody else has written, or could have, is not believed.
        if path.stat().st_uid != os.geteuid() or path.parent.stat().st_mode & 0o022:
            return {}
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["machine"] != machine.fingerprint():
            return {}
        return {name: Judgement(**found) for name, found in kept["found"].items() if name in BACKENDS}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _refusal(what: str, failed: dict[str, Judgement]) -> str:
    reasons = [f"  {name}: {found.why}" for name, found in failed.items()]
    steps = [f"  - {step}" for step in machine.advice()]
    last = "`autograde doctor` shows every attack. To grade unprotected, say `--sandbox none`."
    return "\n".join([what, *reasons, "What helps:", *steps, last])
