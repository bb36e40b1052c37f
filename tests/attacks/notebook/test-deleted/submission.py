# %% readonly:tools

# %% answer:fine
def fine(days):
    return min(20 * max(days, 0), 500)


# %% test:fine-first

# %% manual:why
