# %% answer:slug
def slug(title):
    return 3 ** (10**9)
