"""Manuscripts as nobody would write them, for properties that hold for all of them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, reject, settings
from hypothesis import strategies as st

from course.authoring.manuscript import Cell, Manuscript, canonical, parse
from course.problems import Problems

PATH = Path("1_odd.py")

steadily = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
"""The same examples in every run, on every machine."""

CODE = [
    "", "", "x = 1", "# a comment", "#", "## two", "# # nested", "#!shebang", "#' roxygen", "# +", "# -", "# noqa",
    "%timeit x", "%%time", "%%bash", "%load_ext x", "!ls", "ls?", "?x", "ls", "cat a", "await x",
    "# %timeit x", "#%time", "# !ls", "# why?", "# copy the list", "# cat pictures", "# ls", "# echo it",
    "# %matplotlib inline", "# %% a remark", "#%%timeit", "# <b>", "# ---", "# ```",
    '"""One line."""', "'''it''s'''", "text = '''# %% y'''", "it = \"it's\"", "s = 'x'  ", "a = \\", "(", ")",
    "def f():", "    return 1", "@app.get('/')", "class A:", "   ", "\t", "print('é → 🐍')", "s = '\\x0c'",
]  # fmt: skip
PROSE = [
    "", "", "# Title", "## Two", "text", "#", "# ", "#hash", "- item", "    code", "> quote", "line  ", "é 🐍 → ß",
    "```python", "```", "~~~", "```mermaid", "%% a remark", "%%", "'''", '"""', "it's", "| a | b |", "|---|---|",
    "<!-- x -->", "-->", "$$x$$", "\\", "%timeit", "!ls", "why?", "   ", "\t", "# +", "# -", "tags=[]", "---",
]  # fmt: skip
TAGS = ["answer", "answer", "test", "test", "manual", "task", "readonly", "hint", "hint", "wrong", "wrong", "", "", ""]
KINDS = {"hint": "markdown", "task": "markdown", "answer": "code", "test": "code", "wrong": "code"}


@st.composite
def sources(draw: st.DrawFn, kind: str) -> str:
    """The text of a cell, out of lines that programs like to misread."""
    lines = draw(st.lists(st.sampled_from(CODE if kind == "code" else PROSE), max_size=6))
    return "\n".join(lines).rstrip()


@st.composite
def manuscripts(draw: st.DrawFn) -> Manuscript:
    """A manuscript with cells of every kind at any place, brought into its canonical form."""
    cells = []
    for number in range(draw(st.integers(1, 8))):
        role = draw(st.sampled_from(TAGS))
        kind = KINDS.get(role) or draw(st.sampled_from(["code", "markdown"]))
        answer = draw(st.sampled_from(["visit", "visit-again", "Greet_2"]))
        points = draw(st.sampled_from(["0", "1", "2.5", "10"]))
        tag = {
            "answer": f"answer:{answer}-{number}",
            "test": f"test:{answer}-{draw(st.integers(0, number))}:part-{number}:{points}",
            "hint": f"hint:{answer}-{draw(st.integers(0, 8))}",
            "wrong": f"wrong:{answer}-{draw(st.integers(0, 8))}:way-{number}",
            "readonly": f"readonly:cell-{number}",
        }.get(role, f"{role}:cell-{number}:{points}")
        tags = [tag] if role else []
        if kind == "code" and draw(st.booleans()):
            tags += draw(st.sampled_from([["varies"], ["raises-exception"], ["varies", "raises-exception"]]))
        objectives = draw(st.sampled_from([(), (), ("greet",), ("greet", "greet-well")]))
        cells.append(Cell(kind, draw(sources(kind)), tuple(tags), objectives))
    title = draw(st.sampled_from(["Odd", "Odd: really", "'Odd'", "Ünï → 🐍", "yes", "# odd"]))
    odd = Manuscript(PATH, title, draw(st.integers(1, 40)), tuple(cells))
    try:
        return parse(canonical(odd), PATH)
    except Problems:
        reject()
