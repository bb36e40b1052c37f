"""Which cards a session is about: all of them, some topics, one framework, an exam, or what is weak."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from course.study.ability import weak_areas
from course.study.exams.blueprints import find_blueprint
from course.study.library import FRAMEWORKS, Library, did_you_mean
from course.study.memory import State
from course.study.questions.asking import find

NAMES = {"django": "Django", "flask": "Flask", "fastapi": "FastAPI", "all": "all frameworks"}


@dataclass(frozen=True)
class Selection:
    """The cards of a session, as the queue wants them; None is no restriction."""

    title: str
    topics: tuple[str, ...] | None = None
    frameworks: tuple[str, ...] | None = None
    only: frozenset[str] | None = None
    why: str = ""
    """What it was made of, in a sentence."""

    def holds(self, card: str, library: Library, state: State) -> bool:
        """Whether a card belongs to it."""
        entry = library.deck.get(card)
        if entry is None:
            return False
        if self.only is not None and card not in self.only:
            return False
        if self.topics is not None and entry.topic not in self.topics:
            return False
        if self.frameworks is not None:
            return entry.framework in self.frameworks
        return self.only is not None or entry.framework in (*state.settings.frameworks, "all")


def select(
    library: Library,
    topics: Iterable[str] | None = None,
    frameworks: Iterable[str] | None = None,
    only: Iterable[str] | None = None,
    exam: str | None = None,
) -> Selection:
    """The cards that were asked for; raises LookupError for a name that the course does not have."""
    if exam is not None:
        if topics is not None or frameworks is not None or only is not None:
            raise ValueError("an exam has its own topics and frameworks: name the exam alone")
        blueprint = find_blueprint(exam)
        return Selection(
            f"For the exam: {blueprint.title}",
            tuple(topic for topic in blueprint.asked if topic in library.syllabus.topic_by_id),
            (*blueprint.frameworks, "all"),
        )
    names = tuple(topics or ())
    if taught := [name for name in names if name in library.syllabus.objective_by_id]:
        if len(taught) < len(names) or only is not None:
            raise ValueError("name either topics, or objectives, or single cards: not several of these at once")
        about_it = (id for id, entry in library.deck.items() if set(taught) & set(entry.item.objectives))
        return Selection("What was taught here", None, _frameworks(frameworks), frozenset(about_it))
    chosen = tuple(_topic(library, name) for name in names) or None
    about = _frameworks(frameworks)
    single = None if only is None else frozenset(card for name in only for card in _cards(library, name))
    said = [library.syllabus.topic_by_id[id].title for id in chosen or ()] + [NAMES[name] for name in about or ()]
    title = "Chosen cards" if single is not None else ", ".join(said) or "Today"
    return Selection(title, chosen, about, single)


def weak_selection(state: State, library: Library) -> Selection:
    """The cards of areas that are weak, and those about what was answered wrong and is not mended yet."""
    topics = list(dict.fromkeys(entry.topic for entry in library.deck.values()))
    areas = [area for area in weak_areas(state.ability, topics, state.settings.frameworks) if area.verdict == "weak"]
    weak = {(area.topic, area.framework) for area in areas}
    wrong: set[str] = set()
    for id in state.mistakes.open:
        entry = find(library, id) or library.deck.get(id) or library.tasks.get(id)
        wrong |= set(entry.item.objectives) if entry else set()
    cards = frozenset(
        id
        for id, entry in library.deck.items()
        if (entry.topic, entry.framework) in weak or wrong & set(entry.item.objectives)
    )
    titles = library.syllabus.topic_by_id
    said = [f"{titles[area.topic].title} in {NAMES[area.framework]}" for area in areas if area.topic in titles]
    if state.mistakes.open:
        count = len(state.mistakes.open)
        said.append(f"{count} open mistake{'s' if count > 1 else ''}")
    return Selection("Weak areas", only=cards, why=", ".join(said))


def _topic(library: Library, name: str) -> str:
    known = library.syllabus.topic_by_id
    if name in known:
        return name
    folders = {topic.folder: topic.id for topic in known.values()}
    if name in folders:
        return folders[name]
    nearest = did_you_mean(name, [*known, *library.syllabus.objective_by_id])
    raise LookupError(f"There is no topic {name!r} in the course.{nearest}")


def _frameworks(names: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(_framework(name) for name in names)


def _framework(name: str) -> str:
    if name.lower() in (*FRAMEWORKS, "all"):
        return name.lower()
    raise LookupError(f"There is no framework {name!r} in the course. There are django, flask, fastapi and all.")


def _cards(library: Library, name: str) -> Collection[str]:
    if name in library.deck:
        return (name,)
    if name in library.cards:
        return [id for id in library.deck if id.partition("#")[0] == name]
    raise LookupError(f"There is no card {name!r} in the course.{did_you_mean(name, library.deck)}")
