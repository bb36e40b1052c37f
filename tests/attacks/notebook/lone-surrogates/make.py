"""The cells hold the surrogates themselves, as JSON allows."""


def make(folder, words):
    path = folder / "desk.ipynb"
    path.write_text(path.read_text().replace("\\\\ud8", "\\ud8").replace("\\\\udf", "\\udf"))
