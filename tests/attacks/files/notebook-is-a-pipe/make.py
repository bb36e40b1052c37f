"""The notebook is a pipe."""

import os


def make(folder, words):
    (folder / "desk.ipynb").unlink()
    os.mkfifo(folder / "desk.ipynb")
