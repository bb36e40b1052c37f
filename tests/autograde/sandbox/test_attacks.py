"""Every attack succeeds where there is no sandbox, and fails in each that there is."""

from __future__ import annotations

import os

import pytest

from autograde.sandbox.attacks import ATTACKS, QUICK, TOLERATED
from tests.autograde.sandbox.attacking import findings

IS_ROOT = os.geteuid() == 0
ONLY_FOR_ROOT = {"send-packets"}
"""What no ordinary user can do on any machine."""
VARIES = {"become-root", "open-device", "mount", "trace", "reach-kernel"}
"""What some machines keep from an ordinary user without any sandbox."""

SEALED = [
    *([("namespaces", True), ("landlock", True)] if IS_ROOT else []),
    *[("namespaces", False), ("bubblewrap", False), ("landlock", False)],
]


@pytest.mark.skipif(not IS_ROOT, reason="only root can show what root could do")
@pytest.mark.parametrize("name", ATTACKS)
def test_without_a_sandbox_root_lets_every_attack_through(name: str) -> None:
    found = findings("unwatched", True)[name]
    assert not found["held"], found["evidence"]


@pytest.mark.parametrize("name", [name for name in ATTACKS if name not in ONLY_FOR_ROOT | VARIES])
def test_without_a_sandbox_an_ordinary_user_lets_attacks_through(name: str) -> None:
    found = findings("unwatched", False)[name]
    assert not found["held"], found["evidence"]


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize(
    ("backend", "as_root"), SEALED, ids=lambda value: {True: "root", False: "ordinary"}.get(value, value)
)
def test_a_sandbox_holds(backend: str, as_root: bool, name: str) -> None:
    found = findings(backend, as_root)[name]
    if backend == "landlock" and name in TOLERATED:
        assert not found["held"], "then it need not be tolerated any longer"
    else:
        assert found["held"], found["evidence"]


def test_the_quick_self_test_is_a_part_of_the_whole_one() -> None:
    assert set(QUICK) < set(ATTACKS)
    assert not set(QUICK) & TOLERATED
