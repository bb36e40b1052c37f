"""A cell with characters that no compiler takes."""


def make(folder, words):
    path = folder / "desk.ipynb"
    path.write_text(path.read_text().replace('"x = 1"', '"x = 1\\u0000\\u0001\\u001b[2J"'))
