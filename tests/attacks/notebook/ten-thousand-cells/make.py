"""Many cells before the work begins."""

import json


def make(folder, words):
    path = folder / "desk.ipynb"
    book = json.loads(path.read_text())
    empty = [{"cell_type": "markdown", "id": f"e{number}", "metadata": {}, "source": "."} for number in range(10_000)]
    book["cells"] = empty + book["cells"]
    path.write_text(json.dumps(book))
