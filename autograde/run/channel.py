"""One end of a pair of sockets that carries messages, each with its length before it."""

from __future__ import annotations

import socket
import struct
from collections import deque

HEADER = struct.Struct("!QB")
CHUNK = 1 << 20


class Closed(Exception):
    """The other end is gone."""


class Channel:
    """Messages, each a byte that says of what kind it is and its content. The worker's end waits; the other never."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self._received = bytearray()
        self._unsent: deque[memoryview] = deque()

    @classmethod
    def pair(cls) -> tuple[Channel, Channel]:
        """Two ends that are connected: the coordinator's, which never waits, and the worker's."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        return cls(ours), cls(theirs)

    def fileno(self) -> int:
        """The descriptor, for a selector."""
        return self.end.fileno()

    @property
    def is_open(self) -> bool:
        """Whether this end has not been closed here."""
        return self.end.fileno() >= 0

    @property
    def has_unsent(self) -> bool:
        """Whether something waits to be sent."""
        return bool(self._unsent)

    def put(self, kind: int, content: bytes = b"") -> None:
        """Sends a message: at the worker's end all of it; at the coordinator's, what fits now (see `push`)."""
        self._unsent.append(memoryview(HEADER.pack(len(content), kind)))
        if content:
            self._unsent.append(memoryview(content))
        self.push()

    def push(self) -> None:
        """Sends as much of what is unsent as the other end takes now."""
        while self._unsent:
            first = self._unsent[0]
            try:
                sent = self.end.send(first)
            except BlockingIOError:
                return
            except OSError as error:
                raise Closed from error
            if sent == len(first):
                self._unsent.popleft()
            else:
                self._unsent[0] = first[sent:]

    def pull(self) -> list[tuple[int, bytes]]:
        """The messages that arrived; where the end waits, at least one. What came before the end is not lost."""
        messages: list[tuple[int, bytes]] = []
        while True:
            while message := self._next():
                messages.append(message)
            if messages and self.end.getblocking():
                return messages
            try:
                chunk = self.end.recv(CHUNK)
            except BlockingIOError:
                return messages
            except OSError as error:
                if messages:
                    return messages
                raise Closed from error
            if not chunk:
                if messages:
                    return messages
                raise Closed
            self._received += chunk

    def _next(self) -> tuple[int, bytes] | None:
        if len(self._received) < HEADER.size:
            return None
        length, kind = HEADER.unpack_from(self._received)
        end = HEADER.size + length
        if len(self._received) < end:
            return None
        content = bytes(self._received[HEADER.size : end])
        del self._received[:end]
        return kind, content

    def close(self) -> None:
        """Ends this end; the other sees it."""
        self.end.close()
