# %% answer:fine
def fine(days):
    raise ValueError("x" * 100_000_000)
