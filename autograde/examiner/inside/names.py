"""Names: what a cell binds, and what a test reaches, directly or through the instructor's functions."""

from __future__ import annotations

import ast
import dis
import re
import sys
import types
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from inspect import iscoroutinefunction, unwrap
from typing import Any

from autograde.examiner.inside.kinds import KINDS, WHOLE

OF_THE_SHELL = re.compile(r"(?:_+|_i*|_i?\d+|_[iod]h|In|Out|get_ipython|exit|quit|open)\Z")
AROUND = re.compile(r"\A\s*%%(?:time|timeit|capture|prun)\b.*\n")
"""Magics around Python that runs among the notebook's names."""
OF_FILES = frozenset(
    {
        "os",
        "posix",
        "nt",
        "posixpath",
        "ntpath",
        "io",
        "_io",
        "pathlib",
        "glob",
        "shutil",
        "tempfile",
        "sqlite3",
        "subprocess",
    }
    | {
        "socket",
        "zipfile",
        "tarfile",
        "fileinput",
        "linecache",
        "sqlalchemy",
        "multiprocessing",
        "genericpath",
        "dbm",
        "shelve",
    }
)
"""Modules that reach for what lies outside of both processes' memory."""
LOOKS = frozenset(
    {
        "getsource",
        "getsourcelines",
        "getsourcefile",
        "getmodule",
        "__code__",
        "__closure__",
        "__globals__",
        "__wrapped__",
    }
    | {"__annotations__", "__defaults__", "__kwdefaults__", "get_type_hints", "get_annotations", "getclosurevars", "In"}
    | {"Out", "get_ipython", "dis", "In", "history_manager"}
)
"""Names by which a test looks at the code of an answer, which is not in its process."""
ATTRIBUTES = ("LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM", "IMPORT_NAME")
READS = ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_GLOBALS", "DELETE_NAME")
WRITES = ("STORE_NAME", "STORE_GLOBAL")
FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

ROUTINES = (types.FunctionType, types.MethodType, types.BuiltinFunctionType, types.MethodWrapperType)

_seen: dict[int, dict[str, Any]] = {}


def changed(shell: Any) -> list[str]:
    """The names that were bound or bound anew since this was asked for the last time."""
    before = _seen.get(id(shell), {})
    now = {name: value for name, value in shell.user_ns.items() if not OF_THE_SHELL.match(name)}
    _seen[id(shell)] = now
    return [name for name, value in now.items() if name not in before or before[name] is not value]


def compiled(shell: Any, source: str) -> types.CodeType | None:
    """The code of a cell, without a magic that runs it; None for one that is no Python."""
    source = AROUND.sub("", source)
    try:
        code = compile(shell.transform_cell(source), "<cell>", "exec", flags=FLAGS, dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    return code if isinstance(code, types.CodeType) else None


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def read_names(code: types.CodeType) -> list[str]:
    """The global names that code reads."""
    found: dict[str, None] = {}
    for part in _codes(code):
        for instruction in dis.get_instructions(part):
            if instruction.opname in READS:
                found[instruction.argval] = None
    return list(found)


def looks(code: types.CodeType) -> list[str]:
    """The names by which code looks at other code."""
    found = {
        str(instruction.argval)
        for part in _codes(code)
        for instruction in dis.get_instructions(part)
        if instruction.opname in ATTRIBUTES or instruction.opname in READS
    }
    return sorted(found & LOOKS)


def bound_names(code: types.CodeType) -> list[str]:
    """The global names that code binds."""
    found: dict[str, None] = {}
    for number, part in enumerate(_codes(code)):
        for instruction in dis.get_instructions(part):
            if instruction.opname in WRITES and (number == 0 or instruction.opname == "STORE_GLOBAL"):
                found[instruction.argval] = None
    return list(found)


def _code_in(value: Any) -> Iterator[types.CodeType]:
    """The code of a function or class of the notebook's."""
    if type(value) is partial:
        yield from _code_in(value.func)
        return
    if type(value) is types.MethodType:
        value = value.__func__
    if type(value) is types.FunctionType:
        value = unwrap(value)
        if value.__module__ == "__main__":
            yield value.__code__
            for cell in value.__closure__ or ():
                try:
                    yield from _code_in(cell.cell_contents)
                except ValueError:
                    continue
        return
    kind = value if issubclass(type(value), type) else type(value)
    if kind.__module__ == "__main__":
        for part in list(vars(kind).values()):
            if isinstance(part, staticmethod | classmethod):
                part = part.__func__
            if isinstance(part, property):
                yield from (code for each in (part.fget, part.fset) if each for code in _code_in(each))
            elif isinstance(part, types.FunctionType):
                yield from _code_in(part)


def reached(shell: Any, source: str, students: Sequence[str]) -> dict[str, Any] | None:
    """The names a cell reaches: those of the student's, others, those it binds itself, and whether it reaches files."""
    code = compiled(shell, source)
    if code is None:
        return None
    namespace = shell.user_ns
    theirs: dict[str, None] = {}
    others: dict[str, None] = {}
    files: dict[str, None] = {}
    seen: dict[str, None] = {}
    open_ = [code]
    while open_:
        code_ = open_.pop()
        seen |= {name: None for name in looks(code_) if name != "get_ipython" or name in source}
        for name in read_names(code_):
            if name in students:
                theirs[name] = None
            elif name not in others:
                others[name] = None
                if name in namespace:
                    open_ += _code_in(namespace[name])
                if _is_of_files(name, namespace):
                    files[name] = None
    return {
        "students": list(theirs),
        "others": [name for name in others if name in namespace],
        "binds": bound_names(code),
        "files": list(files),
        "looks": list(seen),
    }


def _is_of_files(name: str, namespace: dict[str, Any]) -> bool:
    if name == "open":
        return True
    value = namespace.get(name)
    module = value.__name__ if type(value) is types.ModuleType else _get(value, "__module__")
    if not isinstance(module, str):
        module = type(value).__module__
    return module.partition(".")[0] in OF_FILES and not _is_in_memory(value)


def _is_in_memory(value: Any) -> bool:
    kind = value if issubclass(type(value), type) else type(value)
    return kind.__name__ in ("StringIO", "BytesIO", "PurePath", "PurePosixPath", "PureWindowsPath")


def described(shell: Any, names: Collection[str]) -> dict[str, list[str | None]]:
    """What each of the names stands for: a kind, and for something imported where from."""
    return {name: [_kind(shell.user_ns[name]), _origin(shell.user_ns[name])] for name in names if name in shell.user_ns}


def _get(value: Any, name: str) -> Any:
    """An attribute, of an object that may answer anything: Flask's `request` raises outside of a request."""
    try:
        return getattr(value, name, None)
    except Exception:
        return None


def _kind(value: Any) -> str:
    kind = type(value)
    if issubclass(kind, types.ModuleType):
        return "module"
    if issubclass(kind, type):
        return "class"
    if issubclass(kind, ROUTINES):
        return "async" if iscoroutinefunction(value) else "function"
    if kind in KINDS or kind in WHOLE:
        return "changeable"
    if callable(value):
        return "async object" if iscoroutinefunction(kind.__call__) else "object that is called"
    return "object" if kind.__module__ != "builtins" else "plain"


def _origin(value: Any) -> str | None:
    """Where it is imported from; None for what the notebook made itself."""
    if issubclass(type(value), types.ModuleType):
        return f"{value.__name__}:"
    module, path = _get(value, "__module__"), _get(value, "__qualname__")
    if not isinstance(module, str) or not isinstance(path, str) or module == "__main__":
        return None
    thing: Any = sys.modules.get(module)
    for part in path.split("."):
        thing = _get(thing, part)
    return f"{module}:{path}" if thing is value else None


def said(shell: Any, source: str) -> dict[str, list[str]]:
    """The names that a cell reads, and those that it binds by importing them."""
    code = compiled(shell, source)
    if code is None:
        return {"reads": [], "imports": []}
    imported: dict[str, None] = {}
    for node in ast.walk(ast.parse(shell.transform_cell(AROUND.sub("", source)))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported |= {alias.asname or alias.name.partition(".")[0]: None for alias in node.names}
    return {"reads": read_names(code), "imports": list(imported)}
