# %% answer:slug
def slug(title):
    return "x" * 100_000_000
