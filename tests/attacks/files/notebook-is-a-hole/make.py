"""A sparse notebook."""


def make(folder, words):
    with (folder / "desk.ipynb").open("wb") as file:
        file.truncate(3 << 30)
