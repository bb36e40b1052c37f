"""Every notebook of the gallery runs twice in one kernel, gives the same results, and leaves nothing behind."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from course.authoring.build import collect
from course.authoring.run import run_text
from tests.gallery.harness import NAMES, run, strict


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_twice_and_leaves_nothing(name: str) -> None:
    assert [str(problem) for problem in run(name).problems] == []


TEXT = """\
# ---
# title: A notebook
# minutes: 1
# ---

# %% [markdown]
# # A notebook

# %%
{code}
"""


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import warnings; warnings.warn('old', DeprecationWarning)", "DeprecationWarning: old"),
        ("import tempfile; print(len(tempfile.mkdtemp()) > 0)", "leaves a file behind"),
        ("open('left.txt', 'w').close()", "leaves a file behind"),
    ],
)
def test_what_the_gallery_forbids_is_noticed(tmp_path: Path, code: str, message: str) -> None:
    path = tmp_path / "1_notebook.py"
    path.write_text(TEXT.format(code=code), encoding="utf-8")
    (text,) = collect([path], [])
    result = asyncio.run(run_text(text, first=strict()))
    assert {message in str(problem) for problem in result.problems} == {True}
