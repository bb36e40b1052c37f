"""`course journal`: where it lies, and how to move it, keep a copy, take two together and save a damaged one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from course.study.journal.keeping import Rescued

app = typer.Typer(
    name="journal",
    help="Your journal, in which every answer is kept: where it lies, and how to move it, back it up and merge two.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
out = Console(highlight=False, soft_wrap=True, emoji=False)

NO_WORK = "There is no work/ folder here, so files were left alone."
FIXED = (
    "[yellow]read-only[/]: no answer can be kept. Make the file and its folder writable, or "
    "[bold]course journal move[/] it"
)
DECIDED = {
    "usual": "the usual place",
    "moved": "where `course journal move` has put it",
    "COURSE_JOURNAL": "what COURSE_JOURNAL names",
}


@app.command()
def where() -> None:
    """Say where your journal lies, and what is in it."""
    from course.study.journal import Journal
    from course.study.journal.file import refuse_orphan
    from course.study.journal.keeping import journal_path, place, read_journal, read_only
    from course.study.journal.machine import forgetful

    found = place()
    path = journal_path()
    rows = [("file", escape(str(path))), ("it is", DECIDED[found.decided_by])]
    if not path.exists():
        refuse_orphan(path)
        rows.append(("in it", "nothing yet: it is made with your first answer"))
    else:
        if fixed := read_only(path):
            events = sorted(read_journal(path), key=lambda event: event.order)
        else:
            journal = Journal(path)
            journal.check()
            if journal.path != path:
                rows.append(("moved to", escape(str(journal.path))))
            events = journal.events()
        rows.append(("in it", _entries(len(events))))
        if events:
            rows.append(("since", _day(events[0].at)))
            rows.append(("last", _day(events[-1].at)))
        rows.append(("state", FIXED if fixed else "[green]in order[/]"))
    if kind := forgetful(path):
        rows.append(("but", f"this is {kind}: keep a copy elsewhere with [bold]course journal backup[/]"))
    for name, said in rows:
        out.print(f"{name:<9} {said}")  # Not a table: a path is to be copied whole, however narrow the window.


@app.command()
def move(
    to: Annotated[
        Path, typer.Argument(help="A folder, or the name of a file that is not there yet.", show_default=False)
    ],
) -> None:
    """Move the journal. Notebooks and terminals that have it open go on in the new place."""
    from course.study.journal.keeping import JOURNAL, place
    from course.study.journal.keeping import move as move_to

    moved = move_to(to)
    out.print(f"Your journal is {escape(str(moved.path))} now, with {_entries(moved.events)}.")
    if moved.copied:
        out.print(f"{escape(str(moved.left))} is read-only, so it stays as it was.")
        named = f"Set {JOURNAL} to the new file. " if place().decided_by == JOURNAL else ""
        out.print(f"{named}Restart the notebooks that have the old one open.")
    elif moved.left:
        out.print(
            f"{escape(str(moved.left))} is still there and only says where it went. Set {JOURNAL} to the new file; "
            "then you can delete the old one."
        )


@app.command()
def backup(
    context: typer.Context,
    to: Annotated[
        Path,
        typer.Argument(
            help="A folder, a zip for the journal and your files under work/, or a .db for the journal alone.",
            show_default=False,
        ),
    ],
) -> None:
    """Keep a copy of the journal and of what you wrote under `work/`; no file is overwritten."""
    from course.study.journal.archive import pack
    from course.study.journal.keeping import backup as copy

    if to.suffix == ".db":
        out.print(f"{escape(str(copy(to)))} is a copy of your journal.")
        return
    work = _work(context.obj)
    packed = pack(to, work)
    files = f" and {_files(packed.files)} of {escape(str(work))}" if work else ""
    out.print(f"{escape(str(packed.path))} holds {_entries(packed.events)} of your journal{files}.")
    for name in packed.too_large:
        out.print(f"[yellow]left out[/] {escape(name)}: it is larger than 50 MB")
    if not work:
        out.print(NO_WORK)


@app.command()
def merge(
    source: Annotated[
        Path, typer.Argument(help="Another journal, such as that of your laptop, or a backup.", show_default=False)
    ],
) -> None:
    """Add what is in another journal to yours. A second time nothing is added."""
    from course.study.journal.archive import merge as merge_from

    merged = merge_from(source)
    out.print(f"Of {_entries(merged.events)}, {merged.new} were new. {escape(str(source))} is as it was.")


@app.command()
def restore(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(help="A zip or a .db that `backup` or Download made.", show_default=False)],
) -> None:
    """Bring back the journal and files of a backup. Nothing is overwritten; a damaged journal is kept aside."""
    from course.study.journal.archive import restore as restore_from

    work = _work(context.obj)
    done = restore_from(source, work)
    if done.rescued:
        _say_rescued(done.rescued)
    out.print(f"Of {_entries(done.journal.events)} in the backup, {done.journal.new} were new to your journal.")
    for name in done.new:
        out.print(f"[green]in place[/] work/{escape(name)}")
    for name in done.beside:
        out.print(f"[yellow]beside yours[/] work/{escape(name)}")
    if done.same:
        out.print(f"{_files(done.same)} {'was' if done.same == 1 else 'were'} there already.")
    if not work:
        out.print(NO_WORK)


@app.command()
def rescue(
    source: Annotated[
        Path | None,
        typer.Argument(help="Another damaged file, such as a backup. Without it, your journal.", show_default=False),
    ] = None,
) -> None:
    """Save what can be read of a damaged journal. The damaged file is kept."""
    from course.study.journal.keeping import rescue as rescue_from

    _say_rescued(rescue_from(source), source)


def _say_rescued(rescued: Rescued, source: Path | None = None) -> None:
    lost = f"; at least {rescued.missing:,} {'is' if rescued.missing == 1 else 'are'} lost" if rescued.missing else ""
    out.print(f"{_entries(rescued.events)} could be read{lost}. {rescued.new:,} of them went into your journal.")
    if rescued.torn:
        out.print("A part of the file is gone or cannot be read; entries that stood there are lost.")
    out.print(
        f"{escape(str(source))} is as it was." if source else f"The damaged file is kept: {escape(str(rescued.kept))}"
    )


def _work(root: Path | None) -> Path | None:
    """The learner's folder of the clone that `course` was called for."""
    from course.house import find_house
    from course.problems import Problems

    try:
        work = find_house(root).work
    except Problems:
        return None
    return work if work.is_dir() else None


def _entries(count: int) -> str:
    return f"{count:,} {'entry' if count == 1 else 'entries'}"


def _files(count: int) -> str:
    return f"{count:,} {'file' if count == 1 else 'files'}"


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000).astimezone().strftime("%Y-%m-%d %H:%M")
