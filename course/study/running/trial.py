"""Runs a learner's code and then its tests, and notes how each check ended; a script of its own, for `run_tests`.

The notes are lines of JSON, written as soon as something is known, so that nothing of it is lost when the process dies.
Each bears a seal, so that the code cannot write its own.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import ctypes
import hmac
import json
import linecache
import os
import signal
import sys
import traceback
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

MEMORY = 4 << 30
"""Bytes that the code may take: a list that grows for ever ends in an error, not in a machine that stands still."""
DIE_WITH_PARENT = 1
LONGEST = 1_000
"""Characters of one message."""
CODE, TESTS = "<your code>", "<checks>"
FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
NESTED = (*FUNCTION, ast.Lambda, ast.ClassDef)

# The code may put others in their places, by accident or not.
_compile, _eval, _dumps, _digest = compile, eval, json.dumps, hmac.digest


class Notes:
    """What is known so far, safe in a file."""

    def __init__(self, path: Path, key: bytes):
        self._file = path.open("ab")
        self._key = key
        self._count = 0
        self._pid = os.getpid()
        with contextlib.suppress(OSError):  # Windows keeps the name of an open file.
            path.unlink()

    def add(self, **what: Any) -> None:
        """Writes one line."""
        if os.getpid() != self._pid:
            os._exit(0)  # The code has forked; only one of the two goes on to the checks.
        text = _dumps(what).encode()
        seal = _digest(self._key, b"%d %b" % (self._count, text), "sha256").hex()
        self._file.write(b"%b %b\n" % (seal.encode(), text))
        self._file.flush()
        self._count += 1


class Trial:
    """A module in which the code runs first, and the tests after it."""

    def __init__(self, code: str, tests: str, lines: Sequence[int] | None = None):
        self._first, self._last, self._hidden = lines or (1, sys.maxsize, 0)
        self._sources = {CODE: code, TESTS: tests}
        for name, text in self._sources.items():
            linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        self._module = types.ModuleType("__main__")
        vars(self._module)["__builtins__"] = builtins
        self._tree = ast.parse(tests, TESTS)
        self._checks = _checks(self._tree)
        self.all = max(len(self._checks), 1)

    def answer(self) -> str | None:
        """Runs the code, and returns what is wrong when it does not run to its end."""
        sys.modules["__main__"] = self._module
        try:
            code = _compile(self._sources[CODE], CODE, "exec", FLAGS, dont_inherit=True)
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            return self._explain(error)
        return self._run(code)

    def examine(self) -> Iterator[tuple[bool, str | None]]:
        """Runs the tests. Of each check: True, and None or why it failed, which is empty where that was said before.
        Of each other statement that failed: False, and why."""
        missing: set[str] = set()
        fine = True
        for node in self._tree.body:
            check = node in self._checks
            failure: str | None = ""
            if not missing & _names(node, ast.Load):
                failure = self._run(_compile(ast.Module([node], []), TESTS, "exec", FLAGS, dont_inherit=True))
            if not check or isinstance(node, FUNCTION):
                # What was not bound now would fail again, or still be what it was for an earlier check.
                missing = missing - _bound(node) if failure is None else missing | _bound(node)
                fine = fine and failure is None
                if failure:
                    yield False, failure
            else:
                yield True, failure
        for node in self._checks:
            if isinstance(node, FUNCTION):
                call = _compile(f"{node.name}()", "<call>", "eval", dont_inherit=True)
                yield True, "" if node.name in missing else self._run(call)
        if not self._checks:
            yield True, None if fine else ""

    def _run(self, code: types.CodeType) -> str | None:
        try:
            result = _eval(code, vars(self._module))
            if isinstance(result, types.CoroutineType):
                import asyncio  # It takes long to load, and few need it.

                asyncio.run(_finish(result))
        except BaseException as error:  # Also SystemExit: nothing of the code's may end the trial.
            return self._explain(error)
        return None

    def _explain(self, error: BaseException) -> str:
        """One message for the one who wrote the code."""
        frames = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
        lines = [line for name, line in reversed(frames) if name == CODE]
        own = next((line for line in lines if self._first <= line <= self._last), next(iter(lines), None))
        asked = next((line for name, line in reversed(frames) if name == TESTS), None)
        if isinstance(error, SyntaxError) and error.filename == CODE:
            return _cut(f"{type(error).__name__}: {error.msg}{self._place(error.lineno)}.")
        try:
            said = str(error)
        except BaseException:  # It is the code's own, and may end itself.
            said = "an error that cannot be shown"
        if isinstance(error, SystemExit):
            return f"Your code ended itself{self._place(own)}. Leave out what exits."
        if isinstance(error, AssertionError) and own is None and asked is not None:
            return _cut(said or f"This does not hold: `{self._asserted(asked)}`.")
        if isinstance(error, NameError) and own is None and error.name:
            return f"Your code defines no `{error.name}`."
        what = f"{type(error).__name__}: {said}" if said else type(error).__name__
        if own is not None:
            return _cut(what.rstrip(".")) + f"{self._place(own)}."
        line = linecache.getline(TESTS, asked or 0).strip()
        return _cut(what) + (f" (at `{line}`)" if line else "")

    def _place(self, line: int | None) -> str:
        text = linecache.getline(CODE, line or 0).strip()
        if not line:
            return ""
        own = self._first <= line <= self._last
        where = f"line {line - self._hidden} of your code" if own else "the code around yours"
        return f", in {where}" + (f": `{text}`" if text else "")

    def _asserted(self, line: int) -> str:
        """The assertion at a line of the tests, as it is written there."""
        around = [
            node
            for node in ast.walk(self._tree)
            if isinstance(node, ast.Assert) and node.lineno <= line <= (node.end_lineno or node.lineno)
        ]
        found = ast.get_source_segment(self._sources[TESTS], around[-1]) if around else None
        return " ".join((found or linecache.getline(TESTS, line)).split())


async def _finish(result: Any) -> None:
    await result


def _checks(tree: ast.Module) -> list[ast.stmt]:
    """The statements that are checks: those that assert, by a function of the tests or by themselves, and test_…."""
    asserting: set[str] = set()
    functions = [node for node in tree.body if isinstance(node, FUNCTION) and not node.name.startswith("test_")]
    for _ in functions:  # A function may assert through another one.
        asserting |= {node.name for node in functions if any(_asserts(inner, asserting) for inner in node.body)}
    return [
        node
        for node in tree.body
        if (isinstance(node, FUNCTION) and node.name.startswith("test_"))
        or (not isinstance(node, NESTED) and _asserts(node, asserting))
    ]


def _asserts(node: ast.AST, asserting: set[str]) -> bool:
    if isinstance(node, ast.Assert | ast.Raise):
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in asserting:
        return True
    return any(_asserts(child, asserting) for child in ast.iter_child_nodes(node) if not isinstance(child, NESTED))


def _names(node: ast.AST, context: type[ast.expr_context]) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, context)}


def _bound(node: ast.AST) -> set[str]:
    """The names that a statement binds."""
    names = _names(node, ast.Store)
    for one in ast.walk(node):
        if isinstance(one, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name.split(".")[0] for alias in one.names}
        elif isinstance(one, (*FUNCTION, ast.ClassDef)):
            names.add(one.name)
    return names


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + " …"


def _nobody_there(prompt: object = "") -> NoReturn:
    raise EOFError("nobody is there to answer input(); write the value into the code")


def _limit() -> None:
    """Keeps the code from taking all of the machine, and from outliving who watches it."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # Not on Windows.

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)


def main(folder: Path) -> None:
    """Runs the order that lies in a folder, and leaves the notes beside it."""
    _limit()
    order = json.loads((folder / "order.json").read_text(encoding="utf-8"))
    (folder / "order.json").unlink()
    del sys.argv[1:]
    notes = Notes(folder / "results.jsonl", order.pop("key").encode())
    try:
        trial = Trial(order["code"], order["tests"], order["lines"])
    except (SyntaxError, ValueError) as error:
        notes.add(ready=True, all=1, done=True, failures=[f"The checks themselves are not Python: {error}."])
        return
    builtins.input = _nobody_there
    sys.path.insert(0, "")  # As in a notebook: files of the present folder can be imported.
    notes.add(ready=True, all=trial.all)
    if failure := trial.answer():
        notes.add(done=True, failures=[failure])
        return
    notes.add(answered=True)
    for check, why in trial.examine():
        notes.add(passed=int(check and why is None), failures=[why] if why else [])
    notes.add(done=True)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(0)  # Threads that the code left must not keep the process.
