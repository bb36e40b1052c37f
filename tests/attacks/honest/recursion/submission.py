# %% answer:fine
import sys

sys.setrecursionlimit(5_000)


def count(days):
    return 20 + count(days - 1) if days > 0 else 0


assert count(2_000) == 40_000


def fine(days):
    return min(count(days), 500)
