"""Runs all tests: `python -m tests`, with pytest's own arguments behind it. What they need is brought first."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course.browser import find_browser

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Finds or brings a browser, then runs pytest on as many cores as there are."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.chdir(ROOT)
    if browser := bring_browser():
        os.environ["COURSE_BROWSER"] = browser
    elif os.environ.get("CI"):
        sys.exit("No browser was found and none could be installed; in CI the browser tests must run.")
    else:
        print("No browser was found and none could be installed: the browser tests are left out.", flush=True)
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
    if (found := find_browser()) or not shutil.which("apt-get") or os.geteuid() != 0:
        return found
    subprocess.run(["apt-get", "update", "-q"], check=False)
    subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"], check=False)
    return find_browser()


if __name__ == "__main__":
    sys.exit(main())
