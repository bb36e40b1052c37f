# %% answer:fine
from functools import lru_cache

calls = 0


@lru_cache
def price(days):
    return min(20 * max(days, 0), 500)


def fine(days):
    global calls
    calls += 1
    return price(days)
