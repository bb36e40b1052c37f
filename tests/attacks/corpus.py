"""The corpus: one folder per attack, with what is handed in and what a safe result is."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from tests.attacks.cells import Piece, read_pieces
from tests.autograde.attacked import NOTEBOOK, POINTS, grade_id, notebook_cell, released, solved

HERE = Path(__file__).parent
KINDS = {
    "forged": "Forged points",
    "notebook": "Notebook and metadata",
    "files": "Files",
    "exhaustion": "Denial of service",
    "network": "Network",
    "rendering": "Rendering",
    "honest": "Honest work that looks suspicious",
}
"""The classes of attacks: their folders, and what they are called."""
ALONE = ("files", "exhaustion", "network")
"""Classes whose attacks may do harm: they never run without a sandbox, nor on plain nbgrader."""
KEYS = {
    "tries",
    "from",
    "order",
    "points",
    "exact",
    "ungraded",
    "says",
    "cell",
    "quiet",
    "hidden",
    "sealed",
    "inside",
    "needs",
}


@dataclass(frozen=True)
class Verdict:
    """What a safe result is."""

    tries: str
    """What the attack tries, in one sentence."""
    points: Mapping[str, float]
    """The most that each test cell may give: what was earned."""
    exact: bool
    """Whether it must give just that: for honest work, and where an attack may cost no other cell."""
    ungraded: bool
    """Whether not grading it, with the reason, is safe too."""
    says: str | None
    """A pattern that a problem which names this student must match."""
    cell: str | None
    """The cell that this problem must name."""
    quiet: tuple[str, ...]
    """What may not stand in the terminal."""
    hidden: tuple[str, ...]
    """What may not stand on the page for the student."""
    inside: bool
    """Whether the test that is judged inside may be beaten if a person is told to look."""


@dataclass(frozen=True)
class Attack:
    """One folder of the corpus."""

    folder: Path

    @property
    def kind(self) -> str:
        return self.folder.parent.name

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.folder.name}"

    @property
    def student(self) -> str:
        """Under what name it is handed in; all of them sort between the two honest students."""
        return f"m-{self.kind}-{self.folder.name}"

    @cached_property
    def said(self) -> dict[str, Any]:
        """Its verdict.yaml."""
        said = yaml.safe_load((self.folder / "verdict.yaml").read_text(encoding="utf-8"))
        if unknown := set(said) - KEYS:
            raise ValueError(f"{self.name}: verdict.yaml has unknown keys: {', '.join(sorted(unknown))}.")
        return said

    @property
    def harmful(self) -> bool:
        """Whether it may do harm where nothing protects: it runs in a sandbox or not at all."""
        return self.kind in ALONE

    @property
    def base(self) -> str:
        """What the cells hold that it does not say: `solved` or `stub`."""
        able = self.kind == "honest" or self.kind in ALONE
        return self.said.get("from", "solved" if able else "stub")

    @property
    def needs_namespaces(self) -> bool:
        """Whether only a sandbox with namespaces gives its verdict: the README says what others cannot do."""
        return self.said.get("needs") == "namespaces"

    @cached_property
    def verdict(self) -> Verdict:
        said = self.said
        points = {cell: most if self.base == "solved" else 0.0 for cell, most in POINTS.items()}
        given = said.get("points", {})
        given = dict.fromkeys(POINTS, 0.0) if given == "none" else given
        if wrong := set(given) - set(POINTS):
            raise ValueError(f"{self.name}: there is no test cell {', '.join(sorted(wrong))}.")
        exact = said.get("exact", self.kind == "honest")
        return Verdict(
            tries=said["tries"],
            points=points | given,
            exact=exact,
            ungraded=said.get("ungraded", not exact),
            says=said.get("says"),
            cell=said.get("cell"),
            quiet=tuple(said.get("quiet", ())),
            hidden=tuple(said.get("hidden", ())),
            inside=said.get("inside", False),
        )

    @cached_property
    def pieces(self) -> list[Piece]:
        path = self.folder / "submission.py"
        return read_pieces(path.read_text(encoding="utf-8")) if path.exists() else []

    def hand_in(self, folder: Path, words: Mapping[str, str]) -> None:
        """Puts what is handed in into a submission's folder; `words` are what @NAMES@ in it stand for."""
        folder.mkdir(parents=True, exist_ok=True)
        notebook = json.dumps(self._notebook())
        files = {piece.name: piece.body + "\n" for piece in self.pieces if piece.kind == "file"}
        for name, content in {f"{NOTEBOOK}.ipynb": notebook, **files}.items():
            for word, meaning in words.items():
                content = content.replace(f"@{word}@", meaning)
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        make = self.folder / "make.py"
        if make.exists():
            spec = importlib.util.spec_from_file_location(f"attack_{re.sub(r'[^a-z]', '_', self.name)}", make)
            assert spec
            assert spec.loader
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            module.make(folder, words)

    def _notebook(self) -> dict[str, Any]:
        """The base with the cells that differ."""
        base = solved() if self.base == "solved" else released()
        known = {grade_id(cell): cell for cell in base["cells"]}
        listed, place, found = self.said.get("order") == "listed", -1, []
        cells = base["cells"]
        for piece in self.pieces:
            if piece.kind == "notebook":
                found.append(piece)
            elif piece.kind != "file":
                cell = _changed(known.get(piece.name), piece)
                if listed:
                    continue
                if piece.name in known:
                    place = cells.index(known[piece.name])
                    cells[place] = known[piece.name] = cell
                else:
                    place += 1
                    cells.insert(place, cell)
        if listed:
            wanted = [piece for piece in self.pieces if piece.kind not in ("file", "notebook")]
            base["cells"] = [_changed(known.get(piece.name), piece) for piece in wanted]
        taken: set[str] = set()
        for cell in base["cells"]:
            while cell["id"] in taken and cell["id"].startswith("c-"):
                cell["id"] += "x"
            taken.add(cell["id"])
        for piece in found:
            base["metadata"] |= piece.options.pop("metadata", {})
            base |= piece.options
        return base


def _changed(cell: Mapping[str, Any] | None, piece: Piece) -> dict[str, Any]:
    """A cell of the notebook as a piece of a submission says it is."""
    if cell is None:
        return notebook_cell(piece)
    options = dict(piece.options)
    changed = json.loads(json.dumps(cell))
    if piece.body:
        changed["source"] = piece.body
    if "type" in options:
        changed["cell_type"] = options.pop("type")
        if changed["cell_type"] != "code":
            changed.pop("outputs", None)
            changed.pop("execution_count", None)
    for key in ("id", "outputs"):
        if key in options:
            changed[key] = options.pop(key)
    if "tags" in options:
        changed["metadata"]["tags"] = options.pop("tags")
    changed["metadata"]["nbgrader"] |= options
    return changed


def attacks() -> list[Attack]:
    """All of the corpus, in the order of its classes."""
    return [Attack(path.parent) for kind in KINDS for path in sorted((HERE / kind).glob("*/verdict.yaml"))]
