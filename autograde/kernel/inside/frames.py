"""Frames: a small JSON head and a body of bytes, both with their length before them."""

from __future__ import annotations

import json
import signal
import socket
import struct
from collections.abc import Sequence
from typing import Any

LENGTHS = struct.Struct("<II")
MOST_HEAD = 64_000_000
"""Bytes of a head that comes from the worker: a cell's source, or the paths of a submission."""
MOST_BODY = 1 << 31
MOST_DESCRIPTORS = 64


class Gone(Exception):
    """The other end has closed."""


def pack(head: dict[str, Any], body: bytes = b"") -> bytes:
    """A frame as it is sent."""
    text = json.dumps(head).encode()
    return LENGTHS.pack(len(text), len(body)) + text + body


def send(connection: socket.socket, head: dict[str, Any], body: bytes = b"", descriptors: Sequence[int] = ()) -> None:
    """Sends a frame whole, whatever signal arrives meanwhile; descriptors travel with it."""
    frame = pack(head, body)
    # An interrupt in the middle would leave half a frame. Python runs the handlers of what came before when the mask is
    # set, and a blocked signal cannot cut a blocking send short.
    held = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        if descriptors:
            sent = socket.send_fds(connection, [frame], list(descriptors))
            frame = frame[sent:]
        connection.sendall(frame)
    except (BrokenPipeError, ConnectionResetError) as error:
        raise Gone from error
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _exactly(connection: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        try:
            part = connection.recv(min(count - len(parts), 1 << 20))
        except ConnectionResetError as error:
            raise Gone from error
        if not part:
            raise Gone
        parts += part
    return bytes(parts)


def receive(connection: socket.socket) -> tuple[dict[str, Any], bytes, list[int]]:
    """The next frame from somebody who is trusted: its head, its body, and the descriptors that came with it."""
    try:
        start, descriptors, _, _ = socket.recv_fds(connection, LENGTHS.size, MOST_DESCRIPTORS)
    except ConnectionResetError as error:
        raise Gone from error
    if not start:
        raise Gone
    start += _exactly(connection, LENGTHS.size - len(start))
    head, body = LENGTHS.unpack(start)
    if head > MOST_HEAD or body > MOST_BODY:
        raise Gone
    text = _exactly(connection, head)
    return json.loads(text), _exactly(connection, body), descriptors
