# %% answer:fine
from pathlib import Path

for kind in ("submitted", "autograded", "feedback"):
    for student in ("aaron-first", "zoe-last"):
        folder = Path("@COURSE@") / kind / student / "ps"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "desk.ipynb").write_text("{}")
            (folder / "notes.txt").write_text("changed")
        except OSError as error:
            print(error.strerror)


def fine(days):
    return min(20 * max(days, 0), 500)
