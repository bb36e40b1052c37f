"""Only a note."""


def make(folder, words):
    (folder / "desk.ipynb").unlink()
    (folder / "note.txt").write_text("I forgot it.")
