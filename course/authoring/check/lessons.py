"""Rules: a lesson is short, runs early, asks often, closes properly, and can be read by everybody."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from markdown_it import MarkdownIt
from markdown_it.token import Token

from course.authoring.check.subject import Subject, at
from course.authoring.manuscript import Cell, Manuscript
from course.problems import Problem

LONGEST = 40
FIRST_RUN = 5
WORDS_A_MINUTE = 180
MINUTES_A_CELL, MINUTES_A_LINE, MINUTES_A_QUESTION = 0.5, 0.05, 0.75
TOLERANCE = 0.25
CLOSING = ("Key points", "How would X do this?", "Official pages")
PRACTICE = re.compile(r"(cards|mistakes|exam|interview)\(")
"""Cells that ask questions without naming them."""
WITHOUT_QUIZ = {*CLOSING, "What you can do now"}
EMPTY_WORDS = {"here", "this", "link", "click here", "this page", "more"}

_markdown = MarkdownIt("commonmark").enable("table")


@dataclass
class Section:
    """A `##` part of a lesson."""

    title: str
    cell: Cell
    code: list[Cell] = field(default_factory=list)


def measured_minutes(cells: tuple[Cell, ...] | list[Cell]) -> float:
    """How long the cells take, by their words, code and questions."""
    minutes = 0.0
    for cell in cells:
        if not cell.built:
            continue
        if cell.kind == "markdown":
            minutes += len(cell.source.split()) / WORDS_A_MINUTE
        elif questions := quiz_ids(cell):
            minutes += MINUTES_A_QUESTION * len(questions)
        else:
            lines = sum(1 for line in cell.source.splitlines() if line.strip())
            minutes += MINUTES_A_CELL + MINUTES_A_LINE * lines
    return minutes


def timed(subject: Subject) -> Iterator[Problem]:
    """Minutes are at most 40, and what the lesson measures; something runs within the first five."""
    for text in subject.lessons:
        measured = measured_minutes(text.cells)
        if text.minutes > LONGEST:
            what = f"says {text.minutes} minutes; a lesson takes at most {LONGEST}."
            yield Problem(text.path, 1, what, "Split it.")
        elif subject.complete and abs(text.minutes - measured) > max(3, TOLERANCE * measured):
            what = f"says {text.minutes} minutes, but measures {measured:.0f} by its words, code and questions."
            yield Problem(text.path, 1, what, f"Write `minutes: {measured:.0f}`, or change the lesson.")
        before: list[Cell] = []
        for cell in text.cells:
            if cell.kind == "code" and not quiz_ids(cell) and not _only_imports(cell):
                if (minutes := measured_minutes(before)) > FIRST_RUN:
                    what = f"runs its first program after {minutes:.0f} minutes."
                    yield at(text, cell, what, f"Show something running within the first {FIRST_RUN}.")
                break
            before.append(cell)
        else:
            yield Problem(text.path, 1, "runs nothing.", "Show a program that runs.")


def asked(subject: Subject) -> Iterator[Problem]:
    """Quizzes name questions that exist; the sections of a complete topic end in one."""
    known = {question.id for question in subject.bank.record.questions}
    for text in subject.texts:
        for cell in text.cells:
            for id in quiz_ids(cell):
                if id not in known:
                    todo = f"Correct the id, or add the question to {subject.folder.name}/bank.yaml."
                    yield at(text, cell, f"asks the question `{id}`, which does not exist.", todo)
            if cell.kind == "code" and cell.built and (error := _syntax_error(cell)):
                reason = error.msg.split(" (detected at line")[0]  # Its line is one of the cell, not of the file.
                yield at(text, cell, f"is not Python ({reason}).", "Correct the code.", error.lineno or 0)
    if not subject.complete:
        return
    for text in subject.lessons:
        for section in _sections(text):
            last = section.code[-1] if section.code else None
            if section.title not in WITHOUT_QUIZ and not (last and (quiz_ids(last) or _studied(last))):
                what = f'the section "{section.title}" does not end in a quiz.'
                yield at(text, section.cell, what, 'Close it with a cell `quiz("…")`.')


def kept(subject: Subject) -> Iterator[Problem]:
    """What a notebook imports from `course` keeps its name: else its earlier cells could not be run again."""
    for text in subject.texts:
        brought: set[str] = set()
        for cell in text.cells:
            if cell.kind != "code" or not cell.built:
                continue
            for node in _statements(cell):
                if isinstance(node, ast.ImportFrom) and node.module == "course":
                    brought |= {alias.asname or alias.name for alias in node.names}
                for name in sorted(_bound(node) & brought):
                    what = f"gives `{name}`, which comes from `course`, to something else."
                    yield at(text, cell, what, "Choose another name: earlier cells use that one.", node.lineno)


def closed(subject: Subject) -> Iterator[Problem]:
    """The last lesson of a complete topic closes with key points, the other frameworks' ways and the official pages."""
    if not subject.complete or not subject.lessons:
        return
    last = subject.lessons[-1]
    titles = [section.title for section in _sections(last)]
    for title in CLOSING:
        if title not in titles:
            yield Problem(
                last.path, 1, f'has no section "{title}".', f"Add `## {title}` at the end of this last lesson."
            )


def taught(subject: Subject) -> Iterator[Problem]:
    """The code and the tests of a complete topic say what they teach or test."""
    if not subject.complete:
        return
    for text in subject.texts:
        for cell in text.cells:
            if cell.mark and cell.mark.role in ("answer", "test", "manual", "task") and not cell.objectives:
                todo = 'Add `objectives=["…"]` to its header.'
                yield at(text, cell, f"`{cell.mark.tag}` names no objective.", todo)


def readable(subject: Subject) -> Iterator[Problem]:
    """Headings go down one level at a time, pictures have alternative texts, links lead somewhere and say where."""
    for text in subject.texts:
        level = 0
        for cell in text.cells:
            if cell.kind != "markdown":
                continue
            tokens = _markdown.parse(cell.source)
            for token in tokens:
                line = (token.map[0] if token.map else 0) + 1
                if token.type == "heading_open" and cell.built:
                    new = int(token.tag[1])
                    if new > level + 1 or (new == 1 and level):
                        what = f"has a heading of level {new} after one of level {level}."
                        todo = "Begin with one `#`, then go down one level at a time."
                        yield at(text, cell, what, todo, line)
                    level = new
                if token.type == "fence" and token.info.strip() == "mermaid":
                    for word in ("accTitle:", "accDescr:"):
                        if word not in token.content:
                            what = f"has a diagram without `{word}`."
                            yield at(text, cell, what, "Say in words what it shows, for who cannot see it.", line)
                if token.type == "inline":
                    yield from _links(subject, text, cell, token, line)
        if level == 0:
            yield Problem(text.path, 1, "has no heading.", "Begin with a text cell `# Title`.")


def _studied(cell: Cell) -> bool:
    """Whether a cell is for practice itself: cards, mistakes, an exam or an interview."""
    return bool(PRACTICE.match(cell.source))


def quiz_ids(cell: Cell) -> list[str]:
    """The questions that a cell asks; empty when it is no quiz."""
    if cell.kind != "code" or "quiz(" not in cell.source:
        return []
    try:
        tree = ast.parse(cell.source)
    except SyntaxError:
        return []
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [
        argument.value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "quiz"
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def _sections(text: Manuscript) -> list[Section]:
    sections: list[Section] = []
    for cell in text.cells:
        if cell.kind == "markdown":
            for title in re.findall(r"^## (.+)$", _without_fences(cell.source), re.M):
                sections.append(Section(title.strip(), cell))
        elif sections and cell.built:
            sections[-1].code.append(cell)
    return sections


def _links(subject: Subject, text: Manuscript, cell: Cell, token: Token, line: int) -> Iterator[Problem]:
    children = token.children or []
    for position, child in enumerate(children):
        line += child.type in ("softbreak", "hardbreak")
        if child.type == "image":
            if not child.content.strip():
                todo = "Say in its square brackets what the picture shows."
                yield at(text, cell, "has a picture without an alternative text.", todo, line)
            yield from _target(subject, text, cell, str(child.attrGet("src")), line)
        elif child.type == "link_open":
            inside = takewhile(lambda inner: inner.type != "link_close", children[position + 1 :])
            words = "".join(inner.content for inner in inside)
            if words.strip().lower() in EMPTY_WORDS or not words.strip():
                yield at(text, cell, f'has a link that only says "{words}".', "Name what is there.", line)
            yield from _target(subject, text, cell, str(child.attrGet("href")), line)


def _target(subject: Subject, text: Manuscript, cell: Cell, target: str, line: int) -> Iterator[Problem]:
    if target.startswith("https://") or target.startswith("#"):
        return
    if re.match(r"[a-z]+:", target):
        yield at(text, cell, f"links to `{target}`.", "Link with https, or to a file of the course.", line)
        return
    path = (text.path.parent / target.split("#")[0]).resolve()
    start = subject.house.topics_path.resolve()
    candidates = [path, path.with_suffix(".py") if path.suffix == ".ipynb" else path]
    if path == start / "Start.ipynb":
        candidates = [start / "start.py"]
    if not any(candidate.exists() for candidate in candidates):
        yield at(text, cell, f"links to `{target}`, which does not exist.", "Correct the link.", line)


def _only_imports(cell: Cell) -> bool:
    body = _statements(cell)
    return bool(body) and all(isinstance(node, ast.Import | ast.ImportFrom) for node in body)


def _statements(cell: Cell) -> list[ast.stmt]:
    """What stands in a cell; nothing for one that cannot be read."""
    try:
        return ast.parse(_own_code(cell)).body
    except SyntaxError:
        return []


def _own_code(cell: Cell) -> str:
    """The code of a cell without the question above it, whose line stays."""
    return re.sub(r"\A%%predict\b.*", "#", cell.source)


def _bound(node: ast.stmt) -> set[str]:
    """The names that a statement of a cell defines or assigns."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For | ast.With):
        names = (inner for inner in ast.walk(node) if isinstance(inner, ast.Name))
        return {name.id for name in names if isinstance(name.ctx, ast.Store)}
    return set()


def _syntax_error(cell: Cell) -> SyntaxError | None:
    from IPython.core.inputtransformer2 import TransformerManager  # Loading IPython takes 0.3 s.

    if "raises-exception" in cell.tags:
        return None
    try:
        code = TransformerManager().transform_cell(_own_code(cell))
        compile(code, "cell", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as error:
        return error
    return None


def _without_fences(source: str) -> str:
    return re.sub(r"^```.*?^```", "", source, flags=re.M | re.S)
