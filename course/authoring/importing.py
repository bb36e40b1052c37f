"""A notebook that was edited in JupyterLab, back to text: nothing is lost, or nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from course.authoring import manuscript
from course.authoring.build import Plan
from course.authoring.manuscript import Cell, Manuscript, read_manuscript
from course.authoring.marks import PLAIN_TAGS, Mark, read_metadata, read_tag
from course.authoring.notebook import digest, dump, is_edited, load, make_notebook, source_of
from course.house import LESSON_PATTERN, House, TopicFolder
from course.problems import Problem, Problems

KEPT = {"nbgrader", "tags", "objectives"}
VIEW = {"collapsed", "scrolled", "execution", "trusted", "jupyter", "editable", "deletable", "ExecuteTime", "vscode"}
"""Metadata that says how a cell is looked at, which the text does not keep."""


@dataclass(frozen=True)
class Imported:
    """A text that an import wrote, and what of the notebook had no place in it."""

    path: Path
    left_out: tuple[str, ...] = ()


def import_topics(house: House, names: list[str] | None = None, *, over_text: bool = False) -> list[Imported]:
    """Brings the edited notebooks of the topics back into their texts; an unedited one changes no byte.

    Raises Problems, and writes nothing, where text and notebook were both changed (`over_text` takes the notebook) or
    where the text could not hold what the notebook says.
    """
    made = Plan()
    imported, problems = [], []
    for folder in house.select(names):
        for path in sorted((house.source / folder.name).glob("*.ipynb")):
            try:
                edited = load(path)
                if is_edited(edited):
                    imported.append(_import(edited, path, folder, over_text, made))
            except Problems as error:
                problems += error.problems
    if problems:
        raise Problems(problems)
    made.carry_out()
    return imported


def _import(edited: dict[str, Any], path: Path, folder: TopicFolder, over_text: bool, made: Plan) -> Imported:
    """Adds the text of an edited notebook, and the notebook as it is built from that text, to what is `made`."""
    text_path = folder.path / f"{path.stem}.py"
    if not text_path.match(LESSON_PATTERN) and text_path != folder.exercises_path:
        what, todo = (
            "is named like no lesson.",
            f"Name it like `2_more.ipynb`, or `{folder.exercises_path.stem}.ipynb`.",
        )
        raise Problems([Problem(path, 1, what, todo)])
    old = read_manuscript(text_path) if text_path.exists() else None
    if old and not over_text and _changed_since_build(old, folder, edited):
        what = f"was edited, and so was {text_path.name} since it was built."
        todo = "Set one of the two changes aside, or take the notebook's with `course import --over-text`."
        raise Problems([Problem(path, 1, what, todo)])
    new, left_out = from_notebook(edited, path, text_path, old)
    text = manuscript.write(new)
    made.files[text_path] = text.encode()
    made.files[path] = dump(_rebuild(text, edited, path, text_path, folder))
    return Imported(text_path, left_out)


def from_notebook(
    edited: dict[str, Any], path: Path, text_path: Path, old: Manuscript | None
) -> tuple[Manuscript, tuple[str, ...]]:
    """The manuscript of a notebook, with the hints and wrong answers of the `old` one, and what was left out."""
    answers = _answers(edited["cells"])
    tests = {mark.grade_id: mark for _, mark in old.marked("test")} if old else {}
    left_out: list[str] = []
    cells: list[Cell] = []
    anchors: list[str | None] = []
    for number, raw in enumerate(edited["cells"], 1):
        cells.append(_cell(raw, number, path, answers, tests, left_out))
        anchors.append(raw.get("id"))
    about = edited.get("metadata", {}).get("course", {})
    title = old.title if old else about.get("title") or text_path.stem
    minutes = old.minutes if old else about.get("minutes") or 1
    merged = _with_unbuilt(cells, anchors, old, path) if old else cells
    return Manuscript(text_path, title, minutes, tuple(merged)), tuple(left_out)


def _answers(cells: Iterable[dict[str, Any]]) -> list[str]:
    metadata = [cell.get("metadata", {}).get("nbgrader", {}) for cell in cells]
    return [str(data.get("grade_id")) for data in metadata if data.get("solution") and not data.get("grade")]


def _cell(
    raw: dict[str, Any], number: int, path: Path, answers: list[str], tests: dict[str, Mark], left_out: list[str]
) -> Cell:
    """One cell of the notebook as a cell of the text; `tests` are the marks of those that the text had before."""
    metadata = raw.get("metadata", {})
    if raw["cell_type"] not in ("code", "markdown"):
        todo = "Make it a code or a markdown cell."
        raise Problems([Problem(path, 1, f"cell {number} is a {raw['cell_type']} cell, which has no text form.", todo)])
    if raw.get("attachments"):
        todo = "Save the picture beside the lesson's text and link it from the cell."
        raise Problems([Problem(path, 1, f"cell {number} has a picture pasted into it.", todo)])
    left_out += [f"cell {number}: {key}" for key in sorted(metadata.keys() - KEPT - VIEW)]
    left_out += [f"cell {number}: tag {tag}" for tag in metadata.get("tags", []) if tag not in PLAIN_TAGS]
    mark = read_metadata(metadata.get("nbgrader", {}), answers)
    if mark and mark.role == "test" and mark.grade_id in tests:
        mark = replace(tests[mark.grade_id], points=mark.points)  # Only the text knows where its name begins.
    tags = [mark.tag] if mark else []
    tags += [tag for tag in metadata.get("tags", []) if tag in PLAIN_TAGS]
    source = source_of(raw)
    if mark and mark.role in ("answer", "test") and raw["cell_type"] == "markdown":
        todo = "Make it `Manually graded answer` in nbgrader's panel, or a code cell."
        raise Problems(
            [Problem(path, 1, f"cell {number} ({mark.grade_id}) is text, which cannot be autograded.", todo)]
        )
    return Cell(raw["cell_type"], source, tuple(tags), tuple(metadata.get("objectives", ())))


def _with_unbuilt(cells: list[Cell], anchors: list[str | None], old: Manuscript, path: Path) -> list[Cell]:
    """The notebook's cells with the hints and wrong answers of the old text put back where they stood.

    Each of them follows the same notebook cell as before; where that cell is gone, the nearest one above that is left.
    """
    built = iter(make_notebook(old, path.parent.name)["cells"])
    present = set(anchors)
    # Where cell ids are gone (an old notebook format, a copied file), graded cells are known by their grade ids.
    by_grade_id = {cell.mark.grade_id: id for cell, id in zip(cells, anchors, strict=True) if cell.mark}
    marks = dict(zip(anchors, (cell.mark for cell in cells), strict=True))
    renamed: dict[str, str] = {}
    following: dict[str | None, list[Cell]] = {}
    anchor: str | None = None
    for cell in old.cells:
        if cell.built:
            id = next(built)["id"]
            if id not in present and cell.mark:
                id = by_grade_id.get(cell.mark.grade_id, id)
            anchor = id if id in present else anchor
            was, now = cell.mark, marks.get(id)
            if was and now and was.role == now.role == "answer":
                renamed[was.id] = now.id
        else:
            following.setdefault(anchor, []).append(cell)
    merged = list(following.get(None, []))
    for cell, id in zip(cells, anchors, strict=True):
        merged.append(cell)
        merged += following.pop(id, []) if id is not None else []
    return [cell if cell.built else _rename(cell, renamed) for cell in merged]


def _rename(cell: Cell, renamed: dict[str, str]) -> Cell:
    """A hint or wrong answer under the new id of its answer."""
    tags = []
    for tag in cell.tags:
        mark = read_tag(tag)
        tags.append(replace(mark, id=renamed.get(mark.id, mark.id)).tag if mark else tag)
    return replace(cell, tags=tuple(tags))


def _changed_since_build(old: Manuscript, folder: TopicFolder, edited: dict[str, Any]) -> bool:
    built = make_notebook(old, folder.name)["metadata"]["course"]["digest"]
    return built != edited.get("metadata", {}).get("course", {}).get("digest", built)


def _rebuild(text: str, edited: dict[str, Any], path: Path, text_path: Path, folder: TopicFolder) -> dict[str, Any]:
    """The notebook that is built from the text; refuses one that says something else than the edited one."""
    try:
        rebuilt = make_notebook(manuscript.parse(text, text_path), folder.name)
    except Problems as error:
        raise Problems(replace(problem, path=path, line=1) for problem in error.problems) from None
    wanted = [_comparable(cell) for cell in edited["cells"]]
    if [_comparable(cell) for cell in rebuilt["cells"]] == wanted:
        return rebuilt
    got = [_comparable(cell) for cell in rebuilt["cells"]]
    number = next(
        (n for n, (a, b) in enumerate(zip(got, wanted, strict=False), 1) if a != b), min(len(got), len(wanted))
    )
    what = f"cell {number} cannot be written as text without loss."
    todo = "Look there for a line that starts with `# %%`, for blank lines at its ends, or for odd characters."
    raise Problems([Problem(path, 1, what, todo)])


def _comparable(cell: dict[str, Any]) -> str:
    metadata = cell.get("metadata", {})
    nbgrader: dict[str, Any] = {}
    if mark := read_metadata(metadata.get("nbgrader", {}), []):
        nbgrader = mark.metadata()
    kept = {
        "nbgrader": nbgrader,
        "objectives": metadata.get("objectives", []),
        "tags": [tag for tag in metadata.get("tags", []) if tag in PLAIN_TAGS],
    }
    return digest([{"cell_type": cell["cell_type"], "metadata": kept, "source": source_of(cell).rstrip()}])
