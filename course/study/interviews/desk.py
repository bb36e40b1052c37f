"""A mock interview to sit through: a stage at a time, said aloud or written, compared, graded, asked further."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from course.study.desk import View
from course.study.interviews import views as views
from course.study.interviews.interview import DRAWN, Reply, Run, Turn
from course.study.interviews.levelled import draw, levelled
from course.study.interviews.report import FOLLOW_UP_GRADES, report
from course.study.interviews.sheet import sheet
from course.study.interviews.staged import MockInterview, Stage
from course.study.library import Library
from course.study.memory import Memory
from course.study.progress import TopicProgress

LONGEST = 20_000
"""Characters of an answer that are kept."""
LONGEST_SAID = 60 * 60_000


class InterviewDesk:
    """One interview: a staged one, or with `wanted` one over questions that are drawn when it starts.

    An interview that was begun and not finished goes on where it stopped, with the time that was used.
    """

    def __init__(
        self,
        memory: Memory,
        library: Library,
        interview: MockInterview | None = None,
        wanted: Mapping[str, Any] | None = None,
        topics: Callable[[], Iterable[TopicProgress]] = tuple,
    ):
        if (interview is None) == (wanted is None):
            raise ValueError("a desk holds a staged interview, or wishes to draw one by")
        self.memory = memory
        self.library = library
        self._staged = interview
        self._wanted = wanted
        self._topics = topics
        self._here = False
        self._report = ""
        self._ended = ""
        self._sheet = False
        self._drawn: tuple[str, ...] = ()
        self._acts: dict[str, Callable[[Mapping[str, Any]], None]] = {
            "start": self._start,
            "begin": self._begin,
            "draft": self._draft,
            "check": self._check,
            "tick": self._tick,
            "pause": self._pause,
            "resume": self._resume,
            "answer": self._answer,
            "grade": self._grade,
            "follow-up": self._follow_up,
            "follow-up-grade": self._follow_up_grade,
            "undo": self._undo,
            "finish": self._finish,
            "report": self._open_report,
            "start-page": self._start_page,
            "sheet": self._open_sheet,
        }

    @property
    def name(self) -> str:
        """What the journal calls this interview."""
        return self._staged.id if self._staged else DRAWN

    def act(self, event: Mapping[str, Any]) -> None:
        """Does what the learner wants, and keeps it; raises ValueError with a sentence when that cannot be done."""
        kind = str(event.get("type"))
        if kind not in self._acts:
            raise ValueError(f"this is nothing to do in an interview: {kind}")
        self._acts[kind](event)

    def interview(self, run: Run | None = None) -> MockInterview:
        """The interview with its stages: those of a run, or those that would be asked now."""
        if self._staged is not None:
            return self._staged
        assert self._wanted is not None
        known = self.library.interviews
        if run is not None:
            entries = [known[id] for id in run.stages if id in known]
            if not entries:
                raise ValueError("The questions of this interview are not in the course any more.")
            return levelled(entries, run.drawn, self.library)
        if not self._drawn:
            interviews = self.memory.state.interviews
            seed = f"{self._wanted} {len(interviews.runs)}"
            self._drawn = tuple(entry.id for entry in draw(self.library, interviews.asked, self._wanted, seed))
        return levelled((known[id] for id in self._drawn), self._wanted, self.library)

    def view(self) -> View:
        """What may be shown now."""
        run = self._run()
        if self._report:
            shown = self.memory.state.interviews.runs[self._report]
            made = report(shown, self.interview(shown), self._earlier())
            topics = self._topics() if made.advice else ()
            return views.report_view(made, self.library, topics, can_undo=self._report == self._ended)
        if run is None or not run.turns:
            return self._start_view()
        interview = self.interview(run)
        stage = current_stage(interview, run)
        if stage is None or not run.turn(stage.id).begun:
            return views.between(interview, run, stage)
        phase, number = phase_of(stage, run)
        if phase in ("question", "follow-up") and (run.paused or not self._here):
            return views.paused(interview, run, stage)
        draw_phase = {
            "question": views.question,
            "compare": views.compare,
            "follow-up": views.follow_up,
            "follow-up-compare": views.follow_up_compare,
        }[phase]
        return draw_phase(interview, run, stage, number)

    def _start_view(self) -> View:
        interview = self.interview()
        text = sheet(interview) if self._sheet else None
        return views.start(interview, self._run(), self._earlier(), text)

    def _run(self) -> Run | None:
        """The interview that is being held."""
        run = self.memory.state.interviews.open_run(self.name, self._wanted)
        known = set(self.library.interviews) if run and self._staged is None else set()
        return run if run and (self._staged or known & set(run.stages)) else None

    def _earlier(self) -> list[Run]:
        runs = self.memory.state.interviews.finished(self.name)
        return [run for run in runs if self._staged or run.drawn == self._wanted]

    # What the learner does

    def _start(self, event: Mapping[str, Any]) -> None:
        run = self._run()
        self._here = True
        if run is not None and run.turns:
            return
        if run is None:
            interview = self.interview()
            id = f"{interview.id}-{self.memory.now()[0]}"
            data = {
                "run": id,
                "interview": interview.id,
                "title": interview.title,
                "stages": [stage.id for stage in interview.stages],
                "minutes": [stage.minutes for stage in interview.stages],
                "drawn": dict(self._wanted or {}),
            }
            self.memory.record("interview-start", data)
            run = self.memory.state.interviews.runs[id]
        first = self.interview(run).stages[0]
        self._turn(run, first, "begin", clock=True)

    def _begin(self, event: Mapping[str, Any]) -> None:
        run, stage = self._now(event)
        if stage is None or run.turn(stage.id).begun:
            return
        self._here = True
        self._turn(run, stage, "begin", clock=True)

    def _draft(self, event: Mapping[str, Any]) -> None:
        run, stage = self._now(event)
        step = str(event.get("step", "answer"))
        reply = reply_of(run, stage, step) if stage else None
        text = _text(event)
        if stage is None or reply is None or reply.given or reply.text == text:
            return
        pairs = zip(reply.text, text, strict=False)
        keep = next((at for at, (old, new) in enumerate(pairs) if old != new), min(len(reply.text), len(text)))
        data = {"run": run.run, "stage": stage.id, "step": step, "keep": keep, "text": text[keep:]}
        self.memory.record("interview-draft", data)

    def _check(self, event: Mapping[str, Any]) -> None:
        run, stage = self._now(event)
        if stage is not None and phase_of(stage, run)[0] == "compare":
            self._turn(run, stage, "check", **checked(stage, event))

    def _tick(self, event: Mapping[str, Any]) -> None:
        run = self._run()
        if run is not None and run.running and not run.paused and self._here:
            self.memory.record("interview-tick", {"run": run.run})

    def _pause(self, event: Mapping[str, Any]) -> None:
        run = self._run()
        if run is not None and run.running and not run.paused:
            self.memory.record("interview-pause", {"run": run.run})

    def _resume(self, event: Mapping[str, Any]) -> None:
        run = self._run()
        if run is not None and (run.paused or not self._here):
            self.memory.record("interview-resume", {"run": run.run})
        self._here = True

    def _answer(self, event: Mapping[str, Any]) -> None:
        run, stage = self._now(event)
        if stage is None or run.turn(stage.id).reply.given:
            return
        choice = str(event.get("choice") or "")
        if stage.choice and choice not in stage.choice.options:
            raise ValueError(f"{stage.choice.ask} Choose one; the questions that follow depend on it.")
        said = self._said(run, stage, event)
        self._here = True
        self._turn(run, stage, "answer", choice=choice, clock=False, **said)

    def _grade(self, event: Mapping[str, Any]) -> None:
        run, stage = self._now(event)
        if stage is None or phase_of(stage, run)[0] != "compare":
            return
        data = checked(stage, event)
        if missing := [one.title for one in stage.rubric if one.id not in data["grades"]]:
            self._turn(run, stage, "check", **data)
            raise ValueError(f"Choose a level for each line of the rubric; still open: {', '.join(missing)}.")
        levels = {one.id: len(one.levels) for one in stage.rubric}
        more = bool(stage.asked_next(run.choices, data["grades"]))
        self._here = True
        self._turn(run, stage, "grade", **data, levels=levels, all_points=len(stage.key_points), clock=more)

    def _follow_up(self, event: Mapping[str, Any]) -> None:
        run, stage = self._now(event)
        phase, number = phase_of(stage, run) if stage else ("", 0)
        if stage is None or phase != "follow-up" or event.get("number") != number:
            return
        said = self._said(run, stage, event)
        self._here = True
        self._turn(run, stage, "follow-up", number=number, ask=stage.follow_ups[number].ask, clock=False, **said)

    def _follow_up_grade(self, event: Mapping[str, Any]) -> None:
        run, stage = self._now(event)
        phase, number = phase_of(stage, run) if stage else ("", 0)
        if stage is None or phase != "follow-up-compare" or event.get("number") != number:
            return
        grade = event.get("grade")
        if not isinstance(grade, int) or not 1 <= grade <= len(FOLLOW_UP_GRADES):
            raise ValueError(f"Choose one of: {', '.join(FOLLOW_UP_GRADES)}.")
        turn = run.turn(stage.id)
        asked = stage.asked_next(run.choices, turn.grades)
        self._here = True
        self._turn(run, stage, "follow-up-grade", number=number, grade=grade, clock=number != asked[-1])

    def _undo(self, event: Mapping[str, Any]) -> None:
        """Takes back the last grading, or the end of the interview."""
        run = self.memory.state.interviews.runs.get(self._report) if self._report else self._run()
        if run is None or not run.gradings or not self.view().get("can_undo"):
            raise ValueError("There is no grade to take back here.")
        self._report, self._here = "", True
        self.memory.record("undo", {"event": run.gradings[-1]})

    def _finish(self, event: Mapping[str, Any]) -> None:
        run = self._run()
        if run is None:
            return
        self._drawn = ()
        self.memory.record("interview-finish", {"run": run.run, "interview": run.interview, "ms": run.used_ms})
        self._report = self._ended = run.run

    def _open_report(self, event: Mapping[str, Any]) -> None:
        id = str(event.get("run"))
        run = next((run for run in self._earlier() if run.run == id), None)
        if run is None:
            raise ValueError("There is no such interview among the earlier ones.")
        self.interview(run)
        self._report = id

    def _start_page(self, event: Mapping[str, Any]) -> None:
        self._report, self._ended, self._sheet, self._drawn = "", "", False, ()

    def _open_sheet(self, event: Mapping[str, Any]) -> None:
        self._sheet = True

    def _now(self, event: Mapping[str, Any]) -> tuple[Run, Stage | None]:
        """The interview and its present stage; no stage where the event is about one that is over."""
        run = self._run()
        if run is None:
            raise ValueError("This interview is over. Go to the start page for another one.")
        stage = current_stage(self.interview(run), run)
        return run, stage if stage and event.get("stage") == stage.id else None

    def _said(self, run: Run, stage: Stage, event: Mapping[str, Any]) -> dict[str, Any]:
        """What was said or written; raises ValueError when it was nothing at all."""
        text, skipped = _text(event).strip(), bool(event.get("skipped"))
        said_ms = min(max(int(event.get("said_ms") or 0), 0), LONGEST_SAID)
        if not (text or said_ms or skipped):
            raise ValueError("Write your answer, or say it aloud. Nobody but you reads it.")
        return {"text": text, "said_ms": said_ms, "skipped": skipped}

    def _turn(self, run: Run, stage: Stage, step: str, **data: Any) -> None:
        self.memory.record("interview-turn", {"run": run.run, "stage": stage.id, "step": step, **data})


def current_stage(interview: MockInterview, run: Run) -> Stage | None:
    """The first stage that is not over; None when all are."""
    return next((stage for stage in interview.stages if phase_of(stage, run)[0] != "over"), None)


def phase_of(stage: Stage, run: Run) -> tuple[str, int]:
    """Where a stage stands, and the place of the follow-up that it is at."""
    turn: Turn = run.turn(stage.id)
    if not turn.reply.given:
        return "question", 0
    if not turn.graded:
        return "compare", 0
    for place in stage.asked_next(run.choices, turn.grades):
        reply = turn.follow_ups.get(str(place), Reply())
        if not reply.given:
            return "follow-up", place
        if not reply.grade:
            return "follow-up-compare", place
    return "over", 0


def reply_of(run: Run, stage: Stage, step: str) -> Reply | None:
    """The reply that is being written, when `step` names it."""
    phase, number = phase_of(stage, run)
    turn = run.turn(stage.id)
    if phase == "question" and step == "answer":
        return turn.reply
    if phase == "follow-up" and step == str(number):
        return turn.follow_ups.get(step, Reply())
    return None


def checked(stage: Stage, event: Mapping[str, Any]) -> dict[str, Any]:
    """The ticked points and flags in their words, and the levels that were chosen, as far as they exist."""
    levels = {one.id: len(one.levels) for one in stage.rubric}
    grades = event.get("grades")
    chosen = grades if isinstance(grades, Mapping) else {}
    return {
        "points": _ticked(stage.key_points, event.get("points")),
        "flags": _ticked(stage.red_flags, event.get("flags")),
        "grades": {
            id: grade
            for id, grade in chosen.items()
            if id in levels and isinstance(grade, int) and 1 <= grade <= levels[id]
        },
    }


def _ticked(lines: tuple[str, ...], places: object) -> list[str]:
    chosen = set(places) if isinstance(places, list | tuple) else set()
    return [line for place, line in enumerate(lines) if place in chosen]


def _text(event: Mapping[str, Any]) -> str:
    text = event.get("text")
    return text[:LONGEST] if isinstance(text, str) else ""
