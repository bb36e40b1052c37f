"""`course interview`: mock interviews in a terminal, at the same desk as in a notebook, and sheets for a friend."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def interview(
    name: Annotated[
        str | None,
        typer.Argument(help="An interview by its id, such as `todo-api`. Without it, the list.", show_default=False),
    ] = None,
    topic: Annotated[
        str | None, typer.Option(help="Questions of this topic instead, such as `routing`.", show_default=False)
    ] = None,
    level: Annotated[
        str | None, typer.Option(help="Only beginner, intermediate or advanced ones.", show_default=False)
    ] = None,
    minutes: Annotated[int | None, typer.Option(help="For so many minutes; 20 without it.", show_default=False)] = None,
    sheet: Annotated[
        bool, typer.Option("--sheet", help="Print the sheet for a friend who asks, as Markdown, with all answers.")
    ] = False,
) -> None:
    """Hold a mock interview, or go on with the one that was begun. Ctrl-C pauses it."""
    # Not before they are needed: every `course` command loads this file.
    from rich.console import Console

    from course.study.interviews.desk import InterviewDesk
    from course.study.interviews.levelled import wishes
    from course.study.interviews.lobby import Lobby
    from course.study.interviews.sheet import sheet as make_sheet
    from course.study.interviews.staged import find_mock_interview
    from course.study.journal.keeping import own_journal
    from course.study.library import the_library
    from course.study.memory import Memory
    from course.terminal.interview_seat import Seat

    library = the_library()
    drawn = topic is not None or level is not None or minutes is not None
    if name is not None and drawn:
        raise typer.BadParameter("give a name, or --topic, --level and --minutes", param_hint="NAME")
    if sheet and name is None and not drawn:
        raise typer.BadParameter("say which interview", param_hint="--sheet")
    memory = Memory(own_journal())
    desk: InterviewDesk | Lobby
    try:
        if name is not None:
            desk = InterviewDesk(memory, library, find_mock_interview(name))
        elif drawn:
            desk = InterviewDesk(memory, library, wanted=wishes(library, topic, level, minutes))
        else:
            desk = Lobby(memory, library)
    except LookupError as error:
        raise typer.BadParameter(str(error.args[0]), param_hint="NAME") from None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if sheet and isinstance(desk, InterviewDesk):
        typer.echo(make_sheet(desk.interview()), nl=False)
        return
    Seat(desk, Console(highlight=False, emoji=False)).sit()
