"""All interviews in one place: the staged ones, and those over questions of the banks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from course.study.desk import View
from course.study.interviews import views as views
from course.study.interviews.desk import InterviewDesk
from course.study.interviews.interview import DRAWN
from course.study.interviews.levelled import LEVELS, wishes
from course.study.interviews.staged import find_mock_interview, mock_interviews
from course.study.library import Library
from course.study.memory import Memory
from course.study.progress import TopicProgress


class Lobby:
    """Shows what there is with earlier results, and leads to the desk of the one that is chosen."""

    def __init__(self, memory: Memory, library: Library, topics: Callable[[], Iterable[TopicProgress]] = tuple):
        self.memory = memory
        self.library = library
        self._topics = topics
        self.desk: InterviewDesk | None = None

    def view(self) -> View:
        """The list, or the interview that was chosen from it."""
        if self.desk is not None:
            return {**self.desk.view(), "lobby": True}
        interviews = self.memory.state.interviews
        staged = [(one, interviews.open_run(one.id), interviews.finished(one.id)) for one in mock_interviews().values()]
        return views.lobby(staged, interviews.finished(DRAWN), self._drawable())

    def act(self, event: Mapping[str, Any]) -> None:
        """Chooses an interview, goes back to the list, or hands on what is done in the one that was chosen."""
        kind = event.get("type")
        if kind == "lobby":
            self.desk = None
        elif kind == "choose":
            try:
                staged = find_mock_interview(str(event.get("interview")))
            except LookupError as error:
                raise ValueError(error.args[0]) from None
            self.desk = InterviewDesk(self.memory, self.library, staged, topics=self._topics)
        elif kind == "draw":
            topic, level = (str(event[name]) if event.get(name) else None for name in ("topic", "level"))
            wanted = wishes(self.library, topic, level, event.get("minutes"))
            self.desk = InterviewDesk(self.memory, self.library, wanted=wanted, topics=self._topics)
        elif self.desk is not None:
            self.desk.act(event)
        else:
            raise ValueError("Choose an interview first.")

    def _drawable(self) -> list[View]:
        counts: dict[str, dict[str, int]] = {}
        for entry in self.library.interviews.values():
            levels = counts.setdefault(entry.topic, dict.fromkeys(LEVELS, 0))
            levels[entry.item.level] += 1
        titles = {topic.id: topic.title for topic in self.library.syllabus.topics}
        return [{"id": id, "title": titles.get(id, id), "questions": levels} for id, levels in counts.items()]
