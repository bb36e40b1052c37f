# %% answer:fine

# %% forged:fine {solution: true, points: 0}
def fine(days):
    return min(20 * max(days, 0), 500)
