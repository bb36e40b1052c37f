"""`course exam`: practice exams in a terminal, at the same desk as in a notebook."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def exam(
    blueprint: Annotated[
        str | None,
        typer.Argument(help="An exam by its id, such as `quick-check`. Without it, the list.", show_default=False),
    ] = None,
) -> None:
    """Sit a practice exam, or go on with the one that is running. Ctrl-C pauses it."""
    # Not before they are needed: every `course` command loads this file.
    from rich.console import Console

    from course.house import find_house
    from course.problems import Problems
    from course.study.exams.blueprints import find_blueprint
    from course.study.exams.sitting import Sitting
    from course.study.journal.keeping import own_journal
    from course.study.library import the_library
    from course.study.memory import Memory
    from course.study.progress import TopicProgress, read_progress
    from course.terminal.exam_seat import Seat

    if blueprint is not None:
        try:
            find_blueprint(blueprint)
        except LookupError as error:
            raise typer.BadParameter(str(error.args[0]), param_hint="BLUEPRINT") from None
    library = the_library()

    def topics() -> list[TopicProgress]:
        try:
            return read_progress(find_house().work, library.syllabus)
        except Problems:
            return []  # Not in a clone: then the report names no notebooks.

    desk = Sitting(Memory(own_journal()), library, blueprint, topics)
    Seat(desk, Console(highlight=False, emoji=False)).sit()
