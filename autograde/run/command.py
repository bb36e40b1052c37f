"""What `autograde ASSIGNMENT` does, from its options to its exit code."""

from __future__ import annotations

import errno
import sys
import time
from typing import Literal

import msgspec
from traitlets import TraitError

from autograde.refusal import Refusal
from autograde.run.config import read_config, unusable
from autograde.run.document import Document, line
from autograde.run.grading import Grading
from autograde.run.progress import Lines, choose
from autograde.run.request import Request
from autograde.run.stop import STOPPED
from autograde.run.summary import complain, summarize
from autograde.run.tally import Outcome, State, Tally
from autograde.run.terminal import console, plain
from autograde.settings import read_settings
from autograde.task import Weight

WELL, SOME_NOT, REFUSED = 0, 1, 2
"""Exit codes: everybody asked for is graded, somebody is not, it could not be done at all."""
DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENOMEM)
"""What the machine refuses, and a person can change."""

Ended = Literal["finished", "stopped", "refused"]


def run(request: Request) -> int:
    """Does it, says what happened, and returns the exit code."""
    began = time.monotonic()
    out = console(stderr=request.as_json)
    tally = Tally()
    lines: dict[str, msgspec.Raw] = {}
    grading: Grading | None = None
    ended: Ended = "finished"
    message = ""

    def tell(outcome: Outcome) -> None:
        if request.as_json:
            lines[outcome.student] = line(outcome)

    try:
        config = read_config(request.root)
        settings = read_settings(config, **request.said)
        show = choose(out, quiet=request.quiet, verbose=request.verbose)
        if request.dry_run:
            grading = Grading(request, config, settings, Lines(out), tally, tell)
            grading.rehearse()
        else:
            grading = Grading(request, config, settings, show, tally, tell)
            grading.run()
    except KeyboardInterrupt:
        ended, message = "stopped", f"Stopped. What was graded is kept; to go on: {request.again}"
    except Refusal as refusal:
        ended, message = "refused", str(refusal)
    except TraitError as error:
        ended, message = "refused", str(unusable(error))
    except OSError as error:
        if error.errno not in DISK:
            raise
        what = f"{error.filename or 'This machine'}: {error.strerror}."
        ended, message = "refused", f"{what} Free some space or change the rights, and run the same command again."
    seconds = time.monotonic() - began
    if request.quiet:
        complain(console(stderr=True), tally.of(Weight.UNGRADED))
    elif tally.asked:
        summarize(out, tally, seconds, verbose=request.verbose)
    if message:
        console(stderr=True).print("\n".join(map(plain, message.splitlines())), soft_wrap=True)
    if request.as_json:
        document = Document(
            ended=ended,
            message=message,
            assignment=request.assignment,
            course=grading.course if grading else "",
            sandbox=grading.sandbox if grading else "",
            graded=tally.states[State.GRADED],
            unchanged=tally.states[State.UNCHANGED],
            not_graded=tally.states[State.UNGRADED],
            to_be_graded=tally.states[State.DUE],
            points={str(way): points for way, points in tally.points.items()},
            remarks=tuple(map(str, tally.remarks)),
            look_at=tally.remarks,
            seconds=round(seconds, 3),
            students=tuple(lines[student] for student in sorted(lines)),
        )
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n")
    return code(ended, tally)


def code(ended: Ended, tally: Tally) -> int:
    """The exit code of a run."""
    if ended == "stopped":
        return STOPPED
    if ended == "refused" and not tally.states[State.GRADED]:
        return REFUSED
    return SOME_NOT if ended == "refused" or tally.states[State.UNGRADED] else WELL
