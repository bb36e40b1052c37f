# %% answer:fine
def fine(days):
    return 1 << 40_000_000
