"""What is for today, in a few lines."""

from __future__ import annotations

from dataclasses import dataclass

from course.study.cards.queue import today as cards_of_today
from course.study.clock import as_day
from course.study.exams.blueprints import blueprints
from course.study.library import Library
from course.study.memory import Memory
from course.study.planning.calendar import planned_minutes


@dataclass(frozen=True)
class Agenda:
    """Today in numbers."""

    due: int
    """Cards that come back, learning steps and last looks included."""
    new: int
    mistakes: int
    """Those to try again today."""
    open_mistakes: int
    running: str
    """The exam that was begun and not handed in; empty without one."""
    interviews: int
    """Those that were begun and not finished."""
    done: int
    planned: int
    """Minutes, done and planned."""
    streak: int
    exam: str
    days: int | None
    """The exam in sight, and the days until it."""

    def lines(self) -> list[str]:
        """The same in words, without what there is nothing to say of."""
        said = []
        if self.running:
            said.append(f"The exam {self.running} is not handed in yet: exam() goes on with it.")
        if self.interviews:
            many = f"{self.interviews} interviews are" if self.interviews > 1 else "An interview is"
            said.append(f"{many} not finished: interview() goes on.")
        cards = [f"{self.due} to review" if self.due else "", f"{self.new} new" if self.new else ""]
        if any(cards):
            said.append(f"Cards: {', '.join(filter(None, cards))}.")
        if self.mistakes:
            said.append(f"Mistakes to try again: {self.mistakes} of {self.open_mistakes}.")
        elif self.open_mistakes:
            said.append(f"Open mistakes: {self.open_mistakes}, none due today.")
        if self.planned:
            said.append(f"{self.done} of {self.planned} minutes are done.")
        elif self.done:
            said.append(f"{self.done} minutes are done.")
        if self.streak > 1:
            said.append(f"You kept the last {self.streak} planned days.")
        if self.days is not None:
            when = {0: "today", 1: "tomorrow"}.get(self.days, f"in {self.days} days")
            said.append(f"{self.exam} is {when}.")
        return said


def agenda(memory: Memory, library: Library) -> Agenda:
    """What is for today."""
    state, today = memory.state, memory.today()
    counts = cards_of_today(state, library, *memory.now()).counts()
    settings, known = state.settings, blueprints()
    done = state.calendar.days.get(today)
    running = state.exams.running()

    def title(id: str) -> str:
        return known[id].title if id in known else id

    days = as_day(settings.exam) - today if settings.exam is not None else None
    return Agenda(
        due=counts["steps"] + counts["due"] + counts["last_look"] + counts["waiting"],
        new=counts["new"],
        mistakes=len(state.mistakes.due(today)),
        open_mistakes=len(state.mistakes.open),
        running=title(running.blueprint) if running else "",
        interviews=sum(not run.finished for run in state.interviews.runs.values()),
        done=done.minutes if done else 0,
        planned=planned_minutes(today, settings),
        streak=state.calendar.streak(today, settings),
        exam=title(settings.blueprint),
        days=days if days is not None and days >= 0 else None,
    )
