"""An assignment as nbgrader's gradebook and the source folder have it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nbgrader import api
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import find_all_files
from sqlalchemy import Connection, Engine, create_engine, make_url, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from autograde.assignment import Assignment, Cell, Notebook
from autograde.refusal import Refusal

SQLITE = "sqlite"


def read_assignment(coursedir: CourseDirectory, name: str, connection: Connection | None = None) -> Assignment:
    """An assignment of the course, with the configuration that the course directory came from.

    `connection` is one to its gradebook; without it, one is opened here and closed again.
    """
    if connection is not None:
        return _read(coursedir, name, connection)
    engine = _engine(coursedir)
    try:
        with engine.connect() as own:
            return _read(coursedir, name, own)
    except SQLAlchemyError as error:
        raise Refusal(
            f"The gradebook {_shown(coursedir)} cannot be read ({type(error).__name__}). If it was made by an older "
            "nbgrader, make a copy of it and run `nbgrader db upgrade`."
        ) from error
    finally:
        engine.dispose()


def _read(coursedir: CourseDirectory, name: str, connection: Connection) -> Assignment:
    folder = Path(coursedir.format_path(coursedir.source_directory, ".", name))
    with Session(connection) as session:
        known = {each.name: each for each in session.scalars(select(api.Assignment))}
        if name not in known:
            raise Refusal(_unknown(name, sorted(known)))
        found = known[name]
        notebooks = tuple(_notebook(each, folder) for each in sorted(found.notebooks, key=lambda each: each.name))
        made, due = found.id, found.duedate
    if not notebooks:
        raise Refusal(
            f"The gradebook has no notebook of the assignment {name}. Run `nbgrader generate_assignment {name}`."
        )
    hidden = ClearHiddenTests(config=coursedir.config)
    return Assignment(
        id=made,
        name=name,
        course=coursedir.course_id,
        due=due,
        notebooks=notebooks,
        files=read_support_files(coursedir, name),
        hidden=(hidden.begin_test_delimeter, hidden.end_test_delimeter),
    )


def _engine(coursedir: CourseDirectory) -> Engine:
    """Opening a gradebook that is not there would make an empty one."""
    url = make_url(coursedir.db_url)
    if url.get_backend_name() == SQLITE and url.database:
        path = Path(coursedir.root) / url.database
        if not path.exists():
            raise Refusal(
                f"There is no gradebook at {path}. Start in the folder of the course, the one with "
                "nbgrader_config.py, and run `nbgrader generate_assignment` first."
            )
        url = url.set(database=str(path))
    return create_engine(url)


def _shown(coursedir: CourseDirectory) -> str:
    return make_url(coursedir.db_url).render_as_string(hide_password=True)


def _unknown(name: str, known: list[str]) -> str:
    if not known:
        return f"The gradebook has no assignments. Run `nbgrader generate_assignment {name}`."
    return (
        f"The gradebook has no assignment {name}; it has {', '.join(known)}. "
        f"Name one of them, or run `nbgrader generate_assignment {name}`."
    )


def _notebook(found: Any, folder: Path) -> Notebook:
    reference, unread = _reference(folder / f"{found.name}.ipynb")
    grades = {cell.name: cell for cell in found.grade_cells}
    solutions = {cell.name: cell for cell in found.solution_cells}
    tasks = {cell.name: cell for cell in found.task_cells}
    scored = tasks | grades
    cells = {
        cell.name: Cell(
            name=cell.name,
            kind=cell.cell_type,
            locked=bool(cell.locked),
            source=cell.source or "",
            checksum=cell.checksum,
            grade=grades[cell.name].id if cell.name in grades else None,
            solution=solutions[cell.name].id if cell.name in solutions else None,
            task=tasks[cell.name].id if cell.name in tasks else None,
            points=float(scored[cell.name].max_score or 0) if cell.name in scored else 0.0,
        )
        for cell in found.source_cells
    }
    order = _in_order(list(cells), _names(reference))
    return Notebook(
        id=found.id,
        name=found.name,
        kernelspec=found.kernelspec,
        cells=tuple(cells[name] for name in order),
        reference=reference,
        unread=unread,
    )


def _reference(path: Path) -> tuple[str | None, str]:
    try:
        return path.read_text(encoding="utf-8"), ""
    except FileNotFoundError:
        return None, "is missing"
    except OSError as error:
        return None, f"cannot be read ({error.strerror})"
    except UnicodeDecodeError:
        return None, "is broken (it is not UTF-8)"


def _names(reference: str | None) -> list[str]:
    """The grade ids of a notebook, from its first cell to its last."""
    try:
        cells = json.loads(reference or "{}").get("cells", [])
        names = [cell.get("metadata", {}).get("nbgrader", {}).get("grade_id") for cell in cells]
    except (ValueError, AttributeError):
        return []
    return [name for name in names if isinstance(name, str)]


def _in_order(stored: list[str], told: list[str]) -> list[str]:
    """The gradebook keeps no order; the source does. What only the gradebook knows stays behind what it was behind."""
    rank = {name: float(number) for number, name in enumerate(told)}
    keys: dict[str, float] = {}
    last = -1.0
    for name in stored:
        last = rank.get(name, last)
        keys[name] = last if name in rank else last + 0.5
    return sorted(stored, key=keys.__getitem__)


def read_support_files(coursedir: CourseDirectory, name: str) -> dict[str, bytes]:
    """The instructor's files that nbgrader copies over those of each submission."""
    folder = coursedir.format_path(coursedir.source_directory, ".", name)
    kept = set(Autograde(coursedir=coursedir, config=coursedir.config).exclude_overwriting.get(name, ()))
    found: Iterable[str] = find_all_files(folder, [*coursedir.ignore, "*.ipynb"])
    files = {}
    for path in sorted(found):
        relative = os.path.relpath(path, folder)
        if relative in kept:
            continue
        try:
            files[relative] = Path(path).read_bytes()
        except OSError as error:
            raise Refusal(
                f"The instructor's file {path} cannot be read ({error.strerror}). Each submission needs it: "
                "make it readable, or name it in c.CourseDirectory.ignore."
            ) from error
    return files
