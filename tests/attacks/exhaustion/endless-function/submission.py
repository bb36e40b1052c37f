# %% answer:slug
def slug(title):
    while True:
        pass
