"""`course export` and `course bring`: to other programs and back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

if TYPE_CHECKING:
    from course.study.memory import Memory

app = typer.Typer()

SHOWN = "-"
"""Instead of a file: what is written goes to whoever reads what the command says."""


class Target(StrEnum):
    """What can be written."""

    JSON = "json"
    CSV = "csv"
    ANKI = "anki"
    ANKI_TEXT = "anki-text"
    GIFT = "gift"
    MOODLE_XML = "moodle-xml"


@app.command()
def export(
    format: Annotated[
        Target,
        typer.Argument(
            help="`json`: your whole journal. `csv`: your reviews. `anki`, `anki-text`: the cards. "
            "`gift`, `moodle-xml`: the questions, for Moodle."
        ),
    ],
    file: Annotated[Path, typer.Argument(help="The file to write, such as `threeways.apkg`; `-` shows it.")],
    topics: Annotated[
        list[str] | None,
        typer.Option("--topic", help="Only this topic, by its id; may be said again.", show_default=False),
    ] = None,
    history: Annotated[
        bool,
        typer.Option("--history", help="`anki`: with your schedule and your reviews, so that you can go on there."),
    ] = False,
    questions: Annotated[bool, typer.Option("--questions", help="`anki`, `anki-text`: the questions too.")] = False,
    over: Annotated[bool, typer.Option("--over", help="Replace the file if it is there.")] = False,
) -> None:
    """Take your reviews, the cards or the questions to another program."""
    from course.study.exchange.doors import FORMATS, Order, export
    from course.study.exchange.files import refuse
    from course.study.library import the_library

    order = Order(tuple(topics or ()), questions, history)
    chosen = FORMATS[format.value]
    shown = str(file) == SHOWN
    if shown and not chosen.text:
        raise refuse(file, f"means to show it, and `{format.value}` is no text.", "Name a file, such as study.apkg.")
    with TemporaryDirectory() as folder, _progress("Writing") as step:
        written = Path(folder) / format.value if shown else file
        count = export(format.value, written, _memory(), the_library(), order, over=over, step=step)
        if shown:
            sys.stdout.buffer.write(written.read_bytes())
            sys.stdout.buffer.flush()
            return
    what = chosen.what if count != 1 else chosen.what.removesuffix("s")
    _out().print(f"{escape(str(file))} holds {count} {what}.")


@app.command()
def bring(
    file: Annotated[
        Path,
        typer.Argument(
            help="An .apkg or .colpkg of Anki, a journal as JSON, reviews as CSV, or your class's feedback: "
            "a page, or the folder with all of it."
        ),
    ],
    student: Annotated[
        str | None,
        typer.Option(help="Your name in the class, where it is not the one from before.", show_default=False),
    ] = None,
) -> None:
    """Bring back what was done elsewhere: reviews, a journal, results of your class. A second time adds nothing."""
    from course.study.exchange.doors import bring
    from course.study.library import the_library

    with _progress("Reading"):
        brought = bring(file, _memory(), the_library(), student)
    out = _out()
    one = brought.what.removesuffix("s")
    new = f"{brought.new} {one if brought.new == 1 else brought.what} came in"
    were = "was" if brought.known == 1 else "were"
    out.print(f"{new}; {brought.known} {were} known already." if brought.known else f"{new}.")
    for remark in brought.remarks:
        out.print(escape(remark))


def _memory() -> Memory:
    from course.study.journal.keeping import own_journal
    from course.study.memory import Memory

    return Memory(own_journal())


def _out() -> Console:
    return Console(highlight=False, soft_wrap=True, emoji=False)


@contextmanager
def _progress(what: str) -> Iterator[Callable[[str], None]]:
    """What is being done, on a terminal; silent elsewhere."""
    err = Console(stderr=True, highlight=False, emoji=False)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(what, total=None)

        def step(name: str) -> None:
            bar.update(task, advance=1, description=f"{what} {escape(name)}")

        yield step
