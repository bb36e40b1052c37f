"""The learner's journal and files, to be taken along and brought back by two controls in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from course.problems import Problems
from course.study.desk import View, md
from course.study.journal import Journal, archive
from course.study.journal.archive import MOST, Restored
from course.study.journal.machine import warning
from course.widgets.face import Face
from course.widgets.learner import memory

PART = 512 * 1024
"""Bytes that go at once; the front has the same number."""

FOREIGN = ("is no journal", "is a zip of something else", "is the database of another program")
"""How the sentence begins about a file that is something else."""

Tell = Callable[[dict[str, Any], list[bytes]], None]


class Keeping:
    """Packs an archive and hands it out part by part; takes one in part by part and unpacks it."""

    def __init__(self, journal: Journal, work: Path | None):
        self.journal = journal
        self.work = work
        self.tell: Tell = lambda content, buffers: None
        """How parts reach the browser."""
        self._report: list[str] = []
        self._packed: list[str] = []
        self._turn = 0
        self._folder: TemporaryDirectory[str] | None = None
        self._file = Path()
        self._id: object = None
        self._size = 0

    def view(self) -> View:
        """Where the journal lies, how much is in it, and how the last thing went."""
        held, trouble = "Nothing is kept here: this notebook is run by nobody.", None
        if self.journal.kept:
            try:
                held = f"{_entries(self.journal.count())} in your journal, which is the file"
            except Problems as problems:
                held, trouble = "Your journal is the file", str(problems)
        forgets = warning(self.work or Path.cwd()) if self.journal.kept else None
        return {
            "kind": "keeping",
            "path": str(self.journal.path or ""),
            "held": held,
            "able": self.journal.kept,
            "warning": md(forgets) if forgets else None,
            "trouble": trouble,
            "report": self._report,
            "turn": self._turn,
        }

    def act(self, event: Mapping[str, Any]) -> None:
        """Begins and ends what goes on in parts."""
        if not self.journal.kept:
            raise ValueError("Nothing is kept here, so there is nothing to download and no place to restore to.")
        match event.get("type"):
            case "download":
                self._begin(event)
                self._pack()
            case "upload":
                self._begin(event)
                self._receive(event)
            case "restore" if event.get("id") == self._id:
                self._restore()
            case "downloaded" if event.get("id") == self._id:
                self._end()
                self._say(*self._packed)
            case "downloaded" | "restore":
                return  # Of a transfer that another one has replaced.
            case _:
                raise ValueError(f"this is no wish for a backup: {event}")

    def hear(self, content: Mapping[str, Any], buffers: Sequence[bytes | memoryview]) -> None:
        """Sends the part that is wanted, or takes one in; what belongs to a former transfer is left alone."""
        part = content.get("part")
        if content.get("id") != self._id or not isinstance(part, int):
            return
        if content.get("type") == "wanted":
            self._send(part)
        elif content.get("type") == "part" and buffers:
            with self._file.open("r+b") as file:
                if file.seek(0, 2) != part * PART or part * PART + len(buffers[0]) > self._size:
                    raise ValueError(f"{self._file.name} changed while it was sent. Restore it once more.")
                file.write(buffers[0])
            self._tell_part(part + 1)

    def _begin(self, event: Mapping[str, Any]) -> None:
        self._end()
        self._folder = TemporaryDirectory(prefix="threeways-")
        self._id = event.get("id")

    def _end(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
        self._folder, self._id = None, None

    def _pack(self) -> None:
        assert self._folder is not None
        packed = archive.pack(Path(self._folder.name), self.work)
        self._file, self._size = packed.path, packed.path.stat().st_size
        self._packed = [
            f"{packed.path.name} holds {_entries(packed.events)} of your journal and {_files(packed.files)}.",
            *(f"Left out, because it is larger than 50 MB: {name}" for name in packed.too_large),
        ]
        self._send(0)

    def _send(self, part: int) -> None:
        with self._file.open("rb") as file:
            file.seek(part * PART)
            content = file.read(PART)
        parts = -(-self._size // PART)
        self.tell({"type": "part", "id": self._id, "name": self._file.name, "part": part, "parts": parts}, [content])

    def _receive(self, event: Mapping[str, Any]) -> None:
        assert self._folder is not None
        size, name = event.get("size"), Path(str(event.get("name"))).name
        if not isinstance(size, int) or not 0 < size <= MOST:
            self._end()
            raise ValueError(f"{name} is no archive: one has more than no bytes, and no more than {MOST // 10**6} MB.")
        self._file, self._size = Path(self._folder.name) / (name or "archive"), size
        self._file.write_bytes(b"")
        self._tell_part(0)

    def _tell_part(self, part: int) -> None:
        self.tell({"type": "more", "id": self._id, "part": part}, [])

    def _restore(self) -> None:
        try:
            if self._file.stat().st_size != self._size:
                raise ValueError(f"{self._file.name} did not arrive whole. Restore it once more.")
            self._say(*told(archive.restore(self._file, self.work)))
        except Problems as problems:
            raise ValueError(_refusal(self._file, problems)) from problems
        finally:
            self._end()

    def _say(self, *lines: str) -> None:
        self._report = list(lines)
        self._turn += 1


def _refusal(file: Path, problems: Problems) -> str:
    """Why an archive was not taken in, by the learner's name of it: where it lay for a moment is nobody's concern."""
    found = next((problem for problem in problems.problems if problem.path == file), None)
    if found is None:
        return str(problems)
    if found.what.startswith(FOREIGN):
        return f"{file.name} is not a backup of this course. Nothing was changed."
    after = found.todo if found.what.startswith("cannot be used") else "Nothing was changed."
    return f"{file.name} {found.what} {after}"


def told(done: Restored) -> list[str]:
    """What a restore did, in sentences."""
    lines = []
    if done.rescued:
        lines.append(
            f"Your journal was damaged. {_entries(done.rescued.events)} could be read and are kept; "
            f"the damaged file is {done.rescued.kept}."
        )
    lines.append(f"{_entries(done.journal.events)} in the archive's journal, {done.journal.new} of them new.")
    if done.new or done.beside or done.same:
        lines.append(f"{_files(len(done.new))} put in place, {done.same} there already.")
    lines += [f"You have another version of this; the one of the archive is beside it: {name}" for name in done.beside]
    return lines


def backup() -> Face:
    """Shows where your journal lies. Download saves it and your files in one file; Restore brings them back."""
    return Keeper(Keeping(memory().journal, find_work(Path.cwd())))


def find_work(here: Path) -> Path | None:
    """The learner's folder around a notebook; None where there is none."""
    return next((folder for folder in (here, *here.parents) if (folder / ".course").is_dir()), None)


class Keeper(Face):
    """A face that also carries large things, in parts."""

    def __init__(self, desk: Keeping):
        view = desk.view()
        # Without numbers: it is read later, when they are others.
        text = f"Your journal is the file {view['path']}." if view["able"] else view["held"]
        run = "Run this cell to download or restore it; or use the command `course journal`."
        super().__init__(desk, f"<p>{escape(text)}</p><p>{escape(run)}</p>", f"{text}\n{run}")
        desk.tell = lambda content, buffers: self.send(content, buffers)
        self.on_msg(self._on_part)

    def _on_part(self, face: Face, content: dict[str, Any], buffers: list[memoryview]) -> None:
        try:
            self.desk.hear(content, buffers)  # type: ignore[attr-defined]
        except (OSError, ValueError) as error:
            # In a callback it would be seen by nobody.
            self.view = {**self.view, "error": f"This did not work. {error}"}


def _entries(count: int) -> str:
    return f"{count:,} {'entry' if count == 1 else 'entries'}"


def _files(count: int) -> str:
    return f"{count:,} {'file' if count == 1 else 'files'}"
