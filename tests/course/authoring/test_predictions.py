"""A cell that asks for a prediction is written in a text as it stands in its notebook."""

from __future__ import annotations

import json

from course.authoring.build import build
from course.authoring.importing import import_topics
from course.house import House
from tests.disk import edit, notebook, topic

CELL = """\
%%predict What status does GET / answer? | 200 | `404`
import asyncio

await asyncio.sleep(0)
client(app).get("/").status_code"""
QUIZ = '# %%\nquiz("first-greeting")'


def test_its_notebook_has_it_word_for_word_and_brings_it_back(house: House) -> None:
    text = topic(house, "1_first_greeting.py")
    edit(text, (QUIZ, f"# %%\n{CELL}\n\n{QUIZ}"))
    before = text.read_bytes()
    build(House(house.root))
    assert text.read_bytes() == before
    built = notebook(house, "1_first_greeting")
    raw = json.loads(built.read_text(encoding="utf-8"))
    assert CELL in ["".join(cell["source"]) for cell in raw["cells"]]
    raw["metadata"].pop("course")  # Without its fingerprint it counts as edited.
    built.write_text(json.dumps(raw), encoding="utf-8")
    import_topics(House(house.root))
    assert text.read_bytes() == before
