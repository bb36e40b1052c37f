"""What tells one environment of notebooks from another."""

from __future__ import annotations

import site
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from autograde.installed import environment


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where something is installed."""
    (tmp_path / "pandas-2.0.dist-info").mkdir()
    monkeypatch.setattr(site, "getsitepackages", lambda: [str(tmp_path), str(tmp_path / "missing")])
    monkeypatch.setattr(site, "ENABLE_USER_SITE", False)
    return tmp_path


def replaced(folder: Path) -> None:
    (folder / "pandas-2.0.dist-info").rename(folder / "pandas-2.1.dist-info")


def removed(folder: Path) -> None:
    (folder / "pandas-2.0.dist-info").rmdir()


def added(folder: Path) -> None:
    (folder / "old-1.egg-info").write_text("")


@pytest.mark.parametrize("change", [replaced, removed, added])
def test_another_set_of_distributions_is_another_environment(folder: Path, change: Callable[[Path], None]) -> None:
    before = environment()
    change(folder)
    assert environment() != before


def test_another_python_is_another_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = environment()
    monkeypatch.setattr(sys, "version", "3.99.0")
    assert environment() != before


def test_what_notebooks_do_not_find_makes_no_difference(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = environment()
    own = folder / "own"
    (own / "mine-1.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(own))
    (folder / "pandas").mkdir()
    assert environment() == before


def test_it_takes_no_time() -> None:
    took = []
    for _ in range(3):
        began = time.perf_counter()
        environment()
        took.append(time.perf_counter() - began)
    assert min(took) < 0.05
