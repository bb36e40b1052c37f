# %% answer:shelves
def shelves(books):
    ring = {}
    ring["A"] = ring
    return ring


# %% answer:fine
def fine(days):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    return deep
