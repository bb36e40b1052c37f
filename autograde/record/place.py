"""The folder of a submission under autograded/: made whole beside, then put in its place at once."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from autograde.assignment import Assignment
from autograde.task import Result, Task

STAMP = "timestamp.txt"
NEW, OLD = ".autograde-new", ".autograde-old"
"""Ends of the names of what lies beside a folder while it is exchanged; a dot before them hides it from globs."""
SHARED = 0o2770
UNNAMEABLE = (errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL, errno.EEXIST, errno.ENOTDIR)
"""What a disk says to a name that it cannot keep."""


class Place:
    """Where the autograded files of one submission lie."""

    def __init__(self, folder: Path, root: Path, *, permissions: int, shared: bool) -> None:
        """`root` is the folder of all submissions; `shared` is nbgrader's groupshared."""
        self.folder = folder
        self._root = root
        self._permissions = permissions
        self._shared = shared
        self._made: list[Path] = []
        """The folders above it that were not there before; an error leaves none of them empty."""
        # Nobody else's: whoever comes next may begin before the former files of this one are all removed.
        mark = secrets.token_hex(4)
        self._new = folder.with_name(f".{folder.name}.{mark}{NEW}")
        self._old = folder.with_name(f".{folder.name}.{mark}{OLD}")

    def recover(self) -> None:
        """Puts right what a run that was killed in between has left; nobody else may be exchanging anything here."""
        left = self._left()
        former = [path for path in left if path.name.endswith(OLD)]
        if former and not os.path.lexists(self.folder):
            last = max(former, key=lambda path: path.lstat().st_ctime_ns)
            left.remove(last)
            last.rename(self.folder)
        for path in left:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def _left(self) -> list[Path]:
        """What other runs have left, or are just removing."""
        begin = f".{self.folder.name}."
        try:
            beside = list(self.folder.parent.iterdir())
        except FileNotFoundError:
            return []
        return [path for path in beside if path.name.startswith(begin) and path.name.endswith((NEW, OLD))]

    def prepare(self, files: Mapping[str, bytes], *, keep: bool = False, but: Collection[str] = ()) -> list[str]:
        """Writes files beside the folder, and returns the paths of those that the disk cannot name.

        Where two want one name, what comes first counts. With `keep`, other files that are there stay, `but` some.
        """
        try:
            self._make_folders(self.folder.parent)
            self._new.mkdir()
            left_out = [name for name, content in files.items() if not self._is_written(name, content)]
            for path in _files(self.folder) if keep else ():
                if str(path) not in but:
                    with suppress(FileExistsError, NotADirectoryError):  # What is new counts.
                        self._write(str(path), (self.folder / path).read_bytes())
            if self._shared:
                for folder, _, _ in os.walk(self._new):
                    _share(Path(folder))
                _share(self._root)
        except BaseException:
            self._discard()
            raise
        return left_out

    @contextmanager
    def exchanged(self) -> Iterator[None]:
        """Within, the prepared files are in their place; when it ends by an error, the former ones are back."""
        had = os.path.lexists(self.folder)
        try:
            if had:
                self.folder.rename(self._old)
            self._new.rename(self.folder)
            yield
        except BaseException:
            if not os.path.lexists(self._new) and os.path.lexists(self.folder):
                self.folder.rename(self._new)
            if had and os.path.lexists(self._old):
                self._old.rename(self.folder)
            self._discard()
            raise
        shutil.rmtree(self._old, ignore_errors=True)

    def replace(self, name: str, content: bytes) -> None:
        """Exchanges one file."""
        try:
            self._new.write_bytes(content)
            self._new.chmod(self._permissions)
            self._new.replace(self.folder / name)
        finally:
            self._new.unlink(missing_ok=True)

    def read(self, name: str) -> bytes | None:
        """A file that lies there; None where none does."""
        try:
            return (self.folder / name).read_bytes()
        except OSError:
            return None

    def _is_written(self, name: str, content: bytes) -> bool:
        try:
            self._write(name, content)
        except ValueError:
            return False
        except OSError as error:
            if error.errno not in UNNAMEABLE:
                raise
            return False
        return True

    def _write(self, name: str, content: bytes) -> None:
        path = self._new / name
        if path.parent != self._new:
            path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            os.fchmod(handle, self._permissions)

    def _discard(self) -> None:
        shutil.rmtree(self._new, ignore_errors=True)
        with suppress(OSError):  # Somebody else has put something there.
            while self._made:
                self._made.pop().rmdir()

    def _make_folders(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._make_folders(folder.parent)
        folder.mkdir(exist_ok=True)
        self._made.append(folder)
        if self._shared:
            _share(folder)


def digest(content: bytes) -> str:
    """By what a file under autograded/ is known again."""
    return hashlib.sha256(content).hexdigest()


def gather(task: Task, result: Result, assignment: Assignment, ignore: Iterable[str] = ()) -> dict[str, bytes]:
    """What is to lie beside the notebooks: the student's files, the instructor's over them, what the code wrote last.

    As with nbgrader, notebooks of others than the assignment do not come along. What the code wrote takes the place
    neither of a notebook of the assignment nor of the time stamp.
    """
    ours = {f"{notebook.name}.ipynb" for notebook in assignment.notebooks} | {STAMP}
    layers = (
        {path: content for path, content in task.files.items() if not path.endswith(".ipynb")},
        {path: content for path, content in assignment.files.items() if not path.endswith(".ipynb")},
        {path: content for path, content in result.files.items() if path not in ours and not _ignored(path, ignore)},
    )
    files: dict[str, bytes] = {}
    folders: set[str] = set()
    for layer in layers:
        for path, content in layer.items():
            if not _is_below(path):
                continue
            # Where one is a file and the other a folder, what comes later counts.
            above = [str(folder) for folder in PurePosixPath(path).parents][:-1]
            for folder in above:
                files.pop(folder, None)
            if path in folders:
                files = {other: kept for other, kept in files.items() if not other.startswith(f"{path}/")}
            folders.update(above)
            files[path] = content
    return files


def _is_below(path: str) -> bool:
    parts = path.split("/")
    return all(part not in ("", ".", "..") for part in parts)


def _ignored(path: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(part, pattern) for pattern in patterns for part in path.split("/"))


def _files(folder: Path) -> Iterator[Path]:
    """The regular files below a folder, relative to it."""
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if stat.S_ISREG(path.lstat().st_mode):
                yield path.relative_to(folder)


def _share(folder: Path) -> None:
    """Lets the group write, as nbgrader does; a folder of somebody else stays as it is."""
    mode = folder.stat().st_mode
    if mode & SHARED != SHARED:
        with suppress(PermissionError):
            folder.chmod((mode | SHARED) & 0o2777)
