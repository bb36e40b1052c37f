# %% readonly:tools
def same(got, expected, what):
    pass


# %% answer:fine
def fine(days):
    return 0 if days < 0 else None
