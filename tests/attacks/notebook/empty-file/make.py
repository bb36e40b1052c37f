"""A notebook of no bytes."""


def make(folder, words):
    (folder / "desk.ipynb").write_bytes(b"")
