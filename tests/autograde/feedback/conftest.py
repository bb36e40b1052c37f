"""A course in which two students were graded, made once and copied."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.autograde.feedback.graded import Course, make_course


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course that is copied."""
    return make_course(tmp_path_factory.mktemp("graded") / "course", "ada", "ben").root


@pytest.fixture
def course(original: Path, tmp_path: Path) -> Course:
    """A copy of it, for a test to change."""
    shutil.copytree(original, tmp_path / "course")
    return Course(tmp_path / "course", new=False)
