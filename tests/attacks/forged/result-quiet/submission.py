# %% answer:slug
type(get_ipython().displayhook).quiet = lambda self: True


def slug(title):
    return ""
