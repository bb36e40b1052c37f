"""The `autograde` command.

Exit codes: 0 everybody asked for is graded, 1 somebody is not, 2 it could not be done at all, 130 it was stopped.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from typer._click.core import Context
    from typer._click.formatting import HelpFormatter

REFUSED, STOPPED = 2, 130
GRADE = "grade"
UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "KI": 2**10, "MI": 2**20, "GI": 2**30}
LIMITS = "Limits of a submission"


class Commands(TyperGroup):
    """A group of commands in which a word that is no command is the assignment that is to be graded."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """As in the parent, with `grade` put before the name or the options of an assignment."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [GRADE, *args]
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """The commands, then the options of the one that need not be named."""
        super().format_help(ctx, formatter)
        grade = self.commands[GRADE]
        grade.format_help(type(ctx)(grade, info_name=ctx.info_name), formatter)


app = typer.Typer(
    name="autograde",
    cls=Commands,
    help="Grade a class, fast and sealed: [bold]autograde ASSIGNMENT[/] in the folder of an nbgrader course.",
    subcommand_metavar="ASSIGNMENT | COMMAND ...",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    epilog="An assignment that is called as one of these commands is: [bold]autograde grade ASSIGNMENT[/]",
    pretty_exceptions_enable=False,
)


def size(text: str) -> int:
    """A number of bytes from what a person writes: 500000, 500K, 100MB or 1GiB."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMG]?I?)B?", text.strip().upper())
    if match is None or match[2] not in UNITS:
        raise typer.BadParameter(f"{text!r} is not a size. Write it as 100MB or 1GiB.")
    return int(float(match[1]) * UNITS[match[2]])


Assignment = Annotated[str, typer.Argument(help="Its name, as nbgrader knows it.", metavar="ASSIGNMENT")]
Root = Annotated[
    Path | None,
    typer.Option(help="The course's folder. Without it: what nbgrader_config.py says, else this one.", metavar="DIR"),
]
Students = Annotated[
    list[str] | None,
    typer.Option("--students", "-s", help="Only these; may be given several times, and be patterns.", metavar="NAME"),
]
Notebooks = Annotated[
    list[str] | None,
    typer.Option("--notebooks", "-n", help="Only these notebooks; as with students.", metavar="NAME"),
]
Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", min=0, help="Submissions at a time; 0 is one per core.", metavar="N")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, and nothing else there.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but who was not graded.")]


def _limit(text: str, **more: Any) -> Any:
    return typer.Option(help=text, rich_help_panel=LIMITS, show_default=False, **more)


@app.command(GRADE)
def grade(
    assignment: Assignment,
    root: Root = None,
    students: Students = None,
    notebooks: Notebooks = None,
    jobs: Jobs = None,
    force: Annotated[bool, typer.Option("--force", "-f", help="Grade again what has not changed, too.")] = False,
    sandbox: Annotated[
        str | None,
        typer.Option(
            help="What student code runs in: best, namespaces, bubblewrap, landlock, none.",
            metavar="NAME",
            show_default=False,
        ),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(help="Grade on Dask: the address of its scheduler, or local to try it.", metavar="ADDRESS"),
    ] = None,
    as_nbgrader: Annotated[
        bool | None, typer.Option("--as-nbgrader", help="Score exactly as nbgrader does.", show_default=False)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say who would be graded and why; grade nobody.")] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Annotated[
        bool,
        typer.Option("--verbose", "-v", help="A line for each submission and all remarks; good with a screen reader."),
    ] = False,
    cell_seconds: Annotated[
        float | None, _limit("Seconds that a cell may take [c.Execute.timeout of the course, else 30].", metavar="S")
    ] = None,
    notebook_seconds: Annotated[
        float | None, _limit("Seconds that a notebook may take [300, or ten times those of a cell].", metavar="S")
    ] = None,
    memory: Annotated[int | None, _limit("Memory of a notebook [1GiB].", parser=size, metavar="SIZE")] = None,
    disk: Annotated[int | None, _limit("Files that it may write [100MB].", parser=size, metavar="SIZE")] = None,
    files: Annotated[int | None, _limit("How many files it may make [2000].", metavar="N")] = None,
    output: Annotated[int | None, _limit("What a cell may print or show [1MB].", parser=size, metavar="SIZE")] = None,
    submission: Annotated[
        int | None, _limit("What may be handed in at most [20MB].", parser=size, metavar="SIZE")
    ] = None,
    processes: Annotated[int | None, _limit("Processes and threads of a notebook [64].", metavar="N")] = None,
) -> None:
    """Grade what was handed in for an assignment. What has not changed since it was graded is left as it is."""
    from autograde.run.command import run
    from autograde.run.request import Request

    said = {
        "jobs": jobs,
        "sandbox": sandbox,
        "cluster": cluster,
        "as_nbgrader": as_nbgrader,
        "cell_seconds": cell_seconds,
        "notebook_seconds": notebook_seconds,
        "memory": memory,
        "disk": disk,
        "files": files,
        "output": output,
        "submission": submission,
        "processes": processes,
    }
    request = Request(
        assignment=assignment,
        root=root,
        students=tuple(students or ()),
        notebooks=tuple(notebooks or ()),
        force=force,
        dry_run=dry_run,
        as_json=as_json,
        quiet=quiet,
        verbose=verbose,
        said=said,
    )
    raise typer.Exit(run(request))


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say which sandbox holds on this machine, by attacking it, and how to get a better one."""
    from rich.console import Console

    from autograde.doctor import examine

    raise typer.Exit(examine(Console(highlight=False, emoji=False), as_json))


@app.command()
def feedback(
    assignment: Assignment,
    root: Root = None,
    students: Students = None,
    notebooks: Notebooks = None,
    jobs: Jobs = None,
    force: Annotated[bool, typer.Option("--force", "-f", help="Make pages again that would be the same.")] = False,
    quiet: Quiet = False,
) -> None:
    """Make the pages that students get: what each part earned, what is missing and why."""
    from autograde.run.pages import make_feedback

    raise typer.Exit(
        make_feedback(assignment, root, students or (), notebooks or (), jobs=jobs, force=force, quiet=quiet)
    )


@app.command()
def report(assignment: Assignment, root: Root = None) -> None:
    """Make the page for instructors: how the class did, which tests tell what, who needs a look."""
    from autograde.run.pages import make_report

    raise typer.Exit(make_report(assignment, root))


def main() -> None:
    """Runs the command; what cannot be done ends with a message, never with a traceback."""
    from autograde.refusal import Refusal

    try:
        app()
    except Refusal as refusal:
        typer.echo(str(refusal), err=True)
        sys.exit(REFUSED)
    except KeyboardInterrupt:
        sys.exit(STOPPED)


if __name__ == "__main__":
    main()
