from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from course.authoring.lock import environment
from course.house import House
from tests.conftest import ROOT

FAKE_UV = f"""\
#!{sys.executable}
# Stands for uv: notes its arguments and the folder it runs in, and pins one package.
import json, os, sys
from pathlib import Path
words = sys.argv[1:]
with Path(os.environ["NOTES"]).open("a") as file:
    file.write(json.dumps([os.getcwd(), words]) + "\\n")
if os.environ.get("FAIL_AT", "never") in words:
    sys.exit("no route to the package index")
if words[:2] == ["pip", "compile"]:
    Path(words[-1]).write_text(os.environ["PINS"])
"""


class Desk:
    """A small house, and a fake uv."""

    def __init__(self, house: House, folder: Path) -> None:
        self.root = house.root
        self.lock = house.root / "requirements.lock"
        self.environment = house.root / "environment.yml"
        self.notes = folder / "notes"
        self.programs = folder / "programs"
        self.programs.mkdir()
        uv = self.programs / "uv"
        uv.write_text(FAKE_UV)
        uv.chmod(0o755)

    def run(
        self, *words: str, pins: str = "flask==3.1.0\n", fail_at: str = "never"
    ) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(self.programs), os.environ["PATH"]])
        own = {"PATH": path, "PYTHONPATH": str(ROOT), "NOTES": str(self.notes), "PINS": pins, "FAIL_AT": fail_at}
        command = [sys.executable, "-m", "course.authoring.lock", *words]
        return subprocess.run(
            command, cwd=self.root, env={**os.environ, **own}, capture_output=True, text=True, check=False
        )

    def asked(self) -> list[tuple[str, list[str]]]:
        return [tuple(json.loads(line)) for line in self.notes.read_text().splitlines()]


@pytest.fixture
def desk(house: House, tmp_path: Path) -> Desk:
    return Desk(house, tmp_path)


def test_an_environment_tells_its_lock_by_the_hash_and_takes_the_packages_from_it() -> None:
    text = environment(b"flask==3.1.0\n").decode()
    assert hashlib.sha256(b"flask==3.1.0\n").hexdigest() in text
    assert text.startswith("# Generated from requirements.lock by `make lock`")
    assert yaml.safe_load(text)["dependencies"] == ["python=3.13", "pip", {"pip": ["-r requirements.lock"]}]


def test_it_writes_the_lock_and_then_the_environment(desk: Desk) -> None:
    assert desk.run().returncode == 0
    assert desk.lock.read_text() == "flask==3.1.0\n"
    assert desk.environment.read_bytes() == environment(b"flask==3.1.0\n")


def test_uv_pins_for_every_python_with_hashes_and_names_no_index(desk: Desk) -> None:
    desk.run()
    [(folder, words)] = desk.asked()
    assert Path(folder) == desk.root
    assert {"--universal", "--generate-hashes", "--no-emit-index-url", "--all-extras", "pyproject.toml"} <= set(words)
    assert words[words.index("--python-version") + 1] == "3.11"


def test_other_arguments_are_passed_on(desk: Desk) -> None:
    desk.run("--upgrade-package", "flask")
    [(_, words)] = desk.asked()
    assert " --upgrade-package flask " in " ".join(words)


def test_when_uv_fails_its_message_is_shown_and_the_environment_stays(desk: Desk) -> None:
    desk.run()
    result = desk.run(pins="flask==3.1.1\n", fail_at="compile")
    assert result.returncode != 0
    assert "no route to the package index" in result.stderr
    assert "Traceback" not in result.stderr
    assert desk.environment.read_bytes() == environment(b"flask==3.1.0\n")


def test_check_asks_whether_binders_python_can_install_the_lock(desk: Desk) -> None:
    desk.run()
    result = desk.run("--check")
    assert result.returncode == 0, result.stderr
    _, words = desk.asked()[-1]
    assert words[:3] == ["pip", "install", "--dry-run"]
    assert {"--require-hashes", "--no-build"} <= set(words)
    assert words[words.index("--python-version") + 1] == "3.13"


def test_check_says_when_the_lock_is_not_in_step_and_changes_nothing(desk: Desk) -> None:
    desk.run()
    result = desk.run("--check", pins="flask==3.1.1\n")
    assert result.returncode != 0
    assert "requirements.lock is not in step with pyproject.toml. Run `make lock`." in result.stderr
    assert desk.lock.read_text() == "flask==3.1.0\n"


def test_check_says_when_there_is_no_lock(desk: Desk) -> None:
    result = desk.run("--check")
    assert result.returncode != 0
    assert "requirements.lock is not in step with pyproject.toml. Run `make lock`." in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("old", [b"name: another\n", None], ids=["edited", "missing"])
def test_check_says_when_the_environment_is_not_in_step(desk: Desk, old: bytes | None) -> None:
    desk.run()
    desk.environment.unlink()
    if old is not None:
        desk.environment.write_bytes(old)
    result = desk.run("--check")
    assert result.returncode != 0
    assert "environment.yml is not in step with requirements.lock. Run `make lock`." in result.stderr
    assert "Traceback" not in result.stderr


def test_check_fails_when_binder_could_not_install(desk: Desk) -> None:
    desk.run()
    result = desk.run("--check", fail_at="install")
    assert result.returncode != 0
    assert "no route to the package index" in result.stderr
