# %% answer:fine
def fine(days):
    print("-" * 200_000, end="")
    return min(20 * max(days, 0), 500)
