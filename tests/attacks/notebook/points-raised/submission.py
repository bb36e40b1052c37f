# %% answer:fine
def fine(days):
    return min(20 * max(days, 0), 500)


# %% test:fine-first {points: 1000}
