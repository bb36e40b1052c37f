# %% answer:fine
import os


def fine(days):
    for _ in range(500):
        os.write(1, b"x" * 50_000)
        os.write(2, b"y" * 50_000)
    return min(20 * max(days, 0), 500)
