# %% answer:fine
from pathlib import Path

for place in ("nbgrader_config.py", "source/ps/desk.ipynb", "release/ps/desk.ipynb", "json.py"):
    try:
        with (Path("@COURSE@") / place).open("a") as file:
            file.write("\n# changed\n")
    except OSError as error:
        print(error.strerror)


def fine(days):
    return min(20 * max(days, 0), 500)
