# %% answer:fine
def fine(days):
    for _ in range(5_000):
        print("x" * 10_000)
    return min(20 * max(days, 0), 500)
