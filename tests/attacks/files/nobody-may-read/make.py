"""A file of which nobody may read anything."""


def make(folder, words):
    (folder / "secret.txt").write_text("x")
    (folder / "secret.txt").chmod(0)
