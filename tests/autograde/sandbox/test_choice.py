"""The first backend that holds is used; when none does, it is said what helps."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from autograde.refusal import Refusal
from autograde.sandbox import choice, machine
from autograde.sandbox.backend import Backend
from autograde.sandbox.choice import choose
from autograde.sandbox.namespaces import Namespaces
from autograde.sandbox.trial import Broken, Finding


class Attacks:
    """Stands in for the self-test: backends that break, that let something through, and all others, which hold."""

    def __init__(self) -> None:
        self.broken: set[str] = set()
        self.open: set[str] = set()
        self.tried: list[str] = []

    def __call__(self, backend: Backend, limits: object = None, names: Sequence[str] = ()) -> list[Finding]:
        self.tried.append(backend.name)
        if backend.name in self.broken:
            raise Broken("unshare: Operation not permitted")
        through = Finding("connect", "Connects.", backend.name not in self.open, "a server said b'welcome'")
        return [Finding("see-path", "Looks.", False, "it is there", needed=False), through]


@pytest.fixture
def attacks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Attacks:
    made = Attacks()
    monkeypatch.setattr(choice, "attack", made)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for backend in choice.STRENGTH:
        monkeypatch.setattr(choice.BACKENDS[backend], "missing", lambda self: None)
    return made


def test_the_strongest_that_holds_is_chosen(attacks: Attacks) -> None:
    assert choose("best").name == "namespaces"
    attacks.broken.add("namespaces")
    choice.cache().unlink()
    assert choose("best").name == "bubblewrap"


def test_one_that_lets_something_through_is_not_chosen(attacks: Attacks) -> None:
    attacks.open |= {"namespaces", "bubblewrap"}
    assert choose("best").name == "landlock"


def test_what_was_found_is_believed_until_the_machine_changes(
    attacks: Attacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        choose("best")
    assert attacks.tried == ["namespaces"]
    monkeypatch.setattr(machine, "setting", lambda name: "changed")
    choose("best")
    assert attacks.tried == ["namespaces"] * 2


def test_a_cache_that_others_could_have_written_is_not_believed(attacks: Attacks) -> None:
    choose("best")
    choice.cache().parent.chmod(0o777)
    choose("best")
    assert attacks.tried == ["namespaces"] * 2


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"machine": 1, "found": 2}', "\0"])
def test_a_broken_cache_costs_nothing_but_time(attacks: Attacks, text: str) -> None:
    choice.cache().parent.mkdir(parents=True)
    choice.cache().write_text(text, encoding="utf-8")
    assert choose("best").name == "namespaces"
    assert json.loads(choice.cache().read_text(encoding="utf-8"))["found"]


def test_without_any_that_holds_it_is_said_what_helps(attacks: Attacks, monkeypatch: pytest.MonkeyPatch) -> None:
    attacks.broken |= {"namespaces", "bubblewrap"}
    attacks.open.add("landlock")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(machine.shutil, "which", lambda name: None)
    monkeypatch.setattr(machine, "is_container", lambda: True)
    settings = {
        "kernel/apparmor_restrict_unprivileged_userns": "1",
        "kernel/unprivileged_userns_clone": "0",
        "user/max_user_namespaces": "0",
    }
    monkeypatch.setattr(machine, "setting", lambda name: settings.get(name, ""))
    with pytest.raises(Refusal) as refusal:
        choose("best")
    said = str(refusal.value)
    for words in (
        *("namespaces: It cannot be set up: unshare: Operation not permitted.", "landlock: connect: a server said"),
        *("apt install bubblewrap", "bwrap-userns-restrict", "--security-opt seccomp=unconfined"),
        *("kernel.unprivileged_userns_clone=1", "user.max_user_namespaces=10000", "--sandbox none"),
    ):
        assert words in said


def test_elsewhere_than_on_linux_it_is_said_where_to_go(attacks: Attacks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.sys, "platform", "darwin")
    assert "WSL2" in machine.advice()[0]
    assert "container" in machine.advice()[0]


def test_none_is_only_used_by_name(attacks: Attacks) -> None:
    attacks.broken |= set(choice.STRENGTH)
    with pytest.raises(Refusal):
        choose("best")
    assert choose("none").name == "none"


def test_a_name_is_that_one_or_a_refusal(attacks: Attacks) -> None:
    attacks.broken.add("namespaces")
    assert choose("landlock").name == "landlock"
    with pytest.raises(Refusal, match="The sandbox namespaces does not hold"):
        choose("namespaces")
    with pytest.raises(Refusal, match="There is no sandbox called chroot"):
        choose("chroot")


def test_one_that_cannot_be_tried_is_not_attacked(attacks: Attacks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Namespaces, "missing", lambda self: "It needs Linux 5.14 or newer.")
    assert choose("best").name == "bubblewrap"
    assert attacks.tried == ["bubblewrap"]
