"""The `course` command. Exit codes: 0 is well, 1 something is wrong with the course, 2 it could not be looked at."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import indent
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from course.house import House, find_house
from course.problems import Problem, Problems
from course.roles import Role, current_role, set_role
from course.terminal import exam, exchange, interview, journal, study

WRONG, UNREADABLE, STOPPED = 1, 2, 130

app = typer.Typer(
    name="course",
    help="Build, check and study Threeways: Django, Flask and FastAPI side by side.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
out = Console(highlight=False, soft_wrap=True, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)
app.add_typer(exam.app)
app.add_typer(exchange.app)
app.add_typer(interview.app)
app.add_typer(journal.app)
app.add_typer(study.app)

Topics = Annotated[
    list[str] | None,
    typer.Argument(help="Topics by id or folder, such as `routing`. All without one.", show_default=False),
]


@app.callback()
def root(
    context: typer.Context,
    root: Annotated[
        Path | None, typer.Option(help="The folder of the clone. Without it, the one around you.", show_default=False)
    ] = None,
) -> None:
    """Remembers which clone is meant."""
    context.obj = root


def _house(context: typer.Context) -> House:
    return find_house(context.obj)


@app.command()
def lab(
    context: typer.Context,
    open: Annotated[bool, typer.Option(help="Open a browser at the start page.")] = True,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Exactly this port; without it, the first free one from 8888."),
    ] = None,
    role: Annotated[
        Role | None, typer.Option(help="Who you are; remembered. At first: alone.", show_default=False)
    ] = None,
    prepare_only: Annotated[
        bool, typer.Option("--prepare-only", help="Fill `work/` and set the role, start nothing.")
    ] = False,
) -> None:
    """Open JupyterLab at the start page, on your own copies under `work/`."""
    from course import lab as room

    house = _house(context)
    role = role or current_role()
    if port is not None:
        room.refuse_taken(house, port)
    synced = room.prepare(house, role)
    if synced.new:
        out.print(f"{len(synced.new)} files are new in work/.")
    if synced.renewed:
        out.print(f"{len(synced.renewed)} files that you had not changed were renewed in work/.")
    for relative in synced.newer:
        out.print(
            f"There is a newer version of work/{relative}. "
            f"[bold]course take {escape(relative)}[/] takes it and keeps yours beside it."
        )
    if not prepare_only:
        raise typer.Exit(room.launch(house, role, browser=open, port=port))


@app.command()
def take(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(help="Files under work/, such as `02_routing/1_matching.ipynb`.")],
) -> None:
    """Take the newer version of notebooks that you have changed; yours stay beside them."""
    from course.workspace import Workspace

    house = _house(context)
    workspace = Workspace(house.work, house.release)
    for file in files:
        relative = file.removeprefix("work/")
        try:
            kept = workspace.take(relative)
        except LookupError as error:
            what = f"cannot be taken: {error.args[0]}"
            todo = "Name a file that `course lab` listed."
            raise Problems([Problem(house.work / relative, 1, what, todo)]) from None
        out.print(f"work/{relative} is the newer version now; yours is {kept.relative_to(house.root)}.")


@app.command()
def grade(
    context: typer.Context,
    topic: Annotated[str, typer.Argument(help="A topic by id or folder, such as `routing`.")],
    unsealed: Annotated[
        bool, typer.Option("--unsealed", help="Without a sandbox: only for code that is your own.")
    ] = False,
) -> None:
    """Grade your saved exercises of a topic against all tests, the hidden ones too; what came of it is remembered."""
    from course import grading
    from course.study.journal.keeping import own_journal
    from course.study.memory import Memory

    house = _house(context)
    try:
        folder = grading.find_topic(house, topic)
    except LookupError as error:
        names = ", ".join(folder.topic.id for folder in house.folders)
        raise Problems([Problem(Path(topic), 0, error.args[0], f"Name one of: {names}.")]) from None
    try:
        with _progress(f"Grading work/{folder.name}:") as step:
            done = grading.grade(house, folder, step, "none" if unsealed else "best")
    except KeyboardInterrupt:
        err.print("Stopped; nothing was kept of it. The same command begins again.")
        raise typer.Exit(STOPPED) from None
    grading.record(Memory(own_journal()), done)
    for exercise in done.exercises:
        mark = "[green]✓[/]" if exercise.solved else "[red]✗[/]" if exercise.attempted else "○"
        words = "" if exercise.attempted else "  not attempted"
        out.print(f"{mark} [bold]{escape(exercise.id)}[/]  {exercise.points:g} of {exercise.most:g}{words}")
        for name, why in exercise.troubles.items():
            out.print(indent(f"{escape(name)}: {escape(why)}", "    "))
    for problem in done.problems:
        err.print(f"[yellow]![/] {escape(problem)}")
    if not any(exercise.attempted for exercise in done.exercises):
        err.print(f"No answer was found under work/{folder.name}. If you wrote one, save the notebook and grade again.")
    out.print(f"{done.points:g} of {done.most:g} points. Your journal has it; `progress()` shows it.")


@app.command()
def role(
    role: Annotated[
        Role | None, typer.Argument(help="Without it, the present one is shown.", show_default=False)
    ] = None,
) -> None:
    """Say who sits here: `alone`, a `student` of a class, or its `instructor`. nbgrader's panels depend on it."""
    if role:
        set_role(role)
    out.print(str(current_role()))


@app.command()
def new(
    context: typer.Context, topic: Annotated[str, typer.Argument(help="A topic of the syllabus, by its id.")]
) -> None:
    """Make the folder of a new topic, which passes its checks and is ready to fill."""
    from course.authoring.build import build as run_build
    from course.authoring.new import new_topic

    house = _house(context)
    folder = new_topic(house, topic)
    try:
        run_build(find_house(house.root), [topic])
    except Problems:
        shutil.rmtree(folder.path)
        raise
    out.print(
        f"{folder.path.relative_to(house.root)} is ready. Write, then: course build {topic} && course check {topic}"
    )


@app.command()
def build(
    context: typer.Context,
    topics: Topics = None,
    discard: Annotated[bool, typer.Option("--discard", help="Give up edits made to notebooks under source/.")] = False,
) -> None:
    """Bring `source/`, `release/` and all else that is made from the text up to date."""
    from course.authoring.build import build as run_build

    house = _house(context)
    with _progress("Building", 2 * len(house.select(topics))) as step:
        changed = run_build(house, topics, discard=discard, step=step)
    for path in changed:
        out.print(
            f"[green]wrote[/] {path.relative_to(house.root)}"
            if path.exists()
            else f"[yellow]removed[/] {path.relative_to(house.root)}"
        )
    out.print(f"{len(changed)} files changed." if changed else "Everything was up to date.")


@app.command("import")
def import_(
    context: typer.Context,
    topics: Topics = None,
    over_text: Annotated[
        bool, typer.Option("--over-text", help="Take the notebook where the text was changed too.")
    ] = False,
) -> None:
    """Bring edits made to notebooks under `source/` in JupyterLab back into the text."""
    from course.authoring.importing import import_topics

    house = _house(context)
    imported = import_topics(house, topics, over_text=over_text)
    for one in imported:
        out.print(f"[green]imported[/] {one.path.relative_to(house.root)}")
        for thing in one.left_out:
            out.print(f"  [yellow]left out[/] {escape(thing)}: the text has no place for it")
    out.print("Now run `course build`." if imported else "No notebook under source/ was edited.")


@app.command()
def check(
    context: typer.Context,
    topics: Topics = None,
    run: Annotated[bool, typer.Option(help="Also run proofs and exercises.")] = True,
    coverage: Annotated[bool, typer.Option("--coverage", help="Show which objectives are covered by what.")] = False,
) -> None:
    """Look for everything that can be wrong with topics, and say where and what to do."""
    from course.authoring.check import check as run_check
    from course.study.exams import blueprints

    house = _house(context)
    with _progress("Checking") as step:
        report = run_check(house, topics, run=run, step=step)
    exams = blueprints.problems(house.root / "course/study/blueprints.yaml", house.syllabus.record)
    report.problems = sorted({*report.problems, *exams})
    if coverage:
        for topic, entries in report.coverage.items():
            _coverage_table(topic, entries)
    for topic, entries in report.coverage.items():
        core = [entry for entry in entries if entry.objective.origin == "core"]
        owed = sum(len(entry.counts) for entry in core)
        missing = sum(len(entry.missing) for entry in core)
        beyond = sum(not entry.missing for entry in entries if entry.objective.origin == "beyond")
        out.print(
            f"{topic}: {owed - missing} of {owed} core cells covered; "
            f"{beyond} of {len(entries) - len(core)} beyond objectives in full."
        )
    out.print(f"{report.proofs} claims with a proof, {report.judgements} matters of judgement.")
    _show(report.problems, house)
    if report.problems:
        raise typer.Exit(WRONG)
    out.print("[green]Nothing is wrong.[/]")


@app.command()
def run(
    context: typer.Context,
    topics: Topics = None,
    jobs: Annotated[
        int | None, typer.Option(help="How many notebooks at a time; as many as cores without it.", show_default=False)
    ] = None,
) -> None:
    """Execute all notebooks, each twice in one kernel, and see that nothing is left behind."""
    from course.authoring.run import count_notebooks, run_topics

    house = _house(context)
    with _progress("Running", count_notebooks(house, topics)) as step:
        runs = run_topics(house, topics, jobs=jobs, step=step)
    table = Table("notebook", "seconds", "slowest cell", "in line", box=None)
    for one in runs:
        name = one.text.path.relative_to(house.topics_path).with_suffix("")
        table.add_row(str(name), f"{one.seconds:.1f}", f"{one.slowest:.2f}", str(one.slowest_line))
    out.print(table)
    problems = [problem for one in runs for problem in one.problems]
    _show(problems, house)
    if problems:
        raise typer.Exit(WRONG)
    out.print(f"[green]{len(runs)} notebooks ran twice and left nothing behind.[/]")


@app.command()
def doctor(context: typer.Context) -> None:
    """Say what is missing on this machine, and how to get it."""
    from course.doctor import examine

    try:
        house: House | None = _house(context)
    except Problems:
        house = None
    table = Table("", "what", "found", box=None)
    marks = {"good": "[green]✓[/]", "missing": "[red]✗[/]", "optional": "[yellow]–[/]"}
    missing = False
    with _progress("Looking") as step:
        findings = []
        for finding in examine(house):
            findings.append(finding)
            step(finding.name)
    for finding in findings:
        missing |= finding.state == "missing"
        advice = f"\n[bold]→[/] {escape(finding.todo)}" if finding.todo else ""
        table.add_row(marks[finding.state], finding.name, escape(finding.found) + advice)
    out.print(table)
    if missing:
        raise typer.Exit(WRONG)


def _coverage_table(topic: str, entries: list) -> None:
    kinds = ["notebook", "exercise", "quiz", "card", "exam", "interview", "project"]
    table = Table("objective", "origin", *kinds, title=topic, box=None)
    for entry in entries:
        cells = [str(entry.counts[kind]) if kind in entry.counts else "" for kind in kinds]
        table.add_row(
            entry.objective.id, entry.objective.origin, *(f"[red]{cell}[/]" if cell == "0" else cell for cell in cells)
        )
    out.print(table)


def _show(problems: list[Problem], house: House | None) -> None:
    for problem in problems:
        err.print(f"[red]✗[/] {escape(problem.text(house.root if house else None))}")
    if len(problems) > 1:
        err.print(f"{len(problems)} problems.")


@contextmanager
def _progress(what: str, total: int | None = None) -> Iterator[Callable[[str], None]]:
    """A progress bar on a terminal; silent elsewhere."""
    columns = [
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    ]
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(what, total=total)

        def step(name: str) -> None:
            bar.update(task, advance=1, description=f"{what} {escape(name)}")

        yield step


def main() -> None:
    """Runs the command; a mistake of the user's ends with a message, never with a traceback."""
    try:
        app()
    except Problems as error:
        try:
            house = find_house()
        except Problems:
            house = None
        _show(error.problems, house)
        raise SystemExit(UNREADABLE) from None
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("course.authoring"):
            raise
        err.print("[red]✗[/] This command is for authors, and a class's package has none of their tools. Use a clone.")
        raise SystemExit(UNREADABLE) from None


if __name__ == "__main__":
    main()
