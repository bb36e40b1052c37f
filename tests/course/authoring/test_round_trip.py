"""Whatever a manuscript holds and whatever is done to its notebook: it comes back whole, or no byte is changed."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import event, given, settings
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
WAYS = ["add", "points", "kind", "rename", "delete", "delete", "move", "source", "source", "run", "tag", "type"]
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
def edits(draw: st.DrawFn, raw: Raw) -> None:
    """Does to a notebook what an author can do in JupyterLab, a few times."""
    for number in range(draw(st.sampled_from([1, 1, 2, 4]))):
        cells = raw["cells"]
        what = draw(st.sampled_from(WAYS))
        if what == "add" or not cells:
            role = draw(st.sampled_from([*GRADE, None]))
            kind = draw(st.sampled_from(["code", "markdown"]))
            cell = new_cell(kind, draw(sources(kind)), f"cell-{draw(st.integers(16**15, 16**16 - 1)):x}", role)
            cells.insert(draw(st.integers(0, len(cells))), cell | {"id": f"new-{number}"})
            continue
        place = draw(st.integers(0, len(cells) - 1))
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
            cell["source"] = draw(sources(cell["cell_type"])).splitlines(True)
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


def comes_back(house: House, manuscript: Manuscript, raw: Raw) -> bool:
    """Whether an edited notebook is imported: then nothing of it is lost; else no byte was changed."""
    notebook(house, "1_odd").write_text(json.dumps(raw), encoding="utf-8")
    before = snapshot(house.root)
    try:
        changed = import_topics(house)
    except Problems:
        event("refused")
        assert snapshot(house.root) == before
        return False
    event("imported" if changed else "no edit")
    text = read_manuscript(topic(house, "1_odd.py"))
    assert kept_back(text) == kept_back(manuscript)
    assert essence(make_notebook(text, "01_greeting")) == essence(raw)
    assert import_topics(house) == []
    made = plan(House(house.root), release=False)
    assert topic(house, "1_odd.py") not in made.changes()
    return True


@steadily
@given(manuscript=manuscripts(), data=st.data())
def test_every_edit_comes_back_whole_or_is_refused(
    odd_house: House, manuscript: Manuscript, data: st.DataObject
) -> None:
    raw = put(odd_house, manuscript)
    data.draw(edits(raw))
    comes_back(odd_house, manuscript, raw)


@settings(steadily, max_examples=50)
@given(manuscript=manuscripts(), points=st.sampled_from([0, 1, 3, 2.5, 100]), tags=st.sampled_from([[], ["varies"]]))
def test_other_points_and_tags_are_never_refused(
    odd_house: House, manuscript: Manuscript, points: float, tags: list[str]
) -> None:
    raw = put(odd_house, manuscript)
    for cell in raw["cells"]:
        cell["metadata"]["tags"] = tags
        if "points" in cell["metadata"].get("nbgrader", {}):
            cell["metadata"]["nbgrader"]["points"] = points
    assert comes_back(odd_house, manuscript, raw)


@settings(steadily, max_examples=50)
@given(manuscript=manuscripts(), odd=st.sampled_from(ODD), above=sources("code"), data=st.data())
def test_a_line_without_a_place_in_the_text_is_kept_or_refused(
    odd_house: House, manuscript: Manuscript, odd: str, above: str, data: st.DataObject
) -> None:
    raw = put(odd_house, manuscript)
    place = data.draw(st.integers(0, len(raw["cells"])))
    raw["cells"].insert(place, new_cell("code", f"{above}\n{odd}\nx = 1"))
    comes_back(odd_house, manuscript, raw)
