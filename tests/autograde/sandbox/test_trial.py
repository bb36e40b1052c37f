"""The self-test says how it is wherever its files lie."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from autograde.sandbox.backends import backend_named
from autograde.sandbox.trial import Broken, attack


@pytest.mark.parametrize(("name", "held"), [("none", False), ("landlock", True), ("namespaces", True)])
def test_a_long_path_to_temporary_files_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, held: bool
) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)
    for folder in (deep, *list(deep.parents)[:3]):
        folder.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    try:
        [found] = attack(backend_named(name), names=["connect-path"])
    except Broken as broken:
        pytest.skip(f"This machine cannot have it: {broken}")
    assert found.held is held, found.evidence
    assert "too long" not in found.evidence
    assert list(deep.iterdir()) == []
