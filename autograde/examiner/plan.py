"""What is known of a notebook from its reference solution: which test cells are judged outside, and what they need."""

from __future__ import annotations

from enum import StrEnum

import msgspec

FAILS = "It fails with the reference solution."
"""Why a test is judged inside that the instructor should look at."""


class Way(StrEnum):
    """How a test that has passed is run again, so that it must fail."""

    GARBAGE = "garbage"  # The names of the student's stand for nonsense.
    LITERALS = "literals"  # It expects other values, in what it says.
    COMPARISONS = "comparisons"  # It expects other values, whatever it says.


class Control(msgspec.Struct, frozen=True):
    """A test run again in one way: everywhere, or at one place of what it expects."""

    way: Way
    only: int | None = None


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """A cell of the instructor's that tests need: imports, helpers, data."""

    place: int
    """Its place among the cells of the reference."""
    source: str
    needs: tuple[str, ...] = ()
    """Names of the student's that it uses."""


class Outside(msgspec.Struct, frozen=True, kw_only=True):
    """A test cell that is judged in another process than the student's code."""

    cell: str
    place: int
    needs: tuple[str, ...]
    """Names of the student's that its test uses."""
    objects: bool = False
    """Whether it uses objects of the student's own classes; else none may come."""
    operators: tuple[str, ...] | None = None
    """Operators of such objects that it uses, comparisons between them included; None is not known yet."""
    binds: tuple[str, ...] = ()
    """Names that its test gives a value to; no other process has them."""


class Inside(msgspec.Struct, frozen=True, kw_only=True):
    """A test cell that is judged in the student's process."""

    cell: str
    why: str
    """In words for the instructor."""
    needs: tuple[str, ...] = ()
    kinds: dict[str, str] = {}
    """What stands for each of those names when it is replaced by garbage."""
    controls: tuple[Control, ...] = ()
    """Those in which the reference solution fails: then everybody must."""
    credit: str = ""
    """The type of its last expression's value, where that is no plain number."""
    others: tuple[str, ...] = ()
    """Names of the instructor's that it uses."""
    origins: tuple[str, ...] = ()
    """Where those were imported from."""


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """How the test cells of one notebook are judged."""

    notebook: str
    outside: tuple[Outside, ...] = ()
    inside: tuple[Inside, ...] = ()
    setup: tuple[Setup, ...] = ()
    imports: dict[str, str] = {}
    """Names of the student's that stand for something imported, and where that is imported from."""
    given: tuple[str, ...] = ()
    """The sources of the instructor's cells that anybody may edit: as they are here, they are not the student's."""
    cannot_fail: tuple[str, ...] = ()
    """Test cells that pass without any answer: the instructor should know."""
    stopped: tuple[str, ...] = ()
    """Cells in which not the code ended the reference: what is known may be another thing when it is run again."""

    def find(self, cell: str) -> Outside | None:
        """How the cell is judged outside; None where it is not."""
        return next((each for each in self.outside if each.cell == cell), None)

    def find_inside(self, cell: str) -> Inside | None:
        """What is known of a cell that is judged inside; None where nothing is."""
        return next((each for each in self.inside if each.cell == cell), None)
