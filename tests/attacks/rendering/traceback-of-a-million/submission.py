# %% answer:fine
def fine(days, depth=0):
    if depth > 900:
        raise ValueError("x" * 1_000_000)
    fine(days, depth + 1)
