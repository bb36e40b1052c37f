"""A line to a process that nobody trusts: every wait has an end, and every frame a limit."""

from __future__ import annotations

import array
import json
import math
import select
import socket
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from autograde.kernel.inside import frames

DEEPEST = 100
"""How deep JSON may be nested; what shows it later has a limit of its own."""


class Closed(Exception):
    """The other end is closed."""


class Late(Exception):
    """It did not take what was sent in time."""


class Wrong(Exception):
    """What came is no frame."""


class Frame(NamedTuple):
    """What came: a JSON object and bytes."""

    head: dict[str, Any]
    body: bytes
    size: int
    """Bytes of both."""


class Line:
    """The worker's end of a connection."""

    def __init__(self, connection: socket.socket, most: int) -> None:
        connection.setblocking(False)
        self.connection = connection
        self.most = most
        """Bytes that a frame may have."""
        self._read = bytearray()
        self._closed = False

    def fileno(self) -> int:
        """Its descriptor, to wait for."""
        return self.connection.fileno()

    def close(self) -> None:
        """Closes this end."""
        self.connection.close()

    def send(self, head: dict[str, Any], body: bytes = b"", *, descriptors: Sequence[int] = (), until: float) -> None:
        """Sends a frame, at the latest until then."""
        left = memoryview(frames.pack(head, body))
        extra = []
        if descriptors:
            extra = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))]
        while left:
            try:
                left = left[self.connection.sendmsg([left], extra) :]
                extra = []
            except BlockingIOError:
                if not wait([], until, to_write=self):
                    raise Late from None
            except OSError as error:
                raise Closed from error

    def take(self) -> Frame | None:
        """The next frame, if it is here already."""
        while (frame := self._parse()) is None:
            if self._closed:
                raise Closed
            try:
                part = self.connection.recv(1 << 18)
            except BlockingIOError:
                return None
            except OSError:
                part = b""
            self._closed = not part
            self._read += part
        return frame

    def _parse(self) -> Frame | None:
        size = frames.LENGTHS.size
        if len(self._read) < size:
            return None
        head, body = frames.LENGTHS.unpack_from(self._read)
        if head + body > self.most:
            raise Wrong(f"a frame of {head + body} bytes")
        end = size + head + body
        if len(self._read) < end:
            return None
        text, rest = bytes(self._read[size : size + head]), bytes(self._read[size + head : end])
        del self._read[:end]
        value = decode(text)
        if not isinstance(value, dict):
            raise Wrong("a frame without a head")
        return Frame(value, rest, head + body)


def decode(text: bytes) -> Any:
    """JSON that somebody may have made to hurt."""
    said = text.decode("utf-8", "replace")  # As jupyter_client does.
    try:
        value = _DECODER.decode(said)
    except (ValueError, RecursionError) as error:
        raise Wrong("something that is not JSON") from error
    return _mended(value, "\\ud" in said.lower(), DEEPEST)


def _mended(value: Any, mend: bool, deep: int) -> Any:
    """The value; text that could not be written to a file is mended, what is nested too deeply is refused."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if mend else value
    if isinstance(value, (dict, list)):
        if not deep:
            raise Wrong("JSON that is nested too deeply")
        if isinstance(value, list):
            return [_mended(each, mend, deep - 1) for each in value]
        return {_mended(name, mend, deep): _mended(each, mend, deep - 1) for name, each in value.items()}
    return value


def _refused(text: str) -> Any:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refused(text)


_DECODER = json.JSONDecoder(parse_constant=_refused, parse_float=_finite)


def wait(lines: Sequence[Line], until: float, *, to_write: Line | None = None) -> bool:
    """Waits until one of the lines can be read (or that one written); False when the time is over."""
    poll = select.poll()
    for line in lines:
        poll.register(line, select.POLLIN)
    if to_write is not None:
        poll.register(to_write, select.POLLOUT)
    return bool(poll.poll(max(0.0, until - time.monotonic()) * 1000))
