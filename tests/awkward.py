"""A bank whose texts hold whatever another program could take for a sign of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from course.study.library import Library

BANK = r"""
cards:
- id: pattern-in-prose
  objectives: [regex-routing]
  kind: concept
  front: 'Does \\(a\\) or \\[b\\] group in `r"^\(x\)$"`? [sound:bell.mp3] [latex]x[/latex] [$]y[/$]'
  back: |
    Neither: "a < b" & 'c > d'. A tab	stands here, and here is ½ a snowman: ☃.

    ```python
    urlpatterns = [re_path(r"^books/\[(?P<id>\d+)\]$", book)]  # [sound:no.mp3]
    ```
  proof: judgement
- id: template-braces
  objectives: [django-urlconf]
  kind: scenario
  front: |
    What does this show? {{ book.title }} and {% if late %}

    ```html+django
    <a href="{% url "book" 7 %}">{{ book.title|escape }}</a>
    <script>alert("{{ c1 }}")</script>
    ```
  back: The title. And `</script>` ends nothing here, nor does {{c1::this}}.
  proof: judgement
- id: three-gaps
  objectives: [routing-concept]
  kind: cloze
  front: |
    {{c1::GET::a method}} asks, {{c2::`POST`}} sends, `{% {{c3::url}} "book" %}` and {{ title }} stay.

    ```python
    @app.{{c1::get}}("/books/<int:id>")
    ```
  back: All three are needed; `}}` closes nothing here.
  proof: judgement
- id: one-gap
  objectives: [flask-route-decorator]
  kind: cloze
  front: The decorator is `{{c1::app.route}}`.
  back: With a path.
  proof: judgement
- id: which-converter
  objectives: [django-path-converters]
  kind: choice
  front: Which converter takes a slash?
  back: The last one that one thinks of.
  options:
  - {text: '`path`', correct: true, why: It goes on.}
  - {text: '`str`', why: It stops., misconception: str-takes-slash}
  - {text: '`slug`', why: It stops too., misconception: slug-takes-slash}
  proof: judgement
- id: write-a-route
  objectives: [flask-route-decorator]
  kind: syntax
  front: Answer `GET /hours`.
  starter: |
    app = Flask("library")
    ____
  back: |
    ```python
    @app.get("/hours")
    def hours():
        return "9 to 6"
    ```
  proof: judgement
questions:
- id: signs-of-gift
  objectives: [routing-concept]
  level: beginner
  ask: |
    # A heading, not a comment

    What holds? a = b ~ c # d { e } :: f : g \ h \n i %50% -> j

    ```python
    // this line is no comment

    $CATEGORY: nor is this a category
    print("a\nb\\n", {"x": 1}, r"\d\:\=")
    ```
  options:
  - {text: '%50%half = {1: 2} \n', correct: true, why: '#### no general feedback; `]]>` ends nothing.'}
  - {text: '[html]`{"a": 1}` // nothing', why: 'x ~ y = z', misconception: a-b}
  - {text: '=right', why: '`\\`, `\n` & "quotes"', misconception: a-c}
  - {text: '1 < 2 > 0 && "x" ☃', why: '<b>not bold</b>', misconception: a-d}
  proof: judgement
- id: plain-question
  objectives: [flask-route-decorator]
  level: advanced
  ask: Which one?
  options:
  - {text: One, why: No., misconception: a-b}
  - {text: Two, why: Yes., correct: true}
  - {text: Three, why: No., misconception: a-c}
  proof: judgement
"""

ZONE = timezone(timedelta(hours=2))
START = datetime(2025, 3, 3, 18, 0, tzinfo=ZONE)
"""Long ago, so that no program that looks at its own clock finds it in the future."""


@dataclass
class Hands:
    """A clock that goes as it is told."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **spans: float) -> None:
        self.now += timedelta(**spans)


def awkward_library(folder: Path, *, without: Iterable[str] = (), said: str = "") -> Library:
    """The library of that bank; `said` changes a text of it, as a newer version of the course would."""
    place = folder / "02_routing"
    place.mkdir(parents=True, exist_ok=True)
    text = BANK.replace("With a path.", said) if said else BANK
    for id in without:
        text = text.replace(f"- id: {id}\n", f"- id: {id}-renamed\n")
    (place / "bank.yaml").write_text(text, encoding="utf-8")
    return Library(folder)
