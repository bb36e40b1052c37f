"""`course study`: cards in a terminal, at the same desk as in a notebook."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

app = typer.Typer()

NO_TERMINAL = "`course study` reads single keys, so it needs a terminal. In a notebook, run `cards()` instead."


@app.command()
def study(
    context: typer.Context,
    topics: Annotated[
        list[str] | None,
        typer.Argument(help="Topics by id, such as `routing`. All without one.", show_default=False),
    ] = None,
    framework: Annotated[
        list[str] | None, typer.Option(help="Only cards about `django`, `flask` or `fastapi`.", show_default=False)
    ] = None,
    exam: Annotated[
        str | None, typer.Option(help="What an exam asks about, such as `quick-check`.", show_default=False)
    ] = None,
    weak: Annotated[bool, typer.Option("--weak", help="Weak areas, and what was answered wrong.")] = False,
) -> None:
    """Study the cards that are due today. Every answer is kept at once; Ctrl-C leaves."""
    # Not before they are needed: every `course` command loads this file.
    from rich.console import Console

    from course.house import find_house
    from course.problems import Problems
    from course.study.cards.desk import Cards
    from course.study.journal.keeping import own_journal
    from course.study.lessons import Lessons
    from course.study.library import the_library
    from course.study.memory import Memory
    from course.terminal.study_table import Table

    if not sys.stdin.isatty():
        typer.echo(NO_TERMINAL, err=True)
        raise typer.Exit(2)
    library = the_library()
    try:
        lessons = Lessons(find_house(context.obj).work, library.syllabus)
    except Problems:
        lessons = None  # Outside of a clone there are no notebooks to name.
    try:
        desk = Cards(Memory(own_journal()), library, topics, framework, exam=exam, weak=weak, lessons=lessons)
    except (LookupError, ValueError) as error:
        raise typer.BadParameter(str(error.args[0])) from None
    Table(desk, Console(highlight=False, emoji=False)).sit()
