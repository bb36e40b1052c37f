"""The bodies of several answers, and in what they differ."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from course.frameworks.compare import difference
from course.frameworks.compare.difference import Difference
from course.frameworks.look import code, count, cut, fold, listing, table
from course.frameworks.show.answer import Answer

KINDS = {"html": "HTML", "json": "JSON", "image": "a picture", "text": "text", "binary": "bytes", "empty": "nothing"}
PLACES_AT_MOST = 20
LINES_AT_MOST = 60
VALUE_AT_MOST = 1_000


class Bodies:
    """How the bodies of several answers differ, by what they are."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = answers
        self.kinds = {name: answer.kind for name, answer in answers.items()}
        self.kind = next(iter(self.kinds.values())) if len(set(self.kinds.values())) == 1 else ""
        self.places: list[Difference] = []
        self.diffs: dict[str, list[str]] = {}
        self.first = next(iter(answers))
        if self.kind == "json":
            self.places = [*difference.values({name: answer.json for name, answer in answers.items()})]
        elif self.kind in ("html", "text"):
            texts = {name: difference.lines(answer) for name, answer in answers.items()}
            for name, text in texts.items():
                found = difference.changes(texts[self.first], text)
                if found:
                    self.diffs[name] = found

    @property
    def same(self) -> bool:
        """Whether all say the same: JSON without regard to the order of keys, pages and texts line by line."""
        if self.kind in ("html", "text", "json"):
            return not self.places and not self.diffs
        return bool(self.kind) and len({answer.body for answer in self.answers.values()}) == 1

    @property
    def summary(self) -> str:
        """The same in a part of a sentence."""
        if self.kind == "empty":
            return "the bodies are empty"
        if self.same:
            return "the bodies say the same"
        if not self.kind:
            return f"the bodies are of different kinds: {self._kinds()}"
        return f"the bodies differ in {count(len(self.places), 'place')}" if self.places else "the bodies differ"

    def _kinds(self) -> str:
        return difference.together({name: KINDS[kind] for name, kind in self.kinds.items()})

    @property
    def differences(self) -> list[str]:
        """Each difference in words."""
        if self.same:
            return []
        if self.places:
            return [str(place) for place in self.places]
        if not self.kind:
            return [f"body: {self._kinds()}"]
        changed = [
            f"body: {count(_changed(found), 'line')} of {self.first} and {name} differ"
            for name, found in self.diffs.items()
        ]
        return changed or ["body: not the same bytes"]

    def html(self) -> str:
        """The places in which JSON differs, or the lines in which pages and texts do; "" without a difference."""
        if self.same or not (self.places or self.diffs):
            return ""
        if self.places:
            rows = [
                (
                    escape(place.where),
                    *(cell("" if said == difference.NOTHING else said) for said in place.values.values()),
                )
                for place in self.places[:PLACES_AT_MOST]
            ]
            more = len(self.places) - PLACES_AT_MOST
            rest = f"<p>… and {count(more, 'place')} more.</p>" if more > 0 else ""
            shown = table("Where the bodies differ", ("Place", *self.answers), rows)
            return f'<div class="wide differs">{shown}</div>{rest}<p>The order of keys does not count.</p>'
        return "".join(self._lines(name, found) for name, found in self.diffs.items())

    def _lines(self, name: str, found: list[str]) -> str:
        note = f"- is only in {self.first}, + only in {name}. White space around lines and tags does not count."
        rest = f"\n… {count(len(found) - LINES_AT_MOST, 'more line')}" if len(found) > LINES_AT_MOST else ""
        diff = listing("\n".join(found[:LINES_AT_MOST]) + rest, f"Lines in which {self.first} and {name} differ")
        title = f"Bodies of {escape(self.first)} and {escape(name)}: {count(_changed(found), 'line')} differ"
        return fold(title, f'<p>{escape(note)}</p><div class="differs">{diff}</div>', opened=len(found) <= 20)


def _changed(found: list[str]) -> int:
    return sum(line[0] in "+-" for line in found)


def cell(value: str) -> str:
    """HTML for what one answer has in some place, and others may not."""
    return code(cut(value, VALUE_AT_MOST)) if value else "not there"
