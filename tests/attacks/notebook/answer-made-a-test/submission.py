# %% answer:fine {grade: true, solution: false, points: 100}
def fine(days):
    return None
