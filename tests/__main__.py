"""Runs all tests: `python -m tests`, with pytest's own arguments behind it. What they need is brought first."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course.browser import find_browser
from course.frameworks.services.postgresql import find_programs
from course.frameworks.services.redis import find_program
from tests.anki.environment import bring_oracle

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Finds or brings a browser and the servers, then runs pytest on as many cores as there are."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.chdir(ROOT)
    if browser := bring_browser():
        os.environ["COURSE_BROWSER"] = browser
    elif os.environ.get("CI"):
        sys.exit("No browser was found and none could be installed; in CI the browser tests must run.")
    else:
        print("No browser was found and none could be installed: the browser tests are left out.", flush=True)
    for missing in bring_services():
        if os.environ.get("CI"):
            sys.exit(f"{missing} was not found and could not be installed; in CI its tests must run.")
        print(f"{missing} was not found and could not be installed: its tests are left out.", flush=True)
    if not bring_oracle():
        if os.environ.get("CI"):
            sys.exit("The anki package could not be installed; in CI its tests must run.")
        print("The anki package could not be installed: its tests are left out.", flush=True)
    before = changed_files()
    arguments = sys.argv[1:] or ["-n", "auto", "--dist", "loadfile", "--durations", "10", "-q"]
    code = int(pytest.main(arguments))
    if (after := changed_files()) != before:
        print(f"The tests changed files of the clone:\n{after}", flush=True)
        return code or 1
    return code


def changed_files() -> str:
    """What git would call changed or new; empty outside of git."""
    command = ["git", "status", "--porcelain"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout if shutil.which("git") else ""


def bring_browser() -> str | None:
    """An installed browser, else Playwright's, else (as root on Debian) the package's."""
    if found := find_browser():
        return found
    print("Looking for a browser to test with.", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if not (found := find_browser()):
        install("chromium")
    return found or find_browser()


def bring_services() -> list[str]:
    """Installs the servers that are not here (as root on Debian), and returns those that are still missing."""
    finders = {"PostgreSQL": find_programs, "Redis": find_program, "bubblewrap": lambda: shutil.which("bwrap")}
    packages = {"PostgreSQL": "postgresql", "Redis": "redis-server", "bubblewrap": "bubblewrap"}
    if missing := [packages[name] for name, find in finders.items() if not find()]:
        install(*missing)
    return [name for name, find in finders.items() if not find()]


def install(*packages: str) -> None:
    """Installs Debian's packages; elsewhere, and for others than root, it does nothing."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-q"], env=environment, check=False)
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    subprocess.run(command, env=environment, check=False)


if __name__ == "__main__":
    sys.exit(main())
