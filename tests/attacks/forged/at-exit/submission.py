# %% added
import atexit
import json
from pathlib import Path


def rewrite():
    for path in Path.cwd().rglob("*.ipynb"):
        book = json.loads(path.read_text())
        for cell in book["cells"]:
            cell["outputs"] = []
        path.write_text(json.dumps(book))


atexit.register(rewrite)
