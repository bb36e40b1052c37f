"""What is imported before anybody knows what has to be: what the notebooks say."""

from __future__ import annotations

from pathlib import Path

from autograde.grading.ahead import imports_below
from tests.autograde.courses import code, notebook


def test_what_notebooks_say_to_import_is_found_in_their_order_and_once(tmp_path: Path) -> None:
    said = "import wave, xml.dom as dom\nfrom email import policy\ndef f():\n    import wave\n    from . import near"
    (tmp_path / "a.ipynb").write_bytes(notebook(code(said), code("%%time\nimport chunk"), code("import b")))
    (tmp_path / "b.py").write_text("", encoding="utf-8")
    assert imports_below(tmp_path) == ["wave", "xml.dom", "email"]


def test_what_is_no_notebook_says_nothing(tmp_path: Path) -> None:
    for name, content in {"a": b"\xff", "b": b"[]", "c": b'{"cells": [{"cell_type": "code", "source": 5}]}'}.items():
        (tmp_path / f"{name}.ipynb").write_bytes(content)
    assert imports_below(tmp_path) == imports_below(tmp_path / "nowhere") == []
