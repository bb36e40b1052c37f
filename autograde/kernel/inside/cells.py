"""Cells: the loop of a session's process, which runs them one after another as a kernel does."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import contextvars
import importlib
import inspect
import json
import os
import random
import select
import signal
import socket
import sys
from collections.abc import Coroutine, Sequence
from typing import Any

from autograde.kernel.inside import frames
from autograde.kernel.inside.memory import Memory

UNSAID = {"status", "execute_input"}
EACH = 150
"""Bytes that a message counts for beside its content."""
MOST_TEXT = 20_000
"""Characters of a part of a reply; the error itself was said with the outputs."""


class Cells:
    """What a session's process does until it is told to end."""

    def __init__(self, memory: Memory, connection: socket.socket, links: Sequence[int], output: int) -> None:
        self.memory = memory
        self.connection = connection
        self.links = tuple(links)
        self.output = output
        self.process = os.getpid()
        self.context = contextvars.copy_context()
        self.loop = asyncio.new_event_loop()
        self.parent = ""
        self.left = output
        self.reply: dict[str, Any] | None = None

    def serve(self) -> None:
        """Answers frames until the other end closes."""
        self._wake()
        while True:
            self._until_readable()
            head, body, _ = frames.receive(self.connection)
            self._complete(self._answer(head, body))
            if os.getpid() != self.process:
                os._exit(0)  # A cell called os.fork, and this is the copy: the frames are not for it.

    def _wake(self) -> None:
        from tornado import ioloop  # ipykernel has it.

        asyncio.set_event_loop(self.loop)
        self._let_signals_wake()
        self.memory.wake(self._say)
        self.memory.capture.most = self.output
        _reseed()

        async def attach() -> None:
            self.memory.kernel.io_loop = ioloop.IOLoop.current()

        self._complete(attach())

    def _let_signals_wake(self) -> None:
        """An interrupt goes to a cell that waits in a coroutine as it does to one that computes."""
        read, write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.loop.add_reader(read, os.read, read, 4096)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)

    def _complete(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs it to its end, even when a cell stops the loop or an interrupt goes through it."""
        # All cells share one context, as in a kernel: in a copy for each, what one sets the next would not see.
        task = self.loop.create_task(work, context=self.context)
        task.add_done_callback(lambda _: self.loop.stop())
        while not task.done():
            with contextlib.suppress(KeyboardInterrupt):
                self.loop.run_forever()
        with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
            task.result()

    def _until_readable(self) -> None:
        """Lets what cells left running go on until there is a frame."""
        self.loop.add_reader(self.connection, self.loop.stop)
        try:
            while not select.select([self.connection], [], [], 0)[0]:
                with contextlib.suppress(KeyboardInterrupt):
                    self.loop.run_forever()
        finally:
            self.loop.remove_reader(self.connection)

    async def _answer(self, head: dict[str, Any], body: bytes) -> None:
        kind = head["ask"]
        if kind == "run":
            await self._run(head, body.decode("utf-8", "surrogatepass"))
        elif kind == "call":
            await self._call(head, json.loads(body))
        elif kind == "comm":
            for message in json.loads(body):
                await self.memory.kernel.dispatch_shell(message)

    async def _run(self, head: dict[str, Any], source: str) -> None:
        self.parent = head["id"]
        self.left = self.output
        self.reply = None
        if "count" in head:
            self.memory.shell.execution_count = head["count"]
        await self.memory.kernel.dispatch_shell(self._request(source))
        if os.getpid() != self.process:
            os._exit(0)
        self.memory.capture.finish()
        frames.send(self.connection, {"end": "run", "id": self.parent}, json.dumps(_short(self.reply)).encode())

    def _request(self, source: str) -> dict[str, Any]:
        content = {
            "code": source,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        message: dict[str, Any] = self.memory.session.msg("execute_request", content)
        message["header"]["msg_id"] = message["msg_id"] = self.parent
        return message

    async def _call(self, head: dict[str, Any], given: dict[str, Any]) -> None:
        self.parent = head["id"]
        self.left = self.output
        parent = {"header": {"msg_id": self.parent, "msg_type": "call"}}
        self.memory.kernel.set_parent([], parent)
        end: dict[str, Any] = {"end": "call", "id": self.parent}
        answer = b"null"
        try:
            module, _, name = head["function"].partition(":")
            function = getattr(importlib.import_module(module), name)
            if "links" in inspect.signature(function).parameters:
                given["links"] = self.links
            value = function(self.memory.shell, **given)
            if inspect.isawaitable(value):
                value = await value
            answer = json.dumps(value).encode()
        except (Exception, KeyboardInterrupt, SystemExit) as error:
            end["failed"] = f"{type(error).__name__}: {error}"[:MOST_TEXT]
        if os.getpid() != self.process:
            os._exit(0)
        self.memory.capture.finish()
        frames.send(self.connection, end, answer)

    def _say(self, message: dict[str, Any]) -> None:
        kind = message["msg_type"]
        if kind == "execute_reply":
            self.reply = message["content"]
            return
        if kind in UNSAID or os.getpid() != self.process:
            return
        if message["parent_header"].get("msg_id") != self.parent:
            return  # Of a task that an earlier cell left behind: nobody shows that any more.
        head: dict[str, Any] = {"say": kind, "id": self.parent}
        if message.get("buffers"):
            head["buffers"] = [base64.b64encode(bytes(buffer)).decode() for buffer in message["buffers"]]
        body = self._pack(message)
        size = EACH + len(body) + sum(map(len, head.get("buffers", ())))
        if size > self.left:
            if self.left:
                self._cut(kind, message["content"])
            return
        self.left -= size
        frames.send(self.connection, head, body)

    def _pack(self, message: dict[str, Any]) -> bytes:
        """The content of a message; packed where a kernel packs it, so that what cannot be said fails the same."""
        try:
            body: bytes = self.memory.session.serialize(message)[-1 - len(message.get("buffers", ()))]
        except UnicodeEncodeError:
            if message["msg_type"] not in ("stream", "error"):
                raise
            # A kernel would lose what was printed, and its cell would never end.
            body = json.dumps(message["content"], ensure_ascii=False).encode("utf-8", "replace")
        return body

    def _cut(self, kind: str, content: dict[str, Any]) -> None:
        """Says as much as may still be said, and that this is not all."""
        left, self.left = self.left, 0
        if kind == "stream":
            text = content["text"].encode("utf-8", "replace")[: left // 2].decode("utf-8", "ignore")
            head = {"say": kind, "id": self.parent}
            frames.send(self.connection, head, json.dumps({"name": content["name"], "text": text}).encode())
        frames.send(self.connection, {"cut": self.output, "id": self.parent})


def _short(reply: dict[str, Any] | None) -> dict[str, Any] | None:
    """The part of a reply that is asked for, at a bounded length."""
    if reply is None:
        return None
    kept: dict[str, Any] = {name: reply.get(name) for name in ("status", "execution_count")}
    if reply.get("status") == "error":
        kept |= {name: str(reply.get(name, ""))[:MOST_TEXT] for name in ("ename", "evalue")}
        kept["traceback"] = [str(line)[:MOST_TEXT] for line in (reply.get("traceback") or ())[-100:]]
    return kept


def _reseed() -> None:
    """Gives this process its own chance: all were forked from one that had drawn already."""
    random.seed()
    numpy: Any = sys.modules.get("numpy.random")
    if numpy is not None:
        numpy.seed()
    unique: Any = sys.modules.get("uuid")
    if unique is not None:
        unique._last_timestamp = None


def become_session(memory: Memory, connection: socket.socket, links: Sequence[int], output: int) -> None:
    """Turns this process, which was just forked, into a session; returns when the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(frames.Gone):
        Cells(memory, connection, links, output).serve()
