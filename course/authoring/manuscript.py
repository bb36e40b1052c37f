"""The text of one notebook in percent format, read and written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import jupytext
import nbformat
import yaml
from jupytext.cell_reader import HydrogenCellReader

from course.authoring.marks import Mark, Role, read_tag, why_unknown
from course.problems import Problem, Problems

FORMAT = {
    "extension": ".py",
    "format_name": "hydrogen",  # Percent format that leaves magics, and comments that look like one, as they are.
    "notebook_metadata_filter": "-all",
    "cell_metadata_filter": "all",
}
KEYS = ("tags", "objectives")
HEADER = re.compile(r"# %%(?P<kind> \[markdown\])?(?P<keys>(?: [a-z_]+=\[[^\]]*\])*)")
SWALLOWED = re.compile(r"#\s*%%(?:%*|\s*\[.*|\s+[a-z_]+=.*)")
FRONT_KEYS = {"title": str, "minutes": int}
REGIONS: dict[str, tuple[Role, ...]] = {"SOLUTION": ("answer", "manual"), "HIDDEN TESTS": ("test",)}
"""The regions that nbgrader cuts out of a release, and the cells that they may stand in."""


@dataclass(frozen=True)
class Cell:
    """One cell of the text; `line` is where its header stands."""

    kind: Literal["code", "markdown"]
    source: str
    tags: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    line: int = field(default=1, compare=False)

    @property
    def mark(self) -> Mark | None:
        """What the cell is to nbgrader or to the checks; None for a plain cell."""
        return next((mark for mark in map(read_tag, self.tags) if mark), None)

    @property
    def built(self) -> bool:
        """Whether the cell is in the notebooks."""
        return self.mark is None or self.mark.built


@dataclass(frozen=True)
class Manuscript:
    """The text of one notebook."""

    path: Path
    title: str
    minutes: int
    cells: tuple[Cell, ...]

    def marked(self, role: str, id: str | None = None) -> Iterator[tuple[Cell, Mark]]:
        """The cells of that role (and id), with their marks, in order."""
        for cell in self.cells:
            mark = cell.mark
            if mark and mark.role == role and id in (None, mark.id):
                yield cell, mark

    @property
    def answers(self) -> list[str]:
        """The ids of the answers, in order."""
        return [mark.id for _, mark in self.marked("answer")]


def read_manuscript(path: Path) -> Manuscript:
    """The text at `path`; raises Problems with every header and key that was not understood."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Problems([Problem(path, 1, f"cannot be read ({error}).", "Save it as UTF-8 text.")]) from None
    return parse(text, path)


def parse(text: str, path: Path) -> Manuscript:
    """As `read_manuscript`, for text that is in memory."""
    problems = list(_odd_lines(text, path))
    if problems:
        raise Problems(problems)
    front, body, line = _split_front(text)
    title, minutes = _read_front(front, path, problems)
    cells: list[Cell] = []
    lines = body.splitlines()
    while lines:
        header, understood = lines[0], _check_header(lines[0], line, path, problems)
        if not understood:  # What cannot be understood must not reach jupytext, which could not read it either.
            header = "# %% [markdown]" if "[markdown]" in header else "# %%"
        raw, length = _read_cell([header, *lines[1:]])
        if understood:
            cells.append(_cell(raw, line, path, problems))
        inside = enumerate(lines[1:length], line + 1)
        if swallowed := next((number for number, inner in inside if SWALLOWED.fullmatch(inner.rstrip())), None):
            what = f"has the header `{lines[swallowed - line]}` inside a cell."
            problems.append(Problem(path, swallowed, what, "Close the quotes or the ``` that were opened above it."))
        lines, line = lines[length:], line + length
    if not problems:
        _check_grading(cells, path, problems)
    if problems:
        raise Problems(problems)
    return Manuscript(path, title, minutes, tuple(cells))


def _read_cell(lines: list[str]) -> tuple[SimpleNamespace, int]:
    """The first cell of these lines, and how many of them it takes."""
    reader = HydrogenCellReader(FORMAT, "python")
    # The reader's own `read` does the same, but validates each cell against nbformat's schema, which costs a lot.
    reader.metadata_and_language_from_option_line(lines[0])
    length = reader.find_cell_content(lines)
    cell_type, metadata = reader.cell_type, reader.metadata or {}
    return SimpleNamespace(cell_type=cell_type, metadata=metadata, source="\n".join(reader.content)), length


def write(manuscript: Manuscript) -> str:
    """The canonical text of a manuscript."""
    cells: list[dict[str, Any]] = []
    for cell in manuscript.cells:
        metadata: dict[str, Any] = {}
        if cell.tags:
            metadata["tags"] = list(cell.tags)
        if cell.objectives:
            metadata["objectives"] = list(cell.objectives)
        cells.append({"cell_type": cell.kind, "metadata": metadata, "source": cell.source, "outputs": []})
    # nbformat's own makers validate each cell against the schema, which would be half the cost of a build.
    nb = nbformat.from_dict({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    body = jupytext.writes(nb, fmt=FORMAT).rstrip("\n") + "\n"
    front = yaml.safe_dump(
        {"title": manuscript.title, "minutes": manuscript.minutes}, sort_keys=False, allow_unicode=True, width=10**6
    )
    lines = "".join(f"# {line}\n" for line in front.splitlines())
    return f"# ---\n{lines}# ---\n\n{body}"


def canonical(manuscript: Manuscript) -> str:
    """As `write`; raises Problems where the text would not be read back as the same cells."""
    text = write(manuscript)
    if manuscript.path.exists() and manuscript.path.read_text(encoding="utf-8") == text:
        return text  # It was just read, so there is no need to read it again.
    if not _reads_back(manuscript):
        odd = (cell for cell in manuscript.cells if not _reads_back(with_cells(manuscript, [cell])))
        line = next((cell.line for cell in odd), 1)
        what, todo = (
            "has a cell that cannot be kept as it is.",
            "Begin its code at the left margin, with no `# escape`.",
        )
        raise Problems([Problem(manuscript.path, line, what, todo)])
    return text


def _reads_back(manuscript: Manuscript) -> bool:
    try:
        return parse(write(manuscript), manuscript.path).cells == manuscript.cells
    except Problems:
        return False


def _odd_lines(text: str, path: Path) -> Iterator[Problem]:
    for number, line in enumerate(text.split("\n"), 1):
        if line and line.splitlines() != [line]:
            what = "has a character that ends a line for some programs and not for others."
            yield Problem(path, number, what, "Write it as an escape such as `\\x0c`, or remove it.")


def _split_front(text: str) -> tuple[str, str, int]:
    """The front matter as YAML, the rest, and the number of the rest's first line."""
    match = re.match(r"# ---\n(?P<front>(?:#.*\n)*?)# ---\n", text)
    if not match:
        return "", text, 1
    front = "".join(line[2:] if line.startswith("# ") else line[1:] for line in match["front"].splitlines(True))
    body = text[match.end() :].lstrip("\n")
    return front, body, text[: len(text) - len(body)].count("\n") + 1


def _read_front(front: str, path: Path, problems: list[Problem]) -> tuple[str, int]:
    todo = "Begin the file with `# ---`, `# title: …`, `# minutes: …`, `# ---`."
    try:
        data = yaml.safe_load(front) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 2
        problems.append(Problem(path, line, "has front matter that is not valid YAML.", "Put the title in quotes."))
        return "", 0
    if isinstance(data, dict):
        data.pop("jupyter", None)  # JupyterLab's text notebooks write this; it says nothing that is not known.
    if not isinstance(data, dict) or not front:
        problems.append(Problem(path, 1, "has no front matter.", todo))
        return "", 0
    for key, kind in FRONT_KEYS.items():
        value = data.get(key)
        if type(value) is not kind or not value or (isinstance(value, int) and value < 1):
            problems.append(Problem(path, 1, f"does not say its {key} in the front matter.", todo))
    for key in data.keys() - FRONT_KEYS.keys():
        problems.append(Problem(path, 1, f"has the unknown key `{key}` in its front matter.", "Remove it."))
    title, minutes = data.get("title"), data.get("minutes")
    return title if isinstance(title, str) else "", minutes if type(minutes) is int else 0


def _check_header(header: str, line: int, path: Path, problems: list[Problem]) -> bool:
    """Whether a header is understood; one that would lose something is a problem."""
    todo = "Write `# %%` or `# %% [markdown]`, then only `tags=[…]` and `objectives=[…]`, each a JSON list."
    match = HEADER.fullmatch(header.rstrip())
    if not match:
        what = f"has a header that is not understood: `{header}`."
        if "%%" not in header:
            what = "has text before the first cell header."
        problems.append(Problem(path, line, what, todo))
        return False
    before = len(problems)
    pairs = re.findall(r"([a-z_]+)=(\[[^\]]*\])", match["keys"])
    if len({key for key, _ in pairs}) < len(pairs):
        problems.append(Problem(path, line, "names a key twice in its header.", "Join the two lists."))
    for key, value in pairs:
        _check_key(key, value, path, line, problems)
    return len(problems) == before


def _check_key(key: str, value: str, path: Path, line: int, problems: list[Problem]) -> None:
    if key not in KEYS:
        todo = f"Use {' and '.join(f'`{key}=[…]`' for key in KEYS)}."
        problems.append(Problem(path, line, f"has the unknown key `{key}`.", todo))
        return
    try:
        items = json.loads(value)
    except json.JSONDecodeError:
        items = None
    if not isinstance(items, list) or not items or not all(isinstance(item, str) and item for item in items):
        todo = f'Write it as `{key}=["one", "two"]`, with double quotes.'
        problems.append(Problem(path, line, f"has `{key}={value}`, which is not a list of words.", todo))
        return
    if len(set(items)) != len(items):
        problems.append(Problem(path, line, f"names something twice in `{key}`.", "Keep one of them."))


def _cell(raw: Any, line: int, path: Path, problems: list[Problem]) -> Cell:
    tags, objectives = tuple(raw.metadata.get("tags", ())), tuple(raw.metadata.get("objectives", ()))
    for tag in tags:
        if reason := why_unknown(tag):
            problems.append(Problem(path, line, f"has the unknown tag `{tag}`.", reason))
    marks = [mark for mark in map(read_tag, tags) if mark]
    if len(marks) > 1:
        names = " and ".join(f"`{mark.tag}`" for mark in marks)
        problems.append(Problem(path, line, f"has a cell that is {names} at once.", "Keep one of them."))
    kinds = {"hint": "markdown", "task": "markdown"} | dict.fromkeys(("answer", "test", "wrong"), "code")
    for mark in marks:
        wanted = kinds.get(mark.role, raw.cell_type)
        if raw.cell_type != wanted:
            todo = "Write `# %% [markdown]`." if wanted == "markdown" else "Remove `[markdown]`."
            problems.append(Problem(path, line, f"has `{mark.tag}` on a {raw.cell_type} cell.", todo))
    kind: Literal["code", "markdown"] = "code" if raw.cell_type == "code" else "markdown"
    return Cell(kind, raw.source.rstrip(), tags, objectives, line)


def _check_grading(cells: list[Cell], path: Path, problems: list[Problem]) -> None:
    """Finds what nbgrader would refuse without saying where."""
    taken: set[str] = set()
    for cell in cells:
        mark = cell.mark
        if not cell.built:
            continue
        if mark and mark.grade_id in taken:
            what = f"has the grade id `{mark.grade_id}` twice."
            problems.append(Problem(path, cell.line, what, "Give one of the two cells another id."))
        elif mark:
            taken.add(mark.grade_id)
        for region, roles in REGIONS.items():
            _check_region(cell, region, mark is not None and mark.role in roles, path, problems)


def _check_region(cell: Cell, region: str, allowed: bool, path: Path, problems: list[Problem]) -> None:
    begin, end = f"### BEGIN {region}", f"### END {region}"
    opened = 0
    for number, line in enumerate(cell.source.split("\n"), cell.line + 1):
        if begin in line and not allowed:
            todo = "Keep it in an answer." if region == "SOLUTION" else "Keep it in a test."
            problems.append(Problem(path, number, f"has `{begin}` in a cell that cannot hold it.", todo))
            return
        if (begin in line) if opened else (end in line):
            what = f"has `{begin}` inside another one." if opened else f"has `{end}` without a beginning."
            problems.append(Problem(path, number, what, f"Write one `{begin}` and then one `{end}`."))
            return
        if begin in line:
            opened = number
        elif end in line:
            opened = 0
    if opened:
        problems.append(Problem(path, opened, f"has `{begin}` without an end.", f"Add `{end}` below it."))


def with_cells(manuscript: Manuscript, cells: list[Cell]) -> Manuscript:
    """The same manuscript with other cells."""
    return replace(manuscript, cells=tuple(cells))
