"""Text from a submission, made fit to stand in a message."""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path
from tempfile import gettempdir

COLOURS = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
# Only those of this machine: any other path may be an address that the test speaks of.
OURS = sorted({"/tmp", gettempdir(), sys.prefix, sys.base_prefix, str(Path.home())} - {"/"}, key=len, reverse=True)
FOLDERS = re.compile(rf"(?<![\w/:.])(?:{'|'.join(map(re.escape, OURS))})/(?:[\w.@+~-]+/)*(?=[\w.@+~-])")
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def one_line(text: str, most: int = 200) -> str:
    """The text as one line that cannot forge a line of a log or move a cursor, shortened to `most` characters."""
    text = COLOURS.sub("", text[: most * 8])
    seen = "".join(" " if unicodedata.category(each) in UNSEEN else each for each in text)
    line = " ".join(seen.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def without_folders(text: str) -> str:
    """The text with only the names of files that lie on this machine: where the run took place is nobody's business."""
    return FOLDERS.sub("", text)


def said(text: str, most: int = 500) -> str:
    """Several lines of a message of student or test code, without colours, control characters and folders."""
    text = COLOURS.sub("", text[: most * 8])
    lines = [
        "".join(c for c in line if unicodedata.category(c) not in UNSEEN or c == "\t") for line in text.split("\n")
    ]
    whole = without_folders("\n".join(line.rstrip() for line in lines).strip())
    return whole if len(whole) <= most else whole[: most - 1].rstrip() + "…"


def listed(names: list[str], most: int = 3) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(one_line(name, 80) for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
