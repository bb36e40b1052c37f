"""Text to notebooks: `source/` for instructors, `release/` for learners, and all else that is made from the text."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from course.authoring import links, manuscript, notebook
from course.authoring.manuscript import Manuscript, read_manuscript
from course.authoring.release import Files, make_releases
from course.house import House, TopicFolder
from course.problems import Problem, Problems

Step = Callable[[str], None]


@dataclass
class Plan:
    """What the built files have to be, and which of them would go."""

    files: dict[Path, bytes] = field(default_factory=dict)
    stale: set[Path] = field(default_factory=set)

    def changes(self) -> list[Path]:
        """The files that are not yet what they have to be."""
        differing = [path for path, content in self.files.items() if _content(path) != content]
        return sorted([*differing, *self.stale])

    def carry_out(self) -> list[Path]:
        """Writes and removes what differs, each file whole or not at all; returns what was touched."""
        changed = self.changes()
        for path in changed:
            if path in self.stale:
                path.unlink()
            else:
                _write(path, self.files[path])
        return changed


def build(
    house: House, names: list[str] | None = None, *, discard: bool = False, step: Step = lambda _: None
) -> list[Path]:
    """Brings everything that is made from the text up to date, and returns the files that changed.

    Nothing is written when anything is wrong with the text, or when a notebook under `source/` was edited and not
    imported; `discard` gives such edits up.
    """
    return plan(house, names, discard=discard, step=step).carry_out()


def plan(
    house: House,
    names: list[str] | None = None,
    *,
    discard: bool = False,
    release: bool = True,
    step: Step = lambda _: None,
) -> Plan:
    """What `build` would write."""
    folders = house.select(names)
    problems: list[Problem] = []
    texts: dict[str, list[Manuscript]] = {}
    for folder in folders:
        texts[folder.name] = collect(folder.texts, problems)
        problems += [_stray(path) for path in folder.strays]
        if not discard:
            problems += edited_notebooks(house, folder)
    if not names and not discard:
        problems += [problem for folder in _removed(house) for problem in edited_notebooks(house, folder)]
    start = collect([house.start_path], problems)
    if problems:
        raise Problems(problems)

    made = Plan()
    sources: dict[str, Files] = {}
    for folder in folders:
        sources[folder.name] = _source_files(folder, texts[folder.name])
        _add_tree(made, house.source / folder.name, sources[folder.name])
        made.files[folder.hints_path] = hints_file(texts[folder.name])
        step(folder.name)
    for text in [*start, *(text for group in texts.values() for text in group)]:
        try:
            made.files[text.path] = manuscript.canonical(text).encode()
        except Problems as error:
            problems += error.problems
    if problems:
        raise Problems(problems)
    if release:
        for name, files in make_releases(sources, step).items():
            _add_tree(made, house.release / name, files)
    for text in start:
        made.files[house.release / "Start.ipynb"] = notebook.dump(notebook.make_notebook(text, "start"))
    made.files |= links.linked_pages(house)
    if not names:
        _forget_removed(house, made)
    made.files[house.ids_path] = _published_ids(house, folders)
    return made


def collect(paths: Iterable[Path], problems: list[Problem]) -> list[Manuscript]:
    """The manuscripts at `paths`; what cannot be read is added to `problems`."""
    found = []
    for path in paths:
        try:
            found.append(read_manuscript(path))
        except Problems as error:
            problems += error.problems
    return found


def _stray(path: Path) -> Problem:
    todo = "Name a lesson like `2_more.py` and the exercises `exercises.py`; keep anything else elsewhere."
    return Problem(path, 1, "is named like no text of a topic, and would reach learners as it is.", todo)


def edited_notebooks(house: House, folder: TopicFolder) -> list[Problem]:
    """A problem for each notebook under `source/` that was edited since it was built."""
    problems = []
    for path in sorted((house.source / folder.name).glob("*.ipynb")):
        try:
            edited = notebook.is_edited(notebook.load(path))
        except Problems as error:
            problems += error.problems
            continue
        if edited:
            todo = (
                f"`course import {folder.topic.id}` brings the edit into the text; "
                f"`course build --discard {folder.topic.id}` gives it up."
            )
            problems.append(Problem(path, 1, "was edited since it was built.", todo))
    return problems


def _source_files(folder: TopicFolder, texts: list[Manuscript]) -> Files:
    files = {f"{text.path.stem}.ipynb": notebook.dump(notebook.make_notebook(text, folder.name)) for text in texts}
    return files | {path.relative_to(folder.path).as_posix(): path.read_bytes() for path in folder.attachments}


def hints_file(texts: Iterable[Manuscript]) -> bytes:
    """The content of a topic's hints.json."""
    ladder: dict[str, list[str]] = {}
    for text in texts:
        for cell, mark in text.marked("hint"):
            ladder.setdefault(mark.id, []).append(cell.source)
    about = "Generated by `course build` from the hint cells of this folder's texts."
    return (json.dumps({"about": about, "hints": ladder}, indent=1, ensure_ascii=False) + "\n").encode()


def shelve(folder: TopicFolder, texts: Iterable[Manuscript], library: Path) -> None:
    """Puts a topic's bank, and its hints as they would be built, where cells that are run can look for them."""
    shelf = library / folder.name
    shelf.mkdir()
    shutil.copy(folder.bank_path, shelf)
    (shelf / folder.hints_path.name).write_bytes(hints_file(texts))


def _removed(house: House) -> list[TopicFolder]:
    """The topics of the syllabus that have no folder of text (any more)."""
    present = {folder.name for folder in house.folders}
    absent = (topic for topic in house.syllabus.record.topics if topic.folder not in present)
    return [TopicFolder(topic, house.topics_path / topic.folder) for topic in absent]


def _forget_removed(house: House, made: Plan) -> None:
    """What was built from a folder that is gone goes, too; assignments of an instructor's own stay."""
    for folder in _removed(house):
        for place in (house.source, house.release):
            _add_tree(made, place / folder.name, {})


def _published_ids(house: House, folders: Iterable[TopicFolder]) -> bytes:
    """All ids that were ever built in a complete topic, for `check` to see that none vanishes."""
    known = set(read_ids(house))
    for folder in folders:
        bank = folder.bank.record
        known |= {item.id for _, _, item in bank.items() if bank.status == "complete"}
    header = (
        "# Ids of all bank entries ever published; `course build` adds to it. Journals of learners refer to them.\n"
    )
    return (header + "".join(f"{id}\n" for id in sorted(known))).encode()


def read_ids(house: House) -> list[str]:
    """The ids that were published so far."""
    if not house.ids_path.exists():
        return []
    return [
        line for line in house.ids_path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]


def _add_tree(made: Plan, folder: Path, files: Files) -> None:
    made.files |= {folder / relative: content for relative, content in files.items()}
    if folder.is_dir():
        present = (path for path in folder.rglob("*") if path.is_file() and ".ipynb_checkpoints" not in path.parts)
        made.stale |= {path for path in present if path not in made.files}


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
