"""What one request has shown, worked out of the steps that were written down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from course.frameworks.xray.trace import LAYERS, Step

TRANSACTIONS = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA)\b", re.IGNORECASE)
HANDLERS = {"Flask": "Flask's handler of exceptions"}
AFTERWARDS = "after_request"
FOLDED = ("sql", "template", "serializer")
INSIDE = ("routing", "view", "hook", "validation", "dependency", "handler")
"""Kinds of steps that show that a request came through all middleware."""


@dataclass(frozen=True)
class Repeated:
    """One SQL statement that was executed several times."""

    statement: str
    values: tuple[str, ...]
    seconds: float

    @property
    def times(self) -> int:
        """How often."""
        return len(self.values)

    @property
    def is_n_plus_1(self) -> bool:
        """Whether it asks for one thing after the other, which one statement could have fetched together."""
        return self._asks and len(set(self.values)) > 1

    @property
    def why(self) -> str:
        """What that means."""
        if self._asks and not self.is_n_plus_1:
            return f"the same question {self.times} times: ask once and keep the answer"
        others = " with other values" if len(set(self.values)) > 1 else ""
        return f"the same statement {self.times} times{others}" + (": an N+1 query" if self.is_n_plus_1 else "")

    @property
    def _asks(self) -> bool:
        """Whether it changes nothing."""
        return self.statement.upper().startswith("SELECT")


@dataclass(frozen=True)
class Row:
    """A step, or several alike beside each other that are shown as one; it holds the children of all of them."""

    step: Step
    times: int = 1
    again: Repeated | None = None
    """What it means if it is a statement that is repeated."""


def repeated(queries: Iterable[Step]) -> tuple[Repeated, ...]:
    """The statements that were executed more than once; those that only bracket others do not count."""
    groups = _alike(query for query in queries if not TRANSACTIONS.match(query.name))
    return tuple(_repeated(group) for group in groups if len(group) > 1)


def gathered(steps: Iterable[Step]) -> list[Row]:
    """Steps in order, where statements and templates that are repeated among them stand once, at their first place."""
    return [_row(group) for group in _alike(steps)]


def _alike(steps: Iterable[Step]) -> list[list[Step]]:
    groups: dict[object, list[Step]] = {}
    for number, step in enumerate(steps):
        groups.setdefault((step.kind, step.name, step.outcome) if step.kind in FOLDED else number, []).append(step)
    return list(groups.values())


def _row(group: list[Step]) -> Row:
    first, times = group[0], len(group)
    if times == 1:
        return Row(first)
    children = tuple(child for step in group for child in step.children)
    merged = replace(first, detail="", children=children, end=first.begin + sum(step.seconds for step in group))
    is_statement = first.kind == "sql" and not TRANSACTIONS.match(first.name)
    return Row(merged, times, _repeated(group) if is_statement else None)


def _repeated(queries: Sequence[Step]) -> Repeated:
    return Repeated(queries[0].name, tuple(q.detail for q in queries), sum(q.seconds for q in queries))


def completed(root: Step, plan: Sequence[str], framework: str, status: int) -> Step:
    """The tree with what nobody wrote down: who made the answer in the end, and what was not reached."""
    return _complete(root, list(plan), framework, status)


def _complete(step: Step, ahead: list[str], framework: str, status: int) -> Step:
    inner = step.inner
    if inner is not None:
        rest = ahead[1:] if inner.kind == "middleware" else []
        done = _complete(inner, rest, framework, status)
        step = replace(step, children=tuple(done if child is inner else child for child in step.children))
        if _left(done) and not _left(step) and not any(child.outcome == "answered" for child in step.children):
            return _answers(step, status)
        return step
    core = [child for child in step.children if child.kind in INSIDE]
    if all(child.kind == "handler" for child in core) and (step.kind in LAYERS or ahead):
        return _turned_around(step, ahead)
    if any(_fell(child) for child in core):
        return _rescued(step, core, framework, status)
    return step


def _left(step: Step) -> bool:
    """Whether an exception left it."""
    return step.outcome in ("raised", "passed on")


def _fell(step: Step) -> bool:
    """Whether a step of the core ended by an exception, of which somebody has to make an answer."""
    return _left(step) or (step.kind == "routing" and step.outcome == "refused")


def _answers(step: Step, status: int) -> Step:
    if step.kind == "server":
        return step
    return replace(step, outcome="answered", detail=f"makes the answer {status}")


def _turned_around(layer: Step, ahead: list[str]) -> Step:
    """The request did not come through the innermost layer that it reached."""
    missed = Step("routing", "", outcome="not reached")
    for name in reversed(ahead):
        missed = Step("middleware", name, outcome="not reached", children=(missed,))
    outcome = layer.outcome or ("answered" if layer.kind in LAYERS else "")
    return replace(layer, outcome=outcome, children=(*layer.children, missed))


def _rescued(step: Step, core: list[Step], framework: str, status: int) -> Step:
    """A core that an exception left: a handler in it answered, or the framework's own did, or a layer does."""
    if _left(step):
        return step
    if framework in HANDLERS:
        children, detail = list(step.children), f"makes the answer {status}"
        for place in reversed(_handled_at(children)):
            at = children[place - 1].end
            handler = Step("handler", HANDLERS[framework], detail, outcome="answered", begin=at, end=at)
            children.insert(place, handler)
            detail = "makes the answer"  # Another is made of it afterwards.
        return replace(step, children=tuple(children))
    if any(child.outcome == "answered" for child in core):
        return step
    return _answers(step, status)


def _handled_at(children: Sequence[Step]) -> list[int]:
    """Where Flask's own handler answers: before the functions that follow each answer, or else at the end of the core.

    What these raise about an answer of its own to something unexpected is only logged.
    """
    places: list[int] = []
    fallen: Step | None = None
    for number, child in enumerate(children):
        if fallen and _is_afterwards(child):
            places.append(number)
            fallen = None
        if _fell(child):
            fallen = child
        elif child.outcome == "answered":
            fallen = None
    if fallen and not _is_afterwards(fallen):
        places.append(max(number for number, child in enumerate(children) if child.kind in INSIDE) + 1)
    return places


def _is_afterwards(step: Step) -> bool:
    return step.kind == "hook" and step.name.startswith(AFTERWARDS)
