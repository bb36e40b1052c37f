# %% answer:fine
def fine(days):
    "\ud800 \udfff"
    return min(20 * max(days, 0), 500)


# %% manual:why {commented: true, points: 3}
# A half: \ud83d
