"""A learner's file is never overwritten; a newer version is told of and can be taken."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from course.workspace import START, Synced, Workspace

NOTEBOOK = "02_routing/1_matching.ipynb"


def notebook(source: str, **cell: object) -> str:
    one = {"cell_type": "code", "source": source, "outputs": [], "execution_count": None, "metadata": {}, **cell}
    return json.dumps({"cells": [one], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    release = tmp_path / "release"
    for name in (START, NOTEBOOK, "02_routing/images/way.svg"):
        path = release / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(notebook("one") if name.endswith(".ipynb") else "<svg/>")
    return Workspace(tmp_path / "work", release)


def test_everything_is_copied_once(workspace: Workspace) -> None:
    assert set(workspace.sync().new) == {START, NOTEBOOK, "02_routing/images/way.svg"}
    assert workspace.sync() == Synced()


def test_a_changed_file_stays_when_nothing_is_newer(workspace: Workspace) -> None:
    workspace.sync()
    (workspace.path / NOTEBOOK).write_text(notebook("mine"))
    assert workspace.sync() == Synced()
    assert "mine" in (workspace.path / NOTEBOOK).read_text()


def test_an_untouched_copy_is_renewed(workspace: Workspace) -> None:
    workspace.sync()
    (workspace.release / NOTEBOOK).write_text(notebook("two"))
    assert workspace.sync().renewed == (NOTEBOOK,)
    assert "two" in (workspace.path / NOTEBOOK).read_text()


def test_a_copy_that_was_only_opened_and_saved_counts_as_untouched(workspace: Workspace) -> None:
    workspace.sync()
    saved = json.loads(notebook("one")) | {"metadata": {"language_info": {"name": "python", "version": "3.13"}}}
    (workspace.path / NOTEBOOK).write_text(json.dumps(saved, indent=4))
    (workspace.release / NOTEBOOK).write_text(notebook("two"))
    assert workspace.sync().renewed == (NOTEBOOK,)


@pytest.mark.parametrize(
    "mine",
    [
        notebook("mine"),
        notebook("one", outputs=[{"output_type": "stream", "name": "stdout", "text": "hi"}]),
        "{ broken",
    ],
    ids=["edited", "run", "broken"],
)
def test_a_newer_version_is_told_of_and_changes_nothing(workspace: Workspace, mine: str) -> None:
    workspace.sync()
    (workspace.path / NOTEBOOK).write_text(mine)
    (workspace.release / NOTEBOOK).write_text(notebook("two"))
    for _ in range(2):
        assert workspace.sync() == Synced(newer=(NOTEBOOK,))
        assert workspace.newer() == [NOTEBOOK]
        assert (workspace.path / NOTEBOOK).read_text() == mine


def test_taking_the_newer_version_keeps_mine_beside_it(workspace: Workspace) -> None:
    workspace.sync()
    for number, text in enumerate(("first", "second"), 1):
        (workspace.path / NOTEBOOK).write_text(notebook(text))
        (workspace.release / NOTEBOOK).write_text(notebook(f"new {number}"))
        kept = workspace.take(NOTEBOOK, today=date(2026, 11, 20))
        assert text in kept.read_text()
        assert f"new {number}" in (workspace.path / NOTEBOOK).read_text()
    names = sorted(path.name for path in (workspace.path / "02_routing").glob("*.ipynb"))
    assert names == [
        "1_matching (mine, 2026-11-20).ipynb",
        "1_matching (mine, 2026-11-20, 2).ipynb",
        "1_matching.ipynb",
    ]
    assert workspace.sync() == Synced()


@pytest.mark.parametrize("mine", [notebook("one"), notebook("mine")])
def test_what_has_no_newer_version_cannot_be_taken(workspace: Workspace, mine: str) -> None:
    workspace.sync()
    (workspace.path / NOTEBOOK).write_text(mine)
    with pytest.raises(LookupError, match="no newer version"):
        workspace.take(NOTEBOOK)
    assert [path.name for path in (workspace.path / "02_routing").glob("*.ipynb")] == ["1_matching.ipynb"]
    assert (workspace.path / NOTEBOOK).read_text() == mine


def test_a_file_that_the_learner_removed_comes_back(workspace: Workspace) -> None:
    workspace.sync()
    (workspace.path / NOTEBOOK).unlink()
    assert workspace.sync().new == (NOTEBOOK,)


def test_files_of_the_learners_own_stay(workspace: Workspace) -> None:
    workspace.sync()
    own = workspace.path / "02_routing" / "notes.md"
    own.write_text("mine")
    workspace.sync()
    assert own.read_text() == "mine"


def test_a_lost_ledger_loses_no_file(workspace: Workspace) -> None:
    workspace.sync()
    (workspace.path / NOTEBOOK).write_text(notebook("mine"))
    (workspace.path / ".course/given.json").write_text("{ half")
    assert workspace.sync().newer == (NOTEBOOK,)
    assert "mine" in (workspace.path / NOTEBOOK).read_text()


def test_a_class_copies_only_the_start_page(workspace: Workspace) -> None:
    one = Workspace(workspace.path, workspace.release, frozenset({START}))
    assert one.sync().new == (START,)


def test_only_what_was_released_can_be_taken(workspace: Workspace) -> None:
    with pytest.raises(LookupError, match="no released file"):
        workspace.take("../secret")
