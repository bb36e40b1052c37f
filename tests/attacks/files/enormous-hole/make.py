"""A sparse file, and a notebook that is one."""


def make(folder, words):
    with (folder / "hole.bin").open("wb") as file:
        file.truncate(1 << 40)
