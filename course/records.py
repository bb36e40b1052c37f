"""YAML files as validated records that know the line they came from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from course.problems import Problem, Problems

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Location = tuple[int | str, ...]


class Record(BaseModel):
    """A record that admits no unknown key and cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class RecordFile(Generic[R]):
    """What a YAML file says, and on which line it says it."""

    path: Path
    record: R
    lines: dict[Location, int]

    def line(self, *location: int | str) -> int:
        """The line at which the value at `location` stands, or that of the nearest value around it."""
        while location not in self.lines and location:
            location = location[:-1]
        return self.lines.get(location, 1)

    def problem(self, what: str, todo: str, *location: int | str) -> Problem:
        """A problem with the value at `location`."""
        return Problem(self.path, self.line(*location), what, todo)


def read_records(path: Path, model: type[R]) -> RecordFile[R]:
    """The file at `path` as a `model`; raises Problems, each with its line, when it is not one."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise Problems([Problem(path, 1, f"cannot be read ({error.strerror}).", "Restore the file.")]) from None
    except UnicodeDecodeError as error:
        raise Problems([Problem(path, 1, f"cannot be read ({error}).", "Save it as UTF-8 text.")]) from None
    loader = Loader(text)
    try:
        node = loader.get_single_node()
        lines = dict(_walk(node, (), path)) if node is not None else {}
        data = loader.construct_document(node) if node is not None else {}
    except (yaml.YAMLError, ValueError) as error:  # A ValueError is a value such as the date 2026-13-45.
        mark, begin = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
        if mark and begin and mark.line >= text.count("\n"):
            mark = begin  # What is never closed is found missing at the end of the file; it was opened here.
        line = min(mark.line + 1, len(text.splitlines())) if mark else 1
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise Problems(
            [Problem(path, line, f"is not valid YAML: {what}.", "Mend the indentation or the quotes there.")]
        ) from None
    except RecursionError:
        todo = "Write the value out instead of the alias `*…`."
        raise Problems([Problem(path, 1, "has a value that holds itself through an alias.", todo)]) from None
    finally:
        loader.dispose()
    try:
        return RecordFile(path, model.model_validate(data), lines)
    except ValidationError as error:
        file = RecordFile(path, model.model_construct(), lines)
        raise Problems(_explain(file, detail) for detail in error.errors()) from None


def _walk(node: yaml.Node, location: Location, path: Path):
    yield location, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            line = key.start_mark.line + 1
            if name in seen:
                raise Problems([Problem(path, line, f"has the key `{name}` twice.", "Keep one of them.")])
            seen.add(name)
            yield from _walk(value, (*location, name), path)
            yield (*location, name), line
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, (*location, index), path)


def _explain(file: RecordFile[Any], detail: Any) -> Problem:
    """One of pydantic's errors as a sentence about the file."""
    location: Location = tuple(detail["loc"])
    name = ".".join(str(part) for part in location) or "the file"
    if detail["type"] == "extra_forbidden":
        return file.problem(f"`{name}` is not a key of this record.", "Correct its spelling or remove it.", *location)
    if detail["type"] == "missing":
        return file.problem(f"`{name}` is missing.", "Add it.", *location)
    message = detail["msg"].removeprefix("Value error, ").rstrip(".")
    return file.problem(f"`{name}`: {message}.", "Correct the value.", *location)
