"""Setting up `.venv`: the right steps in the right order, once, and one message when a step fails."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import ROOT

FAKE = f"""\
#!{sys.executable}
# Stands for uv and for every Python of a set-up: writes down what it was asked, and installs nothing.
import json, os, sys
from pathlib import Path
words = sys.argv[1:]
kept = ("UV_DEFAULT_INDEX", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")
note = {{"words": words, "environment": {{name: os.environ[name] for name in kept if name in os.environ}}}}
with Path(os.environ["NOTES"]).open("a") as file:
    file.write(json.dumps([Path(sys.argv[0]).name, note]) + "\\n")
if os.environ.get("FAIL_AT", "never") in " ".join(words):
    sys.exit("no route to the package index")
made = {{"uv venv": ("python",), "python -m venv": ("python", "pip")}}
for command, programs in made.items():
    if " ".join([Path(sys.argv[0]).name, *words]).startswith(command):
        for program in programs:
            path = Path(words[-1], "bin", program)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(Path(__file__).read_text())
            path.chmod(0o755)
if words[:3] == ["-m", "pip", "install"]:
    Path(sys.argv[0]).with_name("uv").write_text("")
if words == ["-m", "pip", "config", "get", "global.index-url"]:
    print(os.environ.get("PIP_SAYS", ""))
if words == ["-m", "course.cli", "role"]:
    print(os.environ.get("ROLE_SO_FAR", ""))
"""


class Clone:
    """A clone in small, with a fake uv."""

    def __init__(self, root: Path) -> None:
        self.root = root / "clone"
        self.notes = root / "notes"
        self.programs = root / "programs"
        self.root.mkdir()
        shutil.copy(ROOT / "bootstrap.py", self.root)
        (self.root / "requirements.lock").write_text("flask==3.1.0\n")
        (self.root / "pyproject.toml").write_text("[project]\nname = 'small'\n")
        (self.root / "autograde").mkdir()
        (self.root / "autograde/pyproject.toml").write_text("[project]\nname = 'engine'\n")
        self.fake("uv")

    def fake(self, name: str, content: str = FAKE) -> Path:
        path = self.programs / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
        path.chmod(0o755)
        return path

    def set_up(self, **environment: str) -> subprocess.CompletedProcess[str]:
        left_out = ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_CONFIG_FILE")
        inherited = {name: value for name, value in os.environ.items() if name not in left_out}
        path = os.pathsep.join([str(self.programs), os.environ["PATH"]])
        own = {"PATH": path, "NOTES": str(self.notes), "PIP_CONFIG_FILE": os.devnull}
        return subprocess.run(
            [sys.executable, "bootstrap.py"],
            cwd=self.root,
            env=inherited | own | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def asked(self) -> list[tuple[str, dict[str, Any]]]:
        """What uv and the new Python were asked to do."""
        return [json.loads(line) for line in self.notes.read_text().splitlines()] if self.notes.exists() else []

    def commands(self) -> list[str]:
        return [" ".join([program, *note["words"]]) for program, note in self.asked()]

    def module(self) -> ModuleType:
        spec = spec_from_file_location("bootstrap_of_a_small_clone", self.root / "bootstrap.py")
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


@pytest.fixture
def small(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_an_environment_is_made_from_the_lock_then_the_course_is_installed_and_the_role_set(small: Clone) -> None:
    result = small.set_up()
    assert result.returncode == 0, result.stderr
    venv = small.root / ".venv"
    install = f"uv pip install --quiet --python {venv / 'bin/python'}"
    assert small.commands() == [
        f"uv venv --quiet --clear --python {sys.executable} {venv}",
        f"{install} --require-hashes --compile-bytecode --requirement {small.root / 'requirements.lock'}",
        f"{install} --no-deps --no-build-isolation --editable {small.root} --editable {small.root}/autograde",
        "python -m course.cli role alone",
    ]


def test_a_second_time_nothing_is_done_and_nothing_said(small: Clone) -> None:
    assert "minute" in small.set_up().stdout
    before = small.commands()
    result = small.set_up()
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert small.commands() == before


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml", "autograde/pyproject.toml", "bootstrap.py"])
def test_it_is_set_up_anew_when_what_it_was_made_from_has_changed(small: Clone, name: str) -> None:
    small.set_up()
    before = len(small.commands())
    with (small.root / name).open("a") as file:
        file.write("# changed\n")
    assert small.set_up().returncode == 0
    assert len(small.commands()) > before


def test_setting_up_anew_keeps_the_role(small: Clone) -> None:
    small.set_up()
    (small.root / "requirements.lock").write_text("flask==3.1.1\n")
    small.set_up(ROLE_SO_FAR="student")
    assert small.commands()[-1] == "python -m course.cli role student"


@pytest.mark.parametrize("step", ["venv", "--requirement", "--editable", "course.cli role alone"])
def test_a_step_that_fails_ends_the_set_up_with_one_message(small: Clone, step: str) -> None:
    result = small.set_up(FAIL_AT=step)
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    assert result.stderr.count("no route to the package index") == 1
    assert result.stderr.count("Setting up failed at: ") == 1
    assert "try again" in result.stderr
    assert step in small.commands()[-1]


def test_a_set_up_that_failed_is_tried_again(small: Clone) -> None:
    small.set_up(FAIL_AT="--editable")
    assert small.set_up().returncode == 0
    assert small.commands()[-1] == "python -m course.cli role alone"


def test_a_set_up_that_failed_after_a_change_does_not_count_as_done(small: Clone) -> None:
    small.set_up()
    (small.root / "requirements.lock").write_text("flask==3.1.1\n")
    small.set_up(FAIL_AT="--editable")
    (small.root / "requirements.lock").write_text("flask==3.1.0\n")
    before = len(small.commands())
    small.set_up()
    assert len(small.commands()) > before


def test_the_steps_compile_byte_code_and_forget_another_environment(small: Clone) -> None:
    small.set_up(PYTHONDONTWRITEBYTECODE="1", VIRTUAL_ENV="/somewhere/else")
    assert [note["environment"] for _, note in small.asked()] == [{}] * 4


def test_uv_uses_the_package_index_that_pip_was_set_up_with(small: Clone) -> None:
    small.set_up(PIP_INDEX_URL="https://mirror.example/simple")
    indexes = {note["environment"].get("UV_DEFAULT_INDEX") for _, note in small.asked()}
    assert indexes == {"https://mirror.example/simple"}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, {}),
        ({"PIP_INDEX_URL": "https://a.example"}, {"UV_DEFAULT_INDEX": "https://a.example"}),
        ({"PIP_SAYS": "https://b.example"}, {"UV_DEFAULT_INDEX": "https://b.example"}),
        ({"PIP_SAYS": "https://b.example", "PIP_INDEX_URL": "https://a.example"}, {"UV_DEFAULT_INDEX": "https://a.example"}),
        ({"PIP_SAYS": "https://b.example", "UV_DEFAULT_INDEX": "https://c.example"}, {}),
        ({"PIP_SAYS": "https://b.example", "UV_INDEX_URL": "https://c.example"}, {}),
        ({"PIP_SAYS": "https://b.example", "UV_CONFIG_FILE": "uv.toml"}, {}),
    ],
)  # fmt: skip
def test_settings_for_uv_win_over_those_for_pip_and_the_environment_over_the_file(
    small: Clone, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: dict[str, str]
) -> None:
    for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**environment, "NOTES": str(small.notes)}.items():
        monkeypatch.setenv(name, value)
    python = small.fake("python")
    monkeypatch.setattr(sys, "executable", str(python))
    assert small.module().index_settings() == expected


def test_an_installed_uv_is_used(small: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(small.programs))
    assert small.module().find_uv(sys.executable) == str(small.programs / "uv")


def test_a_missing_uv_is_brought_into_the_clone(
    small: Clone, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    python = small.fake("python")
    (small.programs / "uv").unlink()
    monkeypatch.setenv("PATH", str(small.programs))
    monkeypatch.setenv("NOTES", str(small.notes))
    monkeypatch.setenv("UV_CONFIG_FILE", "uv.toml")  # so that no index is asked for
    module = small.module()
    found = module.find_uv(str(python))
    assert found == module.find_uv(str(python)) == str(small.root / ".tools/bin/uv")
    assert small.commands() == [
        f"python -m venv {small.root / '.tools'}",
        f"python -m pip install --quiet --disable-pip-version-check {module.UV}",
    ]
    assert capsys.readouterr().out.count("\n") == 1


def test_the_python_that_runs_it_is_taken(small: Clone) -> None:
    assert small.module().find_python() == sys.executable


@pytest.fixture
def elsewhere(small: Clone, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module as a Python sees it that is too old for it, with nothing but the small clone's programs on PATH."""
    module = small.module()
    monkeypatch.setattr(module, "OLDEST", (3, 97))
    monkeypatch.setattr(module, "NEWEST", (3, 99))
    monkeypatch.setenv("PATH", str(small.programs))
    return module


def test_else_the_newest_python_on_the_path_that_will_do(small: Clone, elsewhere: ModuleType) -> None:
    for minor in (96, 97, 98, 100):
        small.fake(f"python3.{minor}", "#!/bin/sh\nexit 0\n")
    assert elsewhere.find_python() == str(small.programs / "python3.98")


def test_a_python_that_does_not_start_is_passed_over(small: Clone, elsewhere: ModuleType) -> None:
    small.fake("python3.99", "#!/bin/sh\nexit 127\n")
    small.fake("python3.98", "#!/bin/sh\nexit 0\n")
    assert elsewhere.find_python() == str(small.programs / "python3.98")


def test_without_a_python_that_will_do_the_message_says_which_are_needed(elsewhere: ModuleType) -> None:
    with pytest.raises(SystemExit, match=r"needs Python 3\.11, 3\.12 or 3\.13.*Install one of them and try again"):
        elsewhere.find_python()


def test_the_fingerprint_changes_with_the_python_and_with_the_folder_and_else_stays(
    small: Clone, tmp_path: Path
) -> None:
    first, second = (str(small.fake(f"python{n}", f"#!/bin/sh\necho Python 3.{n}\n")) for n in (12, 13))
    module = small.module()
    moved = Clone(tmp_path / "moved") if (tmp_path / "moved").mkdir() is None else small
    prints = {module.fingerprint(first), module.fingerprint(second), moved.module().fingerprint(first)}
    assert module.fingerprint(first) == small.module().fingerprint(first)
    assert len(prints) == 3
