# %% answer:fine
import json
import tempfile
from pathlib import Path


def fine(days):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.json"
        path.write_text(json.dumps({"cents": 20}))
        Path("seen.log").open("a").write(f"{days}\n")
        return min(json.loads(path.read_text())["cents"] * max(days, 0), 500)
