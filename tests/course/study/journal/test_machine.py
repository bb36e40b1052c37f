"""A machine that forgets is known, and one that keeps what is written is not called one."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.study.journal.machine import forgetful, warning


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "COURSE_JOURNAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("BINDER_SERVICE_HOST", "a Binder session"),
        ("BINDER_REPO_URL", "a Binder session"),
        ("COLAB_RELEASE_TAG", "a Colab session"),
        ("KAGGLE_KERNEL_RUN_TYPE", "a Kaggle session"),
    ],
)
def test_a_machine_that_forgets_is_known_by_its_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, kind: str
) -> None:
    assert (forgetful(tmp_path), warning(tmp_path)) == (None, None)
    monkeypatch.setenv(name, "x")
    assert forgetful(tmp_path) == kind
    said = warning(tmp_path)
    assert said is not None
    assert kind in said
    assert "`backup()`" in said


@pytest.mark.parametrize(("system", "kind"), [("overlay", "a hub that keeps no home"), ("ext4", None), ("nfs4", None)])
def test_a_hub_whose_homes_end_with_the_container_is_known_by_their_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, system: str, kind: str | None
) -> None:
    disks = [disk("/", "overlay"), disk(str(tmp_path), system)]
    monkeypatch.setattr("psutil.disk_partitions", lambda all: disks)
    assert forgetful(tmp_path / "home") is None
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    assert forgetful(tmp_path / "home") == kind


def disk(mountpoint: str, fstype: str) -> object:
    return type("Disk", (), {"mountpoint": mountpoint, "fstype": fstype})
