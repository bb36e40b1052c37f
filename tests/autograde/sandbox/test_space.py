"""The machine's disk: who is promised room there gets it, or is told that there is none."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from autograde.kernel.warm import Warm
from autograde.refusal import Refusal
from autograde.sandbox import space
from autograde.sandbox.backends import BACKENDS, backend_named
from autograde.settings import Limits

LIMITS = Limits(disk=1_000_000)


@pytest.mark.parametrize("name", BACKENDS)
def test_rooms_on_the_machines_disk_are_known(name: str) -> None:
    assert backend_named(name).on_disk is (name in ("landlock", "none"))


def test_too_little_room_for_all_at_a_time_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space, "free", lambda folder: 3_000_000)
    space.check(str(tmp_path), LIMITS, 3)
    with pytest.raises(space.NoSpace, match=r"has 3 MB free, and 4 submissions at a time may need 4 MB there\. Free"):
        space.check(str(tmp_path), LIMITS, 4)


@pytest.mark.parametrize(
    "text",
    [
        str(OSError(errno.ENOSPC, "No space left on device", "made.txt")),
        str(OSError(errno.EDQUOT, "Disk quota exceeded")),
        "database or disk is full",
    ],
)
def test_the_words_of_a_full_disk_are_known(text: str) -> None:
    assert space.says_full(text)
    assert isinstance(space.refusal("It could not be made", text), space.NoSpace)


def test_other_words_are_another_trouble() -> None:
    told = space.refusal("It could not be made", "no such file")
    assert type(told) is Refusal
    assert str(told) == "It could not be made: no such file."


def test_no_room_is_made_where_it_would_have_too_little(monkeypatch: pytest.MonkeyPatch) -> None:
    with Warm(limits=LIMITS) as warm:
        monkeypatch.setattr(space, "free", lambda folder: LIMITS.disk - 1)
        with pytest.raises(space.NoSpace):
            warm.room({})
        monkeypatch.setattr(space, "free", lambda folder: LIMITS.disk)
        with warm.room({}) as room, room.session() as session:
            assert session.run("1 + 1", seconds=9).ok


def test_a_room_that_fails_for_want_of_space_says_so() -> None:
    with Warm(limits=LIMITS) as warm, warm.room({}) as room, room.session() as session:
        session.stop()
        room.failed = "OSError: [Errno 28] No space left on device"
        room.line.close()
        with pytest.raises(space.NoSpace):
            session.run("1 + 1", seconds=9)
