"""Notebooks as text: cells behind `# %%` headers, short enough to read in one look."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field
from typing import Any

import yaml

HEADER = re.compile(r"^# %% (?P<kind>[\w-]+)(?:[: ](?P<name>[^\s{]\S*))? *(?P<options>\{.*\})?$", re.MULTILINE)


@dataclass(frozen=True)
class Piece:
    """One part of a text: its kind, its name, what else stands in its header, and its body."""

    kind: str
    name: str
    options: dict[str, Any] = field(default_factory=dict)
    body: str = ""


def read_pieces(text: str) -> list[Piece]:
    """The parts of a text in the percent format: `# %% KIND:NAME {options}`; a body may stand in comments."""
    headers = list(HEADER.finditer(text))
    found = []
    for header, end in zip(headers, [*(header.start() for header in headers[1:]), len(text)], strict=True):
        body = text[header.end() : end].strip("\n")
        options = yaml.safe_load(header["options"] or "{}")
        if options.pop("commented", False):
            body = "\n".join(line.removeprefix("#").removeprefix(" ") for line in body.splitlines())
        found.append(Piece(header["kind"], header["name"] or "", options, textwrap.dedent(body)))
    return found
