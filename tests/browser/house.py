"""A small house that is studied in a browser: it holds its own copy of the `course` package, with its own banks."""

from __future__ import annotations

import shutil
from pathlib import Path

from course.authoring.build import build
from course.house import House
from tests.small import BANK, SYLLABUS, make_house

ROOT = Path(__file__).resolve().parents[2]
TOPIC = "01_greeting"
LESSON = f"{TOPIC}/1_first_greeting.ipynb"
PRACTICE = f"{TOPIC}/2_practice.ipynb"
EXERCISES = f"{TOPIC}/exercises.ipynb"

QUIZ_CELL, PAIR_CELL, HINT_CELL = 2, 3, 4
"""Where in PRACTICE the single question, the two questions and the hints are asked for."""

PRACTICE_TEXT = """\
# ---
# title: Practice
# minutes: 4
# ---

# %% [markdown]
# # Practice

# %%
from course import hint, quiz

# %%
quiz("first-greeting")

# %%
quiz("greeting-code", "greeting-status")

# %%
hint("greeting")

# %% [markdown]
# The end of the practice.

# %%
"done"
"""

HOURS_TEXT = """\
# ---
# title: When the library is open
# minutes: 7
# ---

# %% [markdown]
# # When the library is open

# %%
"nine to five"
"""

LATER = """\
- id: answer-later
  topic: answering-letters
  framework: all
  level: beginner
  statement: Answer a letter
  kinds: [notebook]
  origin: core
"""
LATER_TOPIC = """\
- id: answering-letters
  order: 3
  title: Answering letters
  scope: A third page, of which no notebook exists
  prerequisites: [opening-hours]
"""

QUESTIONS = """\
- id: greeting-code
  objectives: [greet]
  level: advanced
  ask: |
    What does this print?

    ```python
    print("Welcome, a line that is long enough to be scrolled in a narrow window, and then some more of it".upper())
    ```
  options:
  - text: The sentence in `capitals`
    correct: true
    why: "`upper` gives a new string."
  - text: The sentence as it is
    why: The new string is printed, not the old one.
    misconception: strings-change
  - text: An error
    why: Every string has `upper`.
    misconception: no-such-method
  - text: Nothing
    why: "`print` writes it."
    misconception: print-is-silent
  proof: assert "a".upper() == "A"
- id: greeting-status
  objectives: [greet]
  level: beginner
  ask: Which status says that all is well?
  options:
  - text: "200"
    correct: true
    why: OK.
  - text: "404"
    why: That is for a page that is not there.
    misconception: status-404
  - text: "500"
    why: That is for a broken server.
    misconception: status-500
  proof: judgement
"""


def make_study_house(root: Path) -> House:
    """The small house with a lesson of quizzes and hints, a second topic, and the package that its notebooks import."""
    house = make_house(root, built=False)
    ignored = shutil.ignore_patterns("topics", "__pycache__", "syllabus.yaml", "ids.txt")
    shutil.copytree(ROOT / "course", root / "course", ignore=ignored, dirs_exist_ok=True)
    topic = house.topics_path / TOPIC
    (topic / "2_practice.py").write_text(PRACTICE_TEXT, encoding="utf-8")
    (topic / "bank.yaml").write_text(BANK.replace("cards:\n", f"{QUESTIONS}cards:\n"), encoding="utf-8")
    syllabus = SYLLABUS.replace("objectives:\n", f"{LATER_TOPIC}objectives:\n", 1) + LATER
    (root / "course/syllabus.yaml").write_text(syllabus, encoding="utf-8")
    hours = house.topics_path / "02_opening_hours"
    hours.mkdir()
    (hours / "1_hours.py").write_text(HOURS_TEXT, encoding="utf-8")
    (hours / "bank.yaml").write_text("status: draft\n", encoding="utf-8")
    build(house)
    return House(root)
