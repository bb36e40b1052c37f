"""The oracle stays apart: its own lock, its own environment, and nothing of it in the course."""

from __future__ import annotations

import re
import subprocess
from importlib.metadata import distributions
from pathlib import Path

import pytest

import bootstrap
from tests.anki import environment
from tests.conftest import ROOT

LOCK = environment.LOCK.read_text(encoding="utf-8")


def test_its_lock_has_hashes_and_names_no_package_index() -> None:
    entries = re.split(r"\n(?=[a-z0-9])", LOCK)[1:]
    assert {entry.partition("==")[0] for entry in entries} >= {"anki", "pygiftparser", "setuptools"}
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in LOCK
    assert "index-url" not in LOCK


def test_its_lock_holds_what_it_asks_for() -> None:
    asked = (environment.HERE / "requirements.in").read_text(encoding="utf-8")
    wanted = {re.split(r"[>=<]", line)[0] for line in asked.splitlines() if line and not line.startswith("#")}
    entries = re.split(r"\n(?=[a-z0-9])", LOCK)
    pinned = {entry.partition("==")[0] for entry in entries if "via -r tests/anki/requirements.in" in entry}
    assert wanted <= pinned


def test_the_course_neither_asks_for_anki_nor_installs_it() -> None:
    course = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"^(anki|aqt|pygiftparser)\b", course, re.M)
    assert not re.search(r"\banki\b", (ROOT / "pyproject.toml").read_text(encoding="utf-8").replace("genanki", ""))
    for path in (ROOT / "course").rglob("*.py"):
        assert not re.search(r"^\s*(from|import) (anki|aqt)\b", path.read_text(encoding="utf-8"), re.M), path


def test_nothing_in_the_course_s_environment_is_under_the_agpl() -> None:
    def licences(meta) -> str:  # type: ignore[no-untyped-def]
        classifiers = [one for one in meta.get_all("Classifier") or [] if one.startswith("License")]
        return " ".join([meta.get("License-Expression") or "", (meta.get("License") or "")[:200], *classifiers])

    found = {each.metadata["Name"]: licences(each.metadata) for each in distributions()}
    assert len(found) > 100
    assert [name for name, text in found.items() if re.search(r"AGPL|Affero", text, re.I)] == []


def test_git_leaves_its_environment_alone() -> None:
    result = subprocess.run(["git", "check-ignore", "-q", ".anki-venv/x"], cwd=ROOT, check=False)
    assert result.returncode == 0


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An environment that is to be made in another folder, by programs that only note what they were asked."""
    asked: list[str] = []
    monkeypatch.setattr(environment, "VENV", tmp_path / "venv")
    monkeypatch.setattr(environment, "PYTHON", tmp_path / "venv/bin/python")
    monkeypatch.setattr(environment, "STAMP", tmp_path / "venv/in-step-with")
    (tmp_path / "venv").mkdir()
    monkeypatch.setattr(bootstrap, "find_uv", lambda base: "uv")
    monkeypatch.setattr(bootstrap, "run", lambda *words, quiet=False: asked.append(" ".join(map(str, words))))
    return asked


def test_it_is_made_once_from_its_lock_alone(elsewhere: list[str]) -> None:
    assert environment.bring_oracle()
    assert environment.there()
    venv, install, look = elsewhere
    assert venv.startswith("uv venv")
    assert "--require-hashes" in install
    assert install.endswith(f"--build-constraints {environment.LOCK} --requirement {environment.LOCK}")
    assert "import anki" in look
    assert environment.bring_oracle()
    assert len(elsewhere) == 3


def test_it_is_made_anew_when_the_lock_has_changed(
    elsewhere: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.bring_oracle()
    changed = tmp_path / "requirements.lock"
    changed.write_text(LOCK + "# changed\n")
    monkeypatch.setattr(environment, "LOCK", changed)
    assert not environment.there()
    assert environment.bring_oracle()
    assert len(elsewhere) == 6


def test_a_failure_is_told_and_is_not_taken_for_a_success(
    elsewhere: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*words: object, quiet: bool = False) -> None:
        raise SystemExit("no route to the package index")

    monkeypatch.setattr(bootstrap, "run", fail)
    assert not environment.bring_oracle()
    assert not environment.there()
    assert "no route to the package index" in capsys.readouterr().out


def test_in_ci_a_missing_oracle_is_a_failure_and_elsewhere_it_is_said(
    elsewhere: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="in CI its tests must run"):
        environment.need_oracle()
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="brings it"):
        environment.need_oracle()
