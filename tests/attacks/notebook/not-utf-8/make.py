"""A notebook whose bytes are no text."""


def make(folder, words):
    (folder / "desk.ipynb").write_bytes(b"\xff\xfe{\x00\xd8\x00" + b"\x00\x80" * 50)
