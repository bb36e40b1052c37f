"""Rooms that are a folder of the machine's and a process of the machine's; what they may do is sealed elsewhere."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from autograde.sandbox import identity, kernel_calls, strays
from autograde.sandbox.places import reachable_by_others
from autograde.sandbox.policy import Policy
from autograde.sandbox.usage import Usage, descendants, usage_of

_FOLDERS = ("work", "home", "tmp")


class FolderRooms:
    """What the backends without a filesystem for each room have in common."""

    may_change_user = False
    """Whether root's rooms get a user id of their own."""
    on_disk = True

    def __init__(self) -> None:
        self.place = ""
        self.room = ""
        self.process = 0
        """The room's own process."""
        self.alone = False
        """Whether no other process of the machine has this room's user id."""
        self.kept: tuple[int, ...] = ()
        """Capabilities that student code needs to get at Python."""

    def command(self, argv: list[str], policy: Policy) -> list[str]:
        """The command as it is."""
        return argv

    def prepare(self, policy: Policy) -> None:
        """Remembers where rooms are made, and adopts the processes that they leave."""
        self.place = self.place_of_rooms(policy)
        self.alone = self.may_change_user and identity.can_change_user()
        kernel_calls.adopt_orphans()

    def fork(self) -> int:
        """As `os.fork`."""
        return os.fork()

    def enter(self, policy: Policy) -> str:
        """Goes on in a folder of its own, with a user id of its own where that can be."""
        self.alone = self.may_change_user and identity.can_change_user()
        self.process = os.getpid()
        start = strays.room_of(os.getppid(), self.process)
        self.room = tempfile.mkdtemp(prefix=start, dir=self.place_of_rooms(policy))
        folders = [f"{self.room}/{name}" for name in _FOLDERS]
        for folder in folders:
            Path(folder).mkdir(mode=0o700)
        if self.alone:
            self._become_nobody(policy, folders)
        # A group of its own: a signal to the whole group of a session reaches nobody else.
        with suppress(PermissionError):
            os.setsid()
        kernel_calls.set_dumpable(False)
        kernel_calls.adopt_orphans()
        kernel_calls.die_with_parent(signal.SIGKILL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        work, home, temporary = folders
        os.environ.update(HOME=home, TMPDIR=temporary, USER=identity.NAME, LOGNAME=identity.NAME)
        tempfile.tempdir = None
        os.chdir(work)
        return work

    def usage(self, policy: Policy) -> Usage:
        """The sum over all that descends from the room's process, and the files of its folder."""
        return usage_of(descendants(os.getpid()), self.room, policy)

    def sweep(self, keep: Collection[int] = ()) -> None:
        """Ends strays; in the warm process, also removes the folders of rooms that are no more."""
        strays.end_strays(keep)
        if not self.room:
            strays.remove_rooms(self.place, keep)

    def place_of_rooms(self, policy: Policy) -> str:
        """The folder in which rooms are made."""
        return policy.place or tempfile.gettempdir()

    def _become_nobody(self, policy: Policy, folders: list[str]) -> None:
        user = identity.free_user()
        assert user is not None
        for path in (self.room, *folders):
            os.chown(path, user, user)
        # Python may lie below a folder of root's. What else this capability opens, the rules for paths close.
        if not reachable_by_others((*policy.readable, self.room)):
            self.kept = (kernel_calls.CAP_DAC_READ_SEARCH,)
        identity.become(user, self.kept)
