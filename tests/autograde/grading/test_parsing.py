from __future__ import annotations

import json
import re

import nbformat
import pytest

from autograde.grading.parsing import Broken, is_valid, parse
from tests.autograde.courses import Notebook, code, notebook, text

WHOLE = notebook(text("# Title"), code("x = 1"))


def plain(**changes: object) -> Notebook:
    return json.loads(WHOLE) | changes


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \n\0", "empty"),
        (WHOLE[:200], "breaks off"),
        (b"[1]", "no notebook"),
        (b'"text"', "no notebook"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"%PDF-1.7 \n", "PDF"),
        (b"PK\x03\x04abc", "zip"),
        (WHOLE.replace(b'"nbformat"', b'<<<<<<< HEAD\n"nbformat"'), "line"),
        (b'{"cells": [\n<<<<<<< HEAD\n]}', "merge conflict"),
        (WHOLE.replace(b"x = 1", b'x = "1"'), "line"),
        (b"[" * 100_000, "nested"),
        (json.dumps(plain(metadata=1)).encode().replace(b": 1,", b": " + b"9" * 5_000 + b",", 1), "digits"),
        (json.dumps(plain(cells=7)).encode(), "no list of cells"),
        (json.dumps(plain(nbformat=5)).encode(), "newer"),
        (
            json.dumps({"worksheets": [{"cells": [{"cell_type": "code"}]}], "nbformat": 3}).encode(),
            "old notebook format 3",
        ),
        (json.dumps(plain(cells=[{}] * 5_001)).encode(), "5,001 cells"),
    ],
)
def test_what_cannot_be_graded_says_why(data: bytes, says: str) -> None:
    with pytest.raises(Broken, match=re.escape(says)) as told:
        parse(data)
    assert str(told.value).isprintable()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_other_encodings_of_json_are_read(encoding: str) -> None:
    made, remarks = parse(WHOLE.decode().encode(encoding))
    assert made == parse(WHOLE)[0]
    assert remarks == []


def test_an_old_notebook_is_read_as_nbformat_converts_it() -> None:
    old = nbformat.v3.new_notebook(
        worksheets=[nbformat.v3.new_worksheet(cells=[nbformat.v3.new_code_cell(input="x = 1")])]
    )
    made, _ = parse(json.dumps(old).encode())
    assert [cell["source"] for cell in made["cells"]] == ["x = 1"]
    assert is_valid(made)


def test_outputs_are_dropped() -> None:
    cell = code("1") | {"outputs": [{"output_type": "rubbish"}], "execution_count": "x", "metadata": {"collapsed": 3}}
    made, remarks = parse(json.dumps(plain(cells=[cell])).encode())
    assert made["cells"][0] == {"cell_type": "code", "id": cell["id"], "metadata": {}, "source": "1"} | {
        "outputs": [],
        "execution_count": None,
    }
    assert remarks == []


def test_not_a_number_in_metadata_costs_nothing() -> None:
    made, remarks = parse(WHOLE.replace(b'"metadata": {}', b'"metadata": {"a": NaN, "b": 1e999, "c": -Infinity}', 1))
    assert is_valid(made)
    assert remarks == []
    json.dumps(made, allow_nan=False)


def test_of_two_equal_keys_the_last_counts_and_it_is_told() -> None:
    twice = WHOLE.replace(b'"nbformat"', b'"cells": [], "nbformat"', 1)
    made, remarks = parse(twice)
    assert made["cells"] == json.loads(twice)["cells"] == []
    assert "twice" in remarks[0]


def test_half_characters_are_replaced() -> None:
    made, remarks = parse(WHOLE.replace(b"x = 1", rb"x = '\ud83d' + '\ud83d\ude00' # \udc00"))
    assert made["cells"][1]["source"] == "x = '�' + '😀' # �"
    assert "halves" in remarks[0]


def test_bytes_that_are_no_text_are_replaced() -> None:
    made, remarks = parse(WHOLE.replace(b"x = 1", b"x = '\xff'"))
    assert made["cells"][1]["source"] == "x = '�'"
    assert "not text" in remarks[0]


@pytest.mark.parametrize(
    "cell",
    [
        None,
        7,
        {},
        {"cell_type": "heading", "source": 3},
        {"cell_type": "code", "source": None, "metadata": []},
        {"cell_type": "markdown", "source": "x", "metadata": {"tags": "no list"}, "attachments": {"a": 1}},
        {"cell_type": "raw", "source": ["a", "b"], "id": "not valid!"},
    ],
)
def test_an_odd_cell_leaves_the_others_whole(cell: object) -> None:
    made, _ = parse(json.dumps(plain(cells=[code("1"), cell, code("2")])).encode())
    assert [each["source"] for each in made["cells"][::2]] == ["1", "2"]
    assert is_valid(made)


def test_metadata_without_an_end_are_dropped() -> None:
    deep: object = []
    for _ in range(200):
        deep = [deep]
    made, _ = parse(json.dumps(plain(cells=[code("1") | {"metadata": {"deep": deep, "kept": 1}}])).encode())
    assert made["cells"][0]["metadata"] == {"kept": 1}


def test_cells_without_an_id_always_get_the_same_one() -> None:
    cells = [{**code(source), "id": name} for source, name in (("1", "a"), ("2", "a"), ("3", ""))]
    data = json.dumps(plain(cells=cells)).encode()
    ids = [cell["id"] for cell in parse(data)[0]["cells"]]
    assert ids == ["a", "cell-2", "cell-3"] == [cell["id"] for cell in parse(data)[0]["cells"]]


def test_line_ends_that_an_editor_put_into_the_text_are_read() -> None:
    made, remarks = parse(WHOLE.replace(b"x = 1", b"x = 1\r\ny = 2"))
    assert made["cells"][1]["source"] == "x = 1\r\ny = 2"
    assert remarks == []
