"""Which cell of a submission is which of the instructor's, and where those belong that are not at their place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

from autograde.assignment import Cell
from autograde.grading.outline import Outline, is_answer, is_test, nbgrader_metadata

PUT_BACK = "This cell ({name}) was missing from the submission. It was put back for grading."


@dataclass(eq=False)
class Placed:
    """A cell of the notebook that is going to be graded."""

    node: NotebookNode
    cell: Cell | None = None
    """What it is of the instructor's; None for a student's own, which runs too."""
    runs: bool = True
    put_back: bool = False


@dataclass(frozen=True)
class Remark:
    """What was done about a cell, before it is known whose notebook it was."""

    kind: str
    cell: str
    what: str
    do: str = ""
    look: bool = False


def arrange(nodes: list[NotebookNode], outline: Outline) -> tuple[list[Placed], list[Remark]]:
    """The cells in the order they are going to be run in, the instructor's ones as the instructor made them."""
    remarks: list[Remark] = []
    placed = [Placed(node) for node in nodes]
    found = _by_name(placed, outline)
    at = {id(each): position for position, each in enumerate(placed)}
    unique = {name: at[id(copies[0])] for name, copies in found.items() if len(copies) == 1}
    for name, copies in found.items():
        chosen = copies[0]
        if len(copies) > 1:
            chosen = _choose(outline.by_name[name], copies, outline, unique, at, remarks)
        _make_instructors(chosen, outline.by_name[name], outline, remarks)
    for each in placed:
        if each.cell is None:
            each.node.metadata.pop("nbgrader", None)
    placed = _move_tests(placed, outline, remarks)
    return _put_back(placed, outline, remarks), remarks


def _by_name(placed: Iterable[Placed], outline: Outline) -> dict[str, list[Placed]]:
    found: dict[str, list[Placed]] = {}
    for each in placed:
        held = each.node.metadata.get("nbgrader")
        name = held.get("grade_id") if isinstance(held, dict) else None
        if isinstance(name, str) and name in outline.by_name:
            found.setdefault(name, []).append(each)
    return found


def _choose(
    cell: Cell,
    copies: list[Placed],
    outline: Outline,
    unique: dict[str, int],
    at: dict[int, int],
    remarks: list[Remark],
) -> Placed:
    """Of several cells with one id the one that counts.

    An answer that was filled in goes before one as it was released; then what fits the instructor's order best; then
    the last one, as in nbgrader's DeduplicateIds.
    """
    rank = outline.rank[cell.name]

    def misplaced(copy: Placed) -> int:
        position = at[id(copy)]
        return sum((outline.rank[name] < rank) != (other < position) for name, other in unique.items())

    filled = [copy for copy in copies if is_answer(cell) and not is_as_released(copy.node, cell)]
    among = filled or copies
    fewest = min(map(misplaced, among))
    chosen = [copy for copy in among if misplaced(copy) == fewest][-1]
    position = at[id(chosen)]
    for copy in copies:
        # A copy of the empty answer, pasted below the answer, would only undo it.
        if filled and copy not in filled and at[id(copy)] > position:
            copy.runs = False
    if is_answer(cell):
        different = len({copy.node.source for copy in filled}) > 1
        remarks.append(
            Remark(
                "cell twice",
                cell.name,
                f"the cell is there {len(copies)} times, with "
                + ("different answers; all run, and number " if different else "one answer; number ")
                + f"{copies.index(chosen) + 1} counts as the answer.",
                "Look whether that is the answer that was meant." if different else "",
                look=different and cell.grade is not None,
            )
        )
    else:
        remarks.append(
            Remark("cell twice", cell.name, f"the cell is there {len(copies)} times; one counts, the rest only run.")
        )
    return chosen


def is_as_released(node: NotebookNode, cell: Cell) -> bool:
    """Whether an answer still reads as it was released."""
    if cell.checksum is None:
        return False
    as_its = NotebookNode(cell_type=cell.kind, source=node.source, metadata={"nbgrader": nbgrader_metadata(cell)})
    as_its.metadata = NotebookNode(as_its.metadata)
    return compute_checksum(as_its) == cell.checksum


def _make_instructors(placed: Placed, cell: Cell, outline: Outline, remarks: list[Remark]) -> None:
    node = placed.node
    held = node.metadata.get("nbgrader", {})
    placed.cell = cell
    node.metadata.nbgrader = nbgrader_metadata(cell)
    if node.cell_type != cell.kind:
        remarks.append(
            Remark("cell retyped", cell.name, f"the cell was made {node.cell_type}; it counts as {cell.kind} again.")
        )
        retype(node, cell.kind)
    if not cell.locked:
        return
    if isinstance(held.get("checksum"), str) and held["checksum"] != compute_checksum(
        NotebookNode(cell_type=cell.kind, source=node.source, metadata=node.metadata)
    ):
        remarks.append(
            Remark("locked cell edited", cell.name, "the locked text was edited; the instructor's was used.")
        )
    _lock(placed, cell, outline)


def _lock(placed: Placed, cell: Cell, outline: Outline) -> None:
    node = placed.node
    node.source = cell.source
    node.metadata |= {"deletable": False, "editable": False}
    # A tag of the student's could keep a test from being run.
    node.metadata.pop("tags", None)
    placed.runs = cell.name not in outline.skipped


def retype(node: NotebookNode, kind: str) -> None:
    """Makes it a cell of this type, as JupyterLab does."""
    node.cell_type = kind
    if kind == "code":
        node.pop("attachments", None)
        node.outputs = []
        node.execution_count = None
    else:
        node.pop("outputs", None)
        node.pop("execution_count", None)


def _positions(placed: list[Placed]) -> dict[str, int]:
    return {each.cell.name: position for position, each in enumerate(placed) if each.cell}


def _move_tests(placed: list[Placed], outline: Outline, remarks: list[Remark]) -> list[Placed]:
    """A test that stands above the answer it is about goes below it."""
    at = _positions(placed)
    below: dict[str, list[Placed]] = {}
    for cell in outline.cells:
        answers = [name for name in outline.before.get(cell.name, ()) if name in at]
        if cell.name not in at or not answers:
            continue
        last = max(answers, key=at.__getitem__)
        if at[last] > at[cell.name]:
            below.setdefault(last, []).append(placed[at[cell.name]])
            remarks.append(
                Remark(
                    "test above its answer", cell.name, f"the test stood above the answer {last} and was run below it."
                )
            )
    if not below:
        return placed
    moved = {id(each) for tests in below.values() for each in tests}
    order: list[Placed] = []
    for each in placed:
        if id(each) in moved:
            continue
        order.append(each)
        if each.cell:
            order += below.get(each.cell.name, [])
    return order


def _put_back(placed: list[Placed], outline: Outline, remarks: list[Remark]) -> list[Placed]:
    at = _positions(placed)
    missing = [cell for cell in outline.cells if cell.name not in at]
    if not missing:
        return placed
    order = list(placed)
    for cell in missing:
        if cell.locked or cell.task:
            again = Placed(_node(cell, cell.source), cell, put_back=True)
            _lock(again, cell, outline) if cell.locked else None
            remarks.append(Remark("cell missing", cell.name, "the cell was missing and was put back."))
        elif cell.grade:
            notice = PUT_BACK.format(name=cell.name)
            source = f"# {notice}\n{cell.source}" if cell.kind == "code" else f"{notice}\n\n{cell.source}"
            # Its text is the empty answer; running that could undo an answer given elsewhere in the notebook.
            again = Placed(_node(cell, source), cell, runs=False, put_back=True)
            remarks.append(
                Remark(
                    "answer missing",
                    cell.name,
                    "this answer is not in the notebook, so nobody has judged it.",
                    "Look whether it stands in another cell, and grade it by hand.",
                    look=True,
                )
            )
        else:
            remarks.append(
                Remark(
                    "answer missing",
                    cell.name,
                    "this answer is not in the notebook; its tests ran all the same.",
                    "If they failed, look whether the answer is in another cell or was merged into a locked one.",
                    look=True,
                )
            )
            continue
        order.insert(_place(order, cell, outline), again)
    return order


def _node(cell: Cell, source: str) -> NotebookNode:
    node = NotebookNode(
        id="", cell_type=cell.kind, metadata=NotebookNode(nbgrader=nbgrader_metadata(cell)), source=source
    )
    if cell.kind == "code":
        node.outputs = []
        node.execution_count = None
    return node


def _place(order: list[Placed], cell: Cell, outline: Outline) -> int:
    """Where a missing cell goes: below what stands before it in the instructor's notebook, and what is added there."""
    at = _positions(order)
    rank = outline.rank[cell.name]
    before = [at[other.name] for other in outline.cells[:rank] if other.name in at]
    after = [at[other.name] for other in outline.cells[rank + 1 :] if other.name in at]
    if not before:
        # Nothing of the instructor's stands before it: as late as what follows allows.
        return min(after) if after else (0 if not is_test(cell) else len(order))
    place = at[next(other.name for other in reversed(outline.cells[:rank]) if other.name in at)] + 1
    answers = outline.before.get(cell.name, ())
    lost = bool(answers) and not any(name in at for name in answers)
    while place < len(order) and order[place].cell is None:
        # Below cells that the student added: what they define may be the answer.
        if not lost and (not outline.plain or outline.is_instructors(order[place].node.source)):
            break
        place += 1
    return place
