"""What all tests share: a HOME of their own, and a small clone of the course to break."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from course.house import House
from tests.small import make_house

ROOT = Path(__file__).resolve().parents[1]
JUPYTER_FOLDERS = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test reads or writes the HOME of the person who runs it, nor changes the role of their environment."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("USER", "tester")
        patch.setenv("COURSE_PREFIX", str(home / "prefix"))
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        for name in JUPYTER_FOLDERS:
            patch.setenv(name, str(home / name.lower()))
        for name in (
            "PYTHONDONTWRITEBYTECODE",
            "JUPYTER_CONFIG_PATH",
            "NBGRADER_EXCHANGE",
            "XDG_CACHE_HOME",
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "COURSE_JOURNAL",
        ):
            patch.delenv(name, raising=False)
        yield home


@pytest.fixture(scope="session")
def clone() -> House:
    """The clone that is being tested; read only."""
    return House(ROOT)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A small house with one complete topic that passes every check; a test may break it."""
    return make_house(tmp_path / "house")


def course(house: House, *words: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Runs the `course` command in a house."""
    return subprocess.run(
        [sys.executable, "-m", "course.cli", *words],
        cwd=house.root,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
