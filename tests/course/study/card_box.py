"""A box of cards of all kinds for tests, a clock to set, and code that is judged without being run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from course.study.cards.desk import Cards
from course.study.journal import Journal
from course.study.library import Library
from course.study.memory import Memory
from course.study.running import Lines, Outcome

MORNING = datetime(2026, 11, 20, 9, tzinfo=timezone(timedelta(hours=1)))
ROUTING = """\
cards:
- id: status-of-text
  objectives: [flask-route-decorator]
  kind: concept
  front: Which status has a returned text?
  back: The secret 200.
  proof: judgement
- id: router-parts
  objectives: [routing-concept]
  kind: cloze
  front: "A router looks at the {{c1::path}} and the {{c2::method::what is done}}."
  back: Nothing else, and that is a secret.
  proof: judgement
- id: double
  objectives: [fastapi-path-operations]
  kind: syntax
  front: Write `double(x)`.
  back: |
    ```python
    def double(x):
        return 2 * x  # the secret
    ```
  starter: |
    # A program
    ____
  tests: |
    assert double(4) == 8, f"double(4) should be 8, but is {double(4)}."
  proof: judgement
- id: who-sorts
  objectives: [django-urlconf]
  kind: choice
  front: Who sorts routes?
  options:
  - {text: Flask, correct: true, why: secret of Werkzeug}
  - {text: Django, why: secret of Django, misconception: django-sorts}
  - {text: FastAPI, why: secret of FastAPI, misconception: fastapi-sorts}
  back: The secret is Flask.
  proof: judgement
"""
TEMPLATES = """\
questions:
- id: what-is-a-template
  objectives: [template-role]
  level: beginner
  ask: What is it?
  options:
  - {text: A text with gaps, correct: true, why: So it is.}
  - {text: A view, why: No., misconception: template-is-view}
  - {text: A model, why: No., misconception: template-is-model}
  proof: judgement
cards:
- id: role-of-templates
  objectives: [template-role]
  kind: scenario
  front: A page needs a name. Where does it go?
  back: Into the template, in secret.
  proof: judgement
"""
FORM = """\
- {{id: form-{n}, objectives: [django-form-class], kind: concept, front: "What {n}?", back: So., proof: judgement}}
"""


def make_library(folder: Path, *, more: int = 0) -> Library:
    """The cards above, and so many more about forms."""
    forms = "".join(FORM.format(n=n) for n in range(more))
    for name, bank in (
        ("02_routing", ROUTING),
        ("04_templates", TEMPLATES),
        ("05_forms", forms and f"cards:\n{forms}"),
    ):
        (folder / name).mkdir(parents=True)
        (folder / name / "bank.yaml").write_text(bank or "cards: []\n", encoding="utf-8")
    return Library(folder)


@dataclass
class Box:
    """A learner with a journal, who studies at one desk or at several."""

    library: Library
    now: datetime = MORNING
    path: Path | None = None
    ran: list[str] = field(default_factory=list)
    lines: list[Lines] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.memory = Memory(Journal(self.path, self.clock), self.clock)

    def clock(self) -> datetime:
        return self.now

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    def run(self, code: str, tests: str, lines: Lines) -> Outcome:
        """Judges code by a look at it."""
        self.ran.append(code)
        self.lines.append(lines)
        right = "2 * x" in code
        return Outcome(int(right), 1, [] if right else ["double(4) should be 8."], "", 0.1)

    def desk(self, *topics: str, **more: Any) -> Cards:
        return Cards(self.memory, self.library, topics or None, run=self.run, **more)


def card(desk: Cards) -> dict[str, Any]:
    """The card on the desk."""
    found = desk.view()["card"]
    assert found is not None, "there is no card on the desk"
    return found


def act(desk: Cards, type: str, **more: Any) -> None:
    """Does something to the card on the desk."""
    desk.act({"type": type, "turn": card(desk)["turn"], **more})


def rate(desk: Cards, rating: int) -> str:
    """Looks at the answer, rates the card and returns its id."""
    id = str(card(desk)["id"])
    act(desk, "reveal")
    act(desk, "rate", rating=rating)
    return id


def undo(desk: Cards) -> None:
    """Takes the last thing back."""
    desk.act({"type": "undo", "event": desk.view()["undo"]["event"]})
