"""Many files of no bytes."""


def make(folder, words):
    (folder / "many").mkdir()
    for number in range(5_000):
        (folder / "many" / f"{number}.txt").touch()
