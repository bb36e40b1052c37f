"""Building `source/` for a course of 27 topics, beside jupytext alone on the same texts."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import jupytext
import nbformat

from benchmarks.measure import Measured, best_of
from course.authoring.build import plan
from course.house import House, find_house


def measure() -> list[Measured]:
    """The first topic stands in for each topic of the syllabus, with ids of its own."""
    with tempfile.TemporaryDirectory() as folder:
        house = _fill(Path(folder))
        texts = [path for topic in house.folders for path in topic.texts]
        build = best_of(3, lambda: plan(House(house.root), release=False))
        alone = best_of(3, lambda: [nbformat.writes(jupytext.read(path)) for path in texts])
        what = f"build source/ of {len(house.folders)} topics, {len(texts)} notebooks"
        return [Measured(what, build, "jupytext alone: text to notebook", alone, bound=5)]


def _fill(root: Path) -> House:
    clone = find_house(Path(__file__).parent)
    model = clone.select(["routing"])[0]
    (root / "course/topics").mkdir(parents=True)
    for name in ("pyproject.toml", "course/syllabus.yaml", "course/topics/start.py"):
        shutil.copy(clone.root / name, root / name)
    for topic in clone.syllabus.record.topics:
        target = root / "course/topics" / topic.folder
        shutil.copytree(model.path, target)
        for path in (target / "bank.yaml", *target.glob("*.py")):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("\n- id: ", f"\n- id: {topic.id}-"), encoding="utf-8")
    return House(root)
