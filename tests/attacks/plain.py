"""What plain nbgrader gives for an attack: each in a folder, a process tree and a network of its own."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from tests.attacks.corpus import Attack, attacks
from tests.attacks.rendered import acting
from tests.autograde.attacked import AFTER, ASSIGNMENT, BEFORE, POINTS, TEXT, make_class, released, remove

KEPT = Path(__file__).parent / "plain.json"
"""What plain nbgrader gave: it takes half an hour, and changes with an attack or the class alone."""
SETTINGS = """\
c.ExecutePreprocessor.timeout = 10
c.CourseDirectory.root = "."
"""


@dataclass(frozen=True)
class Plain:
    """What became of an attack and of the student graded after it."""

    points: dict[str, float] | None
    """None where there is no grade."""
    neighbour: bool
    """Whether the next student was graded as ever."""
    shown: tuple[str, ...]
    """What should be unseen and stands on the feedback page."""


def can_isolate() -> bool:
    """Whether this machine lets a process have its own view of the files and no network."""
    if not shutil.which("bwrap"):
        return False
    command = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def isolated(root: Path, command: list[str], *, seconds: int) -> subprocess.CompletedProcess[bytes]:
    """Runs a command that can write nothing but one folder and reach nobody."""
    seal = ["bwrap", "--die-with-parent", "--new-session", "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc"]
    seal += ["--dev", "/dev", "--tmpfs", "/tmp", "--bind", str(root), str(root), "--chdir", str(root / "course")]
    environment = {"HOME": str(root / "home"), "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "USER": "tester"}
    environment |= {"LANG": "C.UTF-8"}
    limits = ["prlimit", "--as=8000000000", "--fsize=200000000", "--", "timeout", "-k", "5", str(seconds)]
    return subprocess.run([*limits, *seal, *command], env=environment, capture_output=True, check=False)


def run_plain(attack: Attack) -> Plain:
    """Grades an attack, and one honest student after it, with nbgrader's own command."""
    if attack.harmful:
        raise ValueError(f"{attack.name} may do harm: it does not run on plain nbgrader.")
    root = Path(mkdtemp(prefix="plain-"))
    try:
        made = make_class(root)
        remove(made.submission(BEFORE).parent)
        with (made.course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
            config.write(SETTINGS)
        attack.hand_in(
            made.submission(attack.student), {"COURSE": str(made.course), "HOME": str(made.home), "PORT": "9"}
        )
        nbgrader = [sys.executable, "-m", "nbgrader"]
        isolated(root, [*nbgrader, "autograde", ASSIGNMENT], seconds=150)
        found: tuple[str, ...] = ()
        if attack.kind == "rendering":
            isolated(root, [*nbgrader, "generate_feedback", ASSIGNMENT, f"--student={attack.student}"], seconds=60)
            pages = (made.course / "feedback" / attack.student).rglob("*.html")
            text = "".join(page.read_text(encoding="utf-8", errors="replace") for page in pages)
            found = (*(word for word in attack.verdict.hidden if word in text), *acting(text))
        given, next_one = made.points(attack.student), made.points(AFTER)
        points = None if given is None else {cell: value or 0.0 for cell, value in given.items()}
        return Plain(
            points,
            next_one is not None and sum(value or 0 for value in next_one.values()) == sum(POINTS.values()) - 1,
            found,
        )
    finally:
        remove(root)


def run_all(some: list[Attack]) -> dict[str, Plain]:
    """The same for many; what did not change since it was last run is taken from plain.json."""
    before = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    kept = {name: Plain(*rest) for name, (mark, *rest) in before.items() if mark == _marks().get(name)}
    released()  # Made once, before there are threads.
    missing = [attack for attack in some if attack.name not in kept]
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for attack, plain in zip(missing, pool.map(run_plain, missing), strict=True):
            kept[attack.name] = plain
            lines = {name: [_marks()[name], one.points, one.neighbour, one.shown] for name, one in sorted(kept.items())}
            KEPT.write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")
    return {attack.name: kept[attack.name] for attack in some}


@cache
def _marks() -> dict[str, str]:
    """What tells each attack on this class from every other one, by name."""
    return {attack.name: _mark(attack) for attack in attacks()}


def _mark(attack: Attack) -> str:
    """What tells an attack on this class from every other one."""
    parts = [path.read_bytes() for path in sorted(attack.folder.iterdir()) if path.is_file()]
    return hashlib.sha256(b"\0".join([attack.name.encode(), TEXT.encode(), *parts])).hexdigest()


def words(plain: Plain, attack: Attack) -> str:
    """An outcome in a few words."""
    earned = attack.verdict.points
    if plain.points is None:
        said = "not graded"
    else:
        total, forged = sum(plain.points.values()), unearned(plain.points, attack)
        said = f"{total:g} of {sum(POINTS.values()):g} points"
        if forged:
            said += f", **{forged:g} not earned**"
        elif attack.verdict.exact and total < sum(earned.values()):
            said += f", **{sum(earned.values()) - total:g} lost**"
    if plain.shown:
        said += ", **seen on the page**"
    return said if plain.neighbour else f"{said}; **the next student has no grade**"


def unearned(points: dict[str, float], attack: Attack) -> float:
    """How many points were not earned."""
    return sum(max(0.0, value - attack.verdict.points[cell]) for cell, value in points.items())
