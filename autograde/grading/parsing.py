"""A notebook file as plain data of the one shape the engine works on, whatever it was saved by."""

from __future__ import annotations

import contextlib
import json
import logging
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import nbformat
from nbformat.json_compat import ValidationError
from nbformat.reader import reads as read_any
from nbformat.validator import get_validator

from autograde.grading.words import one_line

MOST_CELLS = 5_000
DEEPEST = 64
MAJOR, MINOR = 4, 5
LONE = re.compile(r"\\u[dD][89a-fA-F]")
CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
TELLING = {"cells", "metadata", "nbgrader", "source", "cell_type", "grade_id"}
CONFLICT = re.compile(r"^(<{7}|={7}|>{7})( |$)", re.MULTILINE)

Plain = dict[str, Any]


class Broken(ValueError):
    """This file is no notebook that can be graded; the message says what is wrong with it and where."""


def parse(data: bytes) -> tuple[Plain, list[str]]:
    """A notebook of nbformat 4.5 without outputs, which is valid, and what was put right in it."""
    remarks: list[str] = []
    raw = _read(_decode(data, remarks), remarks)
    raw = _as_four(raw, remarks)
    cells = raw["cells"]
    if len(cells) > MOST_CELLS:
        raise Broken(f"It has {len(cells):,} cells; {MOST_CELLS:,} are the most.")
    taken: Plain = {
        "nbformat": MAJOR,
        "nbformat_minor": MINOR,
        "metadata": _metadata(raw.get("metadata")),
        "cells": [_cell(cell, number, remarks) for number, cell in enumerate(cells, 1)],
    }
    _number(taken["cells"])
    _make_valid(taken, remarks)
    return taken, remarks


def names_in(data: bytes) -> set[str]:
    """The grade ids in a notebook file."""
    cells = parse(data)[0]["cells"]
    held = [cell["metadata"].get("nbgrader") for cell in cells]
    return {name for each in held if isinstance(each, dict) and isinstance(name := each.get("grade_id"), str)}


def _decode(data: bytes, remarks: list[str]) -> str:
    if not data.strip(b"\0 \t\r\n"):
        raise Broken("The file is empty.")
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        remarks.append(f"Byte {error.start:,} is not text; what could not be read stands as �.")
        return data.decode(encoding, "replace")


def _read(text: str, remarks: list[str]) -> Plain:
    twice: Counter[str] = Counter()

    def pairs(found: list[tuple[str, Any]]) -> Plain:
        made = dict(found)
        if len(made) < len(found):
            twice.update(key for key, number in Counter(key for key, _ in found).items() if number > 1)
        return made

    def number(text: str) -> float | None:
        value = float(text)
        return value if math.isfinite(value) else None

    try:
        # As Jupyter does, the last of two equal keys counts, and what JSON has no number for is nothing.
        raw = json.loads(text, object_pairs_hook=pairs, parse_constant=lambda _: None, parse_float=number, strict=False)
    except json.JSONDecodeError as error:
        raise Broken(_what_it_is(text, error)) from None
    except RecursionError:
        raise Broken("Its JSON is nested too deeply.") from None
    except ValueError:
        raise Broken("A number in its JSON has thousands of digits.") from None
    if not isinstance(raw, dict):
        raise Broken("Its JSON is no notebook: an object with cells was expected.")
    if telling := sorted(TELLING & set(twice)):
        remarks.append(f"{', '.join(telling)} is said twice in one place of its JSON; the last one counts.")
    if LONE.search(text):
        _mend_surrogates(raw, remarks)
    return raw


def _what_it_is(text: str, error: json.JSONDecodeError) -> str:
    start = text[:300].lstrip().lower()
    if start.startswith(("<!doctype", "<html")):
        return "It is a web page, not a notebook."
    if start.startswith("%pdf"):
        return "It is a PDF, not a notebook."
    if start.startswith("pk\x03\x04"):
        return "It is a zip archive, not a notebook."
    if CONFLICT.search(text):
        return "It holds the marks of a merge conflict, such as <<<<<<<."
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
        return f"It breaks off in line {error.lineno:,}: the file was not saved or copied completely."
    return f"Its JSON is broken in line {error.lineno:,}, column {error.colno:,}: {one_line(error.msg, 80)}."


def _mend_surrogates(raw: Plain, remarks: list[str]) -> None:
    """Halves of characters, which no file can hold, become �."""
    mended = False

    def mend(value: Any) -> Any:
        nonlocal mended
        if not isinstance(value, str):
            return value
        try:
            value.encode()
        except UnicodeEncodeError:
            mended = True
            return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return value

    stack: list[Any] = [raw]
    while stack:
        held = stack.pop()
        if isinstance(held, dict):
            entries = [(mend(key), mend(value)) for key, value in held.items()]
            held.clear()
            held.update(entries)
            stack.extend(value for _, value in entries if isinstance(value, dict | list))
        else:
            held[:] = [mend(value) for value in held]
            stack.extend(value for value in held if isinstance(value, dict | list))
    if mended:
        remarks.append("It holds halves of characters; they stand as �.")


def _as_four(raw: Plain, remarks: list[str]) -> Plain:
    """The same in nbformat 4, with nbformat's own conversion."""
    major = raw.get("nbformat")
    if isinstance(major, int) and not isinstance(major, bool) and major > MAJOR:
        raise Broken(f"It is in notebook format {one_line(str(major)[:20])}, which is newer than this program.")
    if isinstance(raw.get("cells"), list):
        if major != MAJOR:
            remarks.append(f"It says it is in notebook format {one_line(repr(major)[:20])}, but has the cells of 4.")
        return raw
    if not isinstance(raw.get("worksheets"), list):
        raise Broken("It has no list of cells.")
    old = {**raw, "nbformat": major if major in (2, 3) else 3}
    if not isinstance(old.get("nbformat_minor"), int):
        old["nbformat_minor"] = 0
    try:
        with _quiet("traitlets", "nbformat"):
            converted = nbformat.convert(read_any(json.dumps(old)), MAJOR)
    except Exception as error:  # nbformat raises whatever it stumbles over.
        raise Broken(f"It is in the old notebook format {old['nbformat']}, and parts of it are missing.") from error
    return dict(converted)


def _metadata(given: Any) -> Plain:
    return {str(key): value for key, value in given.items() if _depth(value)} if isinstance(given, dict) else {}


def _depth(value: Any) -> bool:
    """Whether it is flat enough to be kept."""
    level = [value]
    for _ in range(DEEPEST):
        inner: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                inner += each.values()
            elif isinstance(each, list):
                inner += each
        if not inner:
            return True
        level = inner
    return False


def _cell(cell: Any, number: int, remarks: list[str]) -> Plain:
    if not isinstance(cell, dict):
        remarks.append(f"Cell {number} is no cell; it stands as an empty one.")
        cell = {"cell_type": "raw"}
    kind = cell.get("cell_type")
    if kind not in ("code", "markdown", "raw"):
        remarks.append(f"Cell {number} has no type that there is; it stands as text.")
        kind = "raw"
    made: Plain = {"cell_type": kind, "metadata": _metadata(cell.get("metadata")), "source": ""}
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        made["source"] = "".join(source)
    elif isinstance(source, str):
        made["source"] = source
    else:
        remarks.append(f"The text of cell {number} is no text; it stands as an empty one.")
    if isinstance(cell.get("id"), str):
        made["id"] = cell["id"]
    if kind == "code":
        made |= {"execution_count": None, "outputs": []}
        for key in ("collapsed", "scrolled"):
            made["metadata"].pop(key, None)
    elif isinstance(attachments := cell.get("attachments"), dict) and _depth(attachments):
        made["attachments"] = attachments
    return made


def _number(cells: list[Plain]) -> None:
    """Each cell gets an id of its own, the same ones whenever this notebook is read."""
    used: set[str] = set()
    for cell in cells:
        name = cell.get("id")
        if isinstance(name, str) and CELL_ID.fullmatch(name) and name not in used:
            used.add(name)
        else:
            cell.pop("id", None)
    for number, cell in enumerate(cells, 1):
        if "id" not in cell:
            cell["id"] = free_id(f"cell-{number}", used)
            used.add(cell["id"])


def free_id(wished: str, used: set[str]) -> str:
    """The wished id of a cell, made valid, or the first variant of it that is free."""
    wished = re.sub(r"[^a-zA-Z0-9_-]", "-", wished)[:56] or "cell"
    return next(name for name in (wished, *(f"{wished}-{n}" for n in range(1, len(used) + 2))) if name not in used)


def is_valid(notebook: Plain) -> bool:
    """Whether nbformat calls it valid."""
    try:
        get_validator(MAJOR, MINOR).validate(notebook)
    except ValidationError:
        return False
    return True


def _make_valid(notebook: Plain, remarks: list[str]) -> None:
    if is_valid(notebook):
        return
    # Ids, flags and points are the instructor's anyway; all the other metadata is decoration.
    notebook["metadata"] = {}
    for cell in notebook["cells"]:
        kept = cell["metadata"].get("nbgrader")
        cell["metadata"] = {"nbgrader": kept} if isinstance(kept, dict) else {}
        cell.pop("attachments", None)
    remarks.append("Some of its metadata is not as Jupyter writes it and was left out.")


@contextlib.contextmanager
def _quiet(*names: str) -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in names]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, was in zip(loggers, before, strict=True):
            logger.disabled = was
