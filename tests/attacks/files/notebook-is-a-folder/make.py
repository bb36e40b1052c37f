"""The notebook is a folder."""


def make(folder, words):
    (folder / "desk.ipynb").unlink()
    (folder / "desk.ipynb").mkdir()
    (folder / "desk.ipynb" / "desk.ipynb").write_text("{}")
