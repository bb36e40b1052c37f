"""A handed-in notebook made ready to be graded: the student's cells, the instructor's tests."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograde.assignment import Notebook, Steps
from autograde.grading.outline import Outline, outline
from autograde.grading.parsing import MAJOR, MINOR, Broken, free_id, is_valid, parse
from autograde.grading.places import Placed, Remark, arrange, is_as_released
from autograde.grading.stepping import StepFailed, run_first, run_steps
from autograde.grading.words import listed
from autograde.task import Problem, Weight

# What kernels are called whose specification says no language.
OTHERS = {"ir": "r", "julia": "julia", "octave": "octave", "bash": "bash", "xcpp": "c++", "javascript": "javascript"}


@dataclass(eq=False)
class Taken:
    """A notebook after its intake."""

    metadata: NotebookNode
    placed: list[Placed]
    outline: Outline

    @property
    def node(self) -> NotebookNode:
        """The notebook as it stands now."""
        cells = [each.node for each in self.placed]
        return NotebookNode(nbformat=MAJOR, nbformat_minor=MINOR, metadata=self.metadata, cells=cells)

    def become(self, node: NotebookNode) -> None:
        """Takes over what a step of the course made of the notebook: cells may be others, fewer or more."""
        known = {id(each.node): each for each in self.placed}
        named = {each.cell.name: each for each in self.placed if each.cell}
        was = [known.get(id(cell)) or named.get(_grade_id(cell), Placed(cell)) for cell in node.cells]
        self.placed = [replace(each, node=cell) for each, cell in zip(was, node.cells, strict=True)]
        self.metadata = node.metadata

    def answers(self) -> list[str]:
        """The sources of the code cells that are the student's own."""
        return [
            placed.node.source
            for placed in self.placed
            if placed.node.cell_type == "code" and not (placed.cell and placed.cell.locked)
        ]

    def is_answered(self, test: str) -> bool:
        """Whether any of the answers that a test is about is other than it was released."""
        about = set(self.outline.before.get(test, ()))
        held = [placed for placed in self.placed if placed.cell and placed.cell.name in about]
        return not held or not all(is_as_released(each.node, each.cell) for each in held if each.cell)

    def text(self) -> str:
        """The notebook as it is to be written to a file."""
        node = self.node
        if not is_valid(node):
            _keep_to_the_schema(node)
        return nbformat.v4.writes(node) + "\n"


def take(
    data: bytes, notebook: Notebook, student: str, steps: Steps | None = None
) -> tuple[Taken | None, list[Problem]]:
    """The notebook ready to be graded, after the course's own steps before a run, or None and why it cannot be."""
    steps = steps or Steps()
    try:
        plain, mended = parse(run_first(data, steps.first, student=student, notebook=notebook.name))
    except StepFailed as failure:
        return None, [failure.problem(student, notebook.name)]
    except Broken as error:
        problem = Problem(
            kind="broken notebook",
            weight=Weight.UNGRADED,
            student=student,
            notebook=notebook.name,
            what=str(error),
            do="Ask for the notebook again, or mend the file, and grade again.",
        )
        return None, [problem]
    node = nbformat.from_dict(plain)
    lines = outline(notebook)
    placed, remarks = arrange(node.cells, lines)
    used = {each.node.id for each in placed}
    for each in placed:
        if not each.node.id and each.cell:
            each.node.id = free_id(each.cell.name, used)
            used.add(each.node.id)
    if spec := _kernelspec(notebook.kernelspec):
        node.metadata["kernelspec"] = spec
    taken = Taken(node.metadata, placed, lines)
    if steps.then:
        try:
            taken.become(run_steps(taken.node, steps.then, student=student, notebook=notebook.name))
        except StepFailed as failure:
            return None, [failure.problem(student, notebook.name)]
    return taken, _problems(remarks, mended, placed, notebook, student)


def _grade_id(cell: NotebookNode) -> str:
    about = cell.metadata.get("nbgrader")
    return str(about.get("grade_id", "")) if isinstance(about, dict) else ""


def _kernelspec(text: str | None) -> NotebookNode | None:
    """The instructor's kernel; a submission does not choose what it is run by."""
    if not text:
        return None
    try:
        spec = json.loads(text)
    except ValueError:
        return None
    if not isinstance(spec, dict) or not spec:
        return None
    name = str(spec.get("name") or "python3")
    return nbformat.from_dict({**spec, "name": name, "display_name": str(spec.get("display_name") or name)})


def language(notebook: Notebook) -> str:
    """The language of the instructor's kernel; Python where it does not say."""
    spec: dict[str, Any] = _kernelspec(notebook.kernelspec) or {}
    named = spec.get("language")
    if isinstance(named, str) and named:
        return named.lower()
    name = str(spec.get("name", "")).lower()
    return next((spoken for start, spoken in OTHERS.items() if name == start or name.startswith(start + "-")), "python")


def _problems(
    remarks: list[Remark], mended: list[str], placed: list[Placed], notebook: Notebook, student: str
) -> list[Problem]:
    found = [
        Problem(
            kind="notebook mended",
            weight=Weight.NOTE,
            student=student,
            notebook=notebook.name,
            what=" ".join(mended[:3]) + (f" And {len(mended) - 3} things more." if len(mended) > 3 else ""),
            do="Nothing, unless points are missing.",
        )
    ] * bool(mended)
    if notebook.cells and not any(each.cell and not each.put_back for each in placed):
        found.append(
            Problem(
                kind="not this notebook",
                weight=Weight.LOOK,
                student=student,
                notebook=notebook.name,
                what="None of its cells is a cell of the assignment: another notebook was handed in under this name, "
                "or it was copied into a new one.",
                do="Look at it, and ask for the right one or grade it by hand.",
            )
        )
        return found
    return found + [_problem(remark, names, notebook, student) for remark, names in _grouped(remarks)]


def _grouped(remarks: list[Remark]) -> list[tuple[Remark, list[str]]]:
    """The same thing said of several cells once, unless a person has to look at each."""
    groups: dict[tuple[str, str], tuple[Remark, list[str]]] = {}
    for remark in remarks:
        key = (remark.cell if remark.look else "", remark.kind + remark.what)
        groups.setdefault(key, (remark, []))[1].append(remark.cell)
    return list(groups.values())


def _problem(remark: Remark, names: list[str], notebook: Notebook, student: str) -> Problem:
    several = len(names) > 1
    return Problem(
        kind=remark.kind,
        weight=Weight.LOOK if remark.look else Weight.NOTE,
        student=student,
        notebook=notebook.name,
        cell=None if several else remark.cell,
        what=f"{listed(names, 5)}: {remark.what}" if several else remark.what[:1].upper() + remark.what[1:],
        do=remark.do,
    )


def _keep_to_the_schema(node: NotebookNode) -> None:
    """Leaves out what a cell showed, or what the instructor's kernel says of itself, that no notebook may hold."""
    for cell in node.cells:
        if cell.cell_type != "code":
            continue
        alone = NotebookNode(nbformat=MAJOR, nbformat_minor=MINOR, metadata={}, cells=[cell])
        if is_valid(alone):
            continue
        cell.outputs = [each for each in cell.outputs if is_valid({**alone, "cells": [{**cell, "outputs": [each]}]})]
    if not is_valid(node):
        node.metadata = NotebookNode()
