"""A Markdown cell with an attachment that is no picture."""

import json


def make(folder, words):
    path = folder / "desk.ipynb"
    book = json.loads(path.read_text())
    page = {"text/html": "<script>alert('mallory')</script>", "image/svg+xml": "<svg onload=alert('mallory')>"}
    cell = {"cell_type": "markdown", "id": "attached", "metadata": {}, "source": "![x](attachment:x.png)"}
    book["cells"].append(cell | {"attachments": {"x.png": page}})
    path.write_text(json.dumps(book))
