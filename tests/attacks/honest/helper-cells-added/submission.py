# %% answer:fine
def fine(days):
    return capped(20 * max(days, 0))


# %% added
def capped(cents):
    return min(cents, LIMIT)


# %% added
LIMIT = 500
