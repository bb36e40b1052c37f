"""A small course for tests: one complete topic that keeps every rule."""

from __future__ import annotations

import shutil
from pathlib import Path

from course.authoring.build import build
from course.house import House

ROOT = Path(__file__).resolve().parents[1]

SYLLABUS = """\
topics:
- id: greeting
  order: 1
  title: Greeting visitors
  scope: A first page
- id: opening-hours
  order: 2
  title: Opening hours
  scope: A second page
  prerequisites: [greeting]
objectives:
- id: greet
  topic: greeting
  framework: flask
  level: beginner
  statement: Answer a visitor
  kinds: [notebook, exercise, quiz, card, interview, exam]
  origin: core
- id: greet-well
  topic: greeting
  framework: flask
  level: advanced
  statement: Answer a visitor by name
  kinds: [quiz]
  origin: beyond
- id: open
  topic: opening-hours
  framework: all
  level: beginner
  statement: Say when the library is open
  kinds: [notebook]
  origin: core
"""

LESSON = """\
# ---
# title: A first greeting
# minutes: 3
# ---

# %% [markdown]
# # A first greeting
#
# The library greets its visitors.

# %%
from flask import Flask

from course import client, quiz

# %% [markdown] objectives=["greet"]
# ## One page

# %% objectives=["greet"]
app = Flask("library")


@app.get("/")
def home():
    return "Welcome"


print(client(app).get("/").text)

# %%
quiz("first-greeting")

# %% [markdown]
# ## Key points
#
# A function answers.

# %% [markdown]
# ## How would X do this?
#
# With a function, too.

# %% [markdown]
# ## Official pages
#
# - [Flask's quickstart](https://flask.palletsprojects.com/en/stable/quickstart/)
"""

EXERCISES = """\
# ---
# title: 'Exercises: greeting'
# minutes: 10
# ---

# %% [markdown]
# # Exercises: greeting
#
# `greeting(name)` returns `Welcome, NAME`.

# %% tags=["answer:greeting"] objectives=["greet"]
def greeting(name):
    ### BEGIN SOLUTION
    visitor = name.strip()
    return f"Welcome, {visitor}"
    ### END SOLUTION


# %% tags=["test:greeting:ada:1"] objectives=["greet"]
assert greeting("Ada") == "Welcome, Ada", f"greeting('Ada') gave {greeting('Ada')!r}; expected 'Welcome, Ada'."

# %% tags=["test:greeting:others:2"] objectives=["greet"]
assert greeting("Bo") == "Welcome, Bo", f"greeting('Bo') gave {greeting('Bo')!r}; expected 'Welcome, Bo'."
### BEGIN HIDDEN TESTS
assert greeting(" Chinua ") == "Welcome, Chinua", "greeting(' Chinua ') kept the spaces around the name."
### END HIDDEN TESTS

# %% [markdown] tags=["hint:greeting"]
# Names come with spaces around them.

# %% [markdown] tags=["hint:greeting"]
# Strings have a method that removes them.

# %% [markdown] tags=["hint:greeting"]
# It is called `strip`.

# %% tags=["wrong:greeting:spaces"]
# shows: kept the spaces
def greeting(name):
    return f"Welcome, {name}"

# %% tags=["wrong:greeting:always-ada"]
# shows: expected 'Welcome, Bo'
def greeting(name):
    return "Welcome, Ada"
"""

BANK = """\
status: complete
questions:
- id: first-greeting
  objectives: [greet]
  level: beginner
  ask: |
    What comes back for `return "Welcome"`?
  options:
  - text: The text with status 200
    correct: true
    why: A returned string is the body.
  - text: The text in quotes
    why: Quotes are only how Python shows a string.
    misconception: repr-is-sent
  - text: Nothing
    why: The client calls the application directly.
    misconception: client-needs-a-server
  proof: |
    from flask import Flask
    from course import client
    app = Flask("library")
    app.add_url_rule("/", "home", lambda: "Welcome")
    assert client(app).get("/").text == "Welcome"
cards:
- id: greeting-body
  objectives: [greet]
  kind: concept
  front: What does a returned string become?
  back: The body of the response.
  proof: judgement
interview:
- id: tell-greeting
  objectives: [greet]
  level: beginner
  ask: How does a page come about?
  answer: A function returns it.
  key_points: [a function]
  mistakes: [a file]
  follow_ups:
  - {ask: Which one?, answer: The one whose route matches.}
  red_flags: [no idea]
tasks:
- id: write-greeting
  objectives: [greet]
  level: beginner
  ask: Write `hello()`, which returns `"hello"`.
  starter: |
    def hello(): ...
  reference: |
    def hello():
        return "hello"
  tests: |
    assert hello() == "hello", "hello() did not return 'hello'"
retired: []
"""

START = """\
# ---
# title: Start
# minutes: 1
# ---

# %% [markdown]
# # Start

# %%
from course import start

start()
"""

README = """\
# A small course

<!-- links: binder -->
<!-- /links -->
"""


def make_house(root: Path, *, built: bool = True) -> House:
    """A clone in small, under `root`; `built` also makes its notebooks."""
    files = {
        "pyproject.toml": "[tool.threeways]\nrepository = ''\nbranch = 'main'\n",
        "README.md": README,
        "course/syllabus.yaml": SYLLABUS,
        "course/topics/start.py": START,
        "course/topics/01_greeting/1_first_greeting.py": LESSON,
        "course/topics/01_greeting/exercises.py": EXERCISES,
        "course/topics/01_greeting/bank.yaml": BANK,
    }
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    house = House(root)
    if built:
        build(house)
    return House(root)
