"""Rooms that protect nothing, for trying and for those who say so: a folder of their own and a new process."""

from __future__ import annotations

from autograde.sandbox.folder_rooms import FolderRooms
from autograde.sandbox.policy import Policy


class Nothing(FolderRooms):
    """A backend in which student code can do whatever the user can who grades."""

    name = "none"

    def missing(self) -> str | None:
        """It can always be used."""
        return None

    def seal(self, policy: Policy) -> None:
        """Leaves everything as it is."""
