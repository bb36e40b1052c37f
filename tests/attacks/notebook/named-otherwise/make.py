"""Right work in a file of another name."""


def make(folder, words):
    (folder / "desk.ipynb").rename(folder / "Desk (1).ipynb")
    (folder / "extra.ipynb").write_text("{}")
