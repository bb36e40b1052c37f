"""The house keeps its shape: imports point down, and the two halves do not know each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

FLOORS = [
    {"course.problems"},
    {"course.records"},
    {"course.syllabus", "course.bank"},
    {"course.house", "course.roles", "course.browser", "course.workspace", "course.living", "course.server"},
    {"course.authoring", "course.frameworks", "course.study"},
    {"course.grading"},
    {"course.widgets", "course.terminal"},
    {"course.lab", "course.doctor"},
    {"course.cli"},
]
"""Each room imports only from its own floor or from those below it; the notebooks' front door is `course` itself."""

JUPYTER = (
    "IPython",
    "anywidget",
    "ipykernel",
    "ipywidgets",
    "jupyter",
    "jupyterlab",
    "nbclient",
    "nbformat",
    "nbgrader",
)


def modules(package: str) -> list[Path]:
    return [path for path in sorted((ROOT / package).rglob("*.py")) if "topics" not in path.parts]


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def floor(name: str) -> int | None:
    """The floor of a module; None for one that lies in no room of the list."""
    parts = name.split(".")
    room = ".".join(parts[:2])
    return next((number for number, rooms in enumerate(FLOORS) if room in rooms), None)


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("path", modules("course"), ids=dotted)
def test_imports_point_down(path: Path) -> None:
    name = dotted(path)
    if name == "course":
        return
    here = floor(name)
    assert here is not None, f"{name} has no floor: add its room to FLOORS"
    above = {other for other in imports(path) if other.startswith("course.") and (floor(other) or 0) > here}
    assert not above, f"{name} imports from above: {sorted(above)}"


def test_rooms_of_the_middle_floor_do_not_know_each_other() -> None:
    rooms = ("course.authoring", "course.frameworks", "course.study")
    for room in rooms:
        others = tuple(other for other in rooms if other != room)
        for path in modules(room.replace(".", "/")):
            assert not [name for name in imports(path) if name.startswith(others)], dotted(path)


def test_the_engine_and_the_course_do_not_import_each_other() -> None:
    for package, other in (("course", "autograde"), ("autograde", "course")):
        for path in modules(package):
            assert not [name for name in imports(path) if name.split(".")[0] == other], dotted(path)


def test_study_knows_no_jupyter() -> None:
    for path in modules("course/study"):
        assert not [name for name in imports(path) if name.split(".")[0] in JUPYTER], dotted(path)


def test_no_room_is_named_after_nothing() -> None:
    names = {path.stem for package in ("course", "autograde") for path in modules(package)}
    assert not names & {"utils", "util", "helpers", "helper", "common", "misc"}
