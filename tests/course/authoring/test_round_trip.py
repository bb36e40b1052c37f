"""Whatever a manuscript holds and whatever is done to its notebook: it comes back whole, or no byte is changed."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from course.authoring.build import plan
from course.authoring.importing import import_topics
from course.authoring.manuscript import Manuscript, read_manuscript, write
from course.authoring.notebook import dump, make_notebook
from course.house import House
from course.problems import Problems
from tests.disk import notebook, snapshot, topic
from tests.manuscripts import manuscripts, sources, steadily
from tests.small import make_house
from tests.toolbar import GRADE, Raw, new_cell

PLAIN = {"varies", "raises-exception"}
EASY = {"points", "run", "tag"}
WAYS = ["add", "kind", "rename", "delete", "delete", "move", *["source"] * 4, "type", *sorted(EASY), "points", "tag"]
ODD = ["# %%", "# %% x", "# %% [markdown]", "x = '\x0c'", "%cd x  # escape", '"""', "### BEGIN SOLUTION"]
"""Lines that have no place in a text, or that would change its other cells."""


@pytest.fixture(scope="module")
def odd_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house whose only lesson is an odd one."""
    house = make_house(tmp_path_factory.mktemp("odd"), built=False)
    topic(house, "1_first_greeting.py").unlink()
    topic(house, "exercises.py").unlink()
    notebook(house).parent.mkdir(parents=True)
    return house


def put(house: House, manuscript: Manuscript) -> Raw:
    """Lays a manuscript and its notebook down, as if they had just been built; returns the notebook."""
    text = topic(house, "1_odd.py")
    text.write_bytes(write(manuscript).encode())
    raw = make_notebook(read_manuscript(text), text.parent.name)
    notebook(house, "1_odd").write_bytes(dump(raw))
    return json.loads(notebook(house, "1_odd").read_text(encoding="utf-8"))


@steadily
@given(manuscript=manuscripts())
def test_an_import_without_an_edit_changes_no_byte_of_any_text(odd_house: House, manuscript: Manuscript) -> None:
    raw = put(odd_house, manuscript)
    before = snapshot(odd_house.root)
    assert import_topics(odd_house) == []
    raw["metadata"].pop("course")  # Without its fingerprint every notebook counts as edited.
    notebook(odd_house, "1_odd").write_text(json.dumps(raw), encoding="utf-8")
    assert [one.left_out for one in import_topics(odd_house)] == [()]
    assert snapshot(odd_house.root) == before


@st.composite
def edits(draw: st.DrawFn, raw: Raw) -> list[str]:
    """Does to a notebook what an author can do in JupyterLab, a few times; says what was done."""
    done = []
    for number in range(draw(st.sampled_from([1, 1, 2, 4]))):
        cells = raw["cells"]
        what = draw(st.sampled_from(WAYS))
        done.append(what)
        if what == "add" or not cells:
            role = draw(st.sampled_from([*GRADE, None]))
            kind = draw(st.sampled_from(["code", "markdown"]))
            cell = new_cell(kind, draw(sources(kind)), f"cell-{draw(st.integers(16**15, 16**16 - 1)):x}", role)
            cells.insert(draw(st.integers(0, len(cells))), cell | {"id": f"new-{number}"})
            continue
        worth = [place for place, cell in enumerate(cells) if "points" in cell["metadata"].get("nbgrader", {})]
        place = draw(st.sampled_from(worth if what == "points" and worth else range(len(cells))))
        cell = cells[place]
        nbgrader = cell["metadata"].get("nbgrader", {})
        if what == "points" and "points" in nbgrader:
            nbgrader["points"] = draw(st.sampled_from([0, 1, 3, 2.5, 100]))
        elif what == "kind":
            role = draw(st.sampled_from([*GRADE, None]))
            cell["metadata"].pop("nbgrader", None)
            if role:
                grade_id = nbgrader.get("grade_id", f"cell-{number}")
                cell["metadata"]["nbgrader"] = {**GRADE[role], "grade_id": grade_id, "schema_version": 3}
        elif what == "rename" and nbgrader:
            nbgrader["grade_id"] = draw(st.sampled_from([f"renamed-{number}", f"visit-{number}-x", "visit"]))
        elif what == "delete":
            cells.pop(place)
        elif what == "move":
            cells.insert(draw(st.integers(0, len(cells) - 1)), cells.pop(place))
        elif what == "source":
            lines = [draw(sources(cell["cell_type"])), *draw(st.sampled_from([*([[]] * 8), *([odd] for odd in ODD)]))]
            cell["source"] = "\n".join(lines).splitlines(True)
        elif what == "run" and cell["cell_type"] == "code":
            cell.update(execution_count=number, outputs=[])
            cell["metadata"].update(collapsed=False, ExecuteTime={})
        elif what == "tag":
            cell["metadata"]["tags"] = draw(st.sampled_from([[], ["varies"], ["raises-exception", "varies"]]))
        elif what == "type":
            cell["cell_type"] = "markdown" if cell["cell_type"] == "code" else "code"
            for key in ("outputs", "execution_count"):
                cell.pop(key, None)
            if cell["cell_type"] == "code":
                cell |= {"outputs": [], "execution_count": None}
    return done


def essence(raw: Raw) -> list[Any]:
    """All that an author can have meant with a notebook."""
    found = []
    for cell in raw["cells"]:
        data, nbgrader = cell["metadata"], cell["metadata"].get("nbgrader", {})
        kind = [bool(nbgrader.get(key)) for key in ("grade", "solution", "task")]
        graded = [*kind, nbgrader.get("grade_id"), float(nbgrader.get("points") or 0)] if nbgrader else []
        tags = sorted(tag for tag in data.get("tags", []) if tag in PLAIN)
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        found.append([cell["cell_type"], source.rstrip(), graded, tags, data.get("objectives", [])])
    return found


def kept_back(manuscript: Manuscript) -> Counter[Any]:
    """The hints and wrong answers of a text, without the names of their answers, which may change."""
    cells = [(cell, cell.mark) for cell in manuscript.cells]
    return Counter(
        (mark.role, mark.name, cell.source, cell.objectives) for cell, mark in cells if mark and not mark.built
    )


@steadily
@given(manuscript=manuscripts(), data=st.data())
def test_every_edit_comes_back_whole_or_is_refused(
    odd_house: House, manuscript: Manuscript, data: st.DataObject
) -> None:
    raw = put(odd_house, manuscript)
    done = data.draw(edits(raw))
    notebook(odd_house, "1_odd").write_text(json.dumps(raw), encoding="utf-8")
    before = snapshot(odd_house.root)
    try:
        changed = import_topics(odd_house)
    except Problems:
        event("refused")
        assert not set(done) <= EASY
        assert snapshot(odd_house.root) == before
        return
    event("imported" if changed else "no edit")
    text = read_manuscript(topic(odd_house, "1_odd.py"))
    if not changed:
        assert snapshot(odd_house.root) == before
    assert kept_back(text) == kept_back(manuscript)
    assert essence(make_notebook(text, "01_greeting")) == essence(raw)
    assert import_topics(odd_house) == []
    made = plan(House(odd_house.root), release=False)
    assert topic(odd_house, "1_odd.py") not in made.changes()
