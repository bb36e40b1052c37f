"""How tests that run as root run a command as an ordinary user, with the same paths; without root, it is as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograde.sandbox import kernel_calls

ROOT = Path(__file__).resolve().parents[1]
FIRST, MANY = 61_200, 4_000
"""Ids of users that no system gives to anybody for long."""
_HERE = -100


@dataclass(frozen=True)
class Ordinary:
    """A user without any rights, with a home and a folder for temporary files of its own."""

    user: int
    home: Path
    temporary: Path
    shown: tuple[Path, ...]
    """What the user may read although it lies below a folder of root's."""

    @property
    def environment(self) -> dict[str, str]:
        """The environment of this process, with the user's own folders."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "SUDO_"))}
        own = {"HOME": str(self.home), "TMPDIR": str(self.temporary), "USER": "ordinary", "LOGNAME": "ordinary"}
        return kept | own

    def command(self, argv: Sequence[str | Path]) -> list[str]:
        """The command that runs this one as the user; to be run in the folder of the repository."""
        words = [str(word) for word in argv]
        if os.geteuid() != 0:
            return words
        return [sys.executable, "-m", "tests.ordinary", str(self.user), *map(str, self.shown), "--", *words]

    def run(self, argv: Sequence[str | Path], **how: Any) -> subprocess.CompletedProcess[str]:
        """Runs a command as the user in the folder of the repository, and returns what it said."""
        told: dict[str, Any] = {"cwd": ROOT, "env": self.environment, "capture_output": True, "text": True}
        return subprocess.run(self.command(argv), check=False, **(told | how))


@contextmanager
def ordinary(*folders: Path) -> Iterator[Ordinary]:
    """A user to run commands as, to whom these folders belong; what it leaves in its home is removed."""
    base = Path(tempfile.mkdtemp(prefix="ordinary-")).resolve()
    base.chmod(0o755)
    user = FIRST + os.getpid() % MANY if os.geteuid() == 0 else os.geteuid()
    home, temporary = base / "home", base / "tmp"
    for folder in (home, temporary):
        folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        for folder in (home, temporary, *folders):
            _give(folder, user)
    shown = (ROOT, Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parent, base, *folders)
    try:
        yield Ordinary(user, home, temporary, shown)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _give(folder: Path, user: int) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, user, follow_symlinks=False)


def _become(user: int, shown: list[str]) -> None:
    """Replaces the folders that only root may pass by others that lead to what is shown, then gives up being root."""
    here = Path.cwd()
    kernel_calls.unshare(kernel_calls.NEW_MOUNTS)
    kernel_calls.make_private()
    closed: dict[Path, list[Path]] = {}
    for path in map(Path, sorted(set(shown))):
        for folder in reversed(path.parents):
            if not folder.stat().st_mode & 1:
                closed.setdefault(folder, []).append(path)
                break
    for folder, below in closed.items():
        trees = [(path, kernel_calls.copy_of_mount(str(path))) for path in below]
        cover = kernel_calls.new_filesystem("tmpfs", 0, mode="0755", size="1m")
        kernel_calls.place_mount(cover, _HERE, str(folder))
        os.close(cover)
        for path, tree in trees:
            path.mkdir(parents=True, exist_ok=True)
            kernel_calls.place_mount(tree, _HERE, str(path))
            os.close(tree)
    os.chdir(here)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


if __name__ == "__main__":
    cut = sys.argv.index("--")
    _become(int(sys.argv[1]), sys.argv[2:cut])
    os.execvp(sys.argv[cut + 1], sys.argv[cut + 1 :])
