"""Altering: a test that expects other values than it should. Whoever passes it knows more than it was asked."""

from __future__ import annotations

import ast
import re
from typing import Any

TOP_LEVEL_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
MARK = "§"
"""Added to texts that are expected."""
MORE = 1009
"""Added to numbers that are expected."""
OTHER = "_other_value"
"""The function that makes another value, in the second way of altering."""


MOST_PLACES = 24
"""So many expectations of a test are altered one by one."""


def literals(source: str) -> int:
    """How many literals of a test say what it expects."""
    return _count(_Literals, source)


def comparisons(source: str) -> int:
    """How many comparisons for equality a test makes."""
    return _count(_Comparisons, source)


def altered_literals(source: str, only: int | None = None) -> str | None:
    """The test with other literals where it says what it expects, or at one such place; None where there is none."""
    return _altered(_Literals(only), source)


def altered_comparisons(source: str, only: int | None = None) -> str | None:
    """The test with `OTHER(value)` on the right of each comparison for equality; None where it has none."""
    return _altered(_Comparisons(only), source)


AROUND = re.compile(r"\A\s*%%(?:time|timeit|capture|prun)\b.*\n")
"""Magics around Python."""


def _count(kind: type[_Altering], source: str) -> int:
    tree = _parsed(source)
    alterer = kind(None)
    if tree is not None:
        alterer.visit(tree)
    return min(alterer.count, MOST_PLACES)


def _altered(alterer: _Altering, source: str) -> str | None:
    tree = _parsed(source)
    if tree is None:
        return None
    changed = alterer.visit(tree)
    magic = AROUND.match(source)
    text = ast.unparse(ast.fix_missing_locations(changed))
    return (magic[0] if magic else "") + text if alterer.made else None


def _parsed(source: str) -> ast.Module | None:
    try:
        tree = compile(
            AROUND.sub("", source), "<cell>", "exec", flags=ast.PyCF_ONLY_AST | TOP_LEVEL_AWAIT, dont_inherit=True
        )
    except (SyntaxError, ValueError, RecursionError):
        return None
    return tree if isinstance(tree, ast.Module) else None


class _Altering(ast.NodeTransformer):
    """Changes what a test expects, everywhere or at one place."""

    def __init__(self, only: int | None) -> None:
        self.only = only
        self.count = 0
        self.made = False

    def _is_due(self) -> bool:
        """Whether the place that was just found is to be altered."""
        is_due = self.only is None or self.only == self.count
        self.count += 1
        self.made = self.made or is_due
        return is_due


class _Literals(_Altering):
    """Changes constants that are compared, the values of tables, and what a helper is given besides a call."""

    def _other(self, node: ast.expr) -> ast.expr:
        """The same expression with other constants, those in calls excepted."""
        match node:
            case ast.Constant(value=value):
                other = _other_constant(value)
                if other is not value and self._is_due():
                    return ast.copy_location(ast.Constant(other), node)
            case ast.List() | ast.Tuple() | ast.Set():
                node.elts = [self._other(part) for part in node.elts]
            case ast.Dict():
                node.values = [self._other(part) for part in node.values]
            case ast.UnaryOp():
                node.operand = self._other(node.operand)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Both sides of a comparison."""
        if all(isinstance(each, ast.Eq | ast.NotEq | ast.Is | ast.In) for each in node.ops):
            node.left = self._other(node.left)
            node.comparators = [self._other(part) for part in node.comparators]
        return self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        """The values of a table."""
        self._other(node)
        return node

    def visit_List(self, node: ast.List) -> ast.AST:
        """The last entries of rows."""
        for row in node.elts:
            if isinstance(row, ast.Tuple) and len(row.elts) > 1:
                row.elts[-1] = self._other(row.elts[-1])
        return node

    visit_Tuple = visit_List  # type: ignore[assignment]  # They hold rows alike.

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """What a helper such as assertEqual or `same` is given beside what an answer gave."""
        if any(isinstance(part, ast.Call) for part in node.args):
            node.args = [part if isinstance(part, ast.Call) else self._other(part) for part in node.args]
        return node


def _other_constant(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() | float() | complex():
            return value + MORE
        case str():
            return value + MARK
        case bytes():
            return value + MARK.encode()
    return value


class _Comparisons(_Altering):
    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """What stands on the right."""
        self.generic_visit(node)
        if len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq) and self._is_due():
            name = ast.Name(OTHER, ast.Load())
            node.comparators = [ast.copy_location(ast.Call(name, node.comparators, []), node.comparators[0])]
        return node
