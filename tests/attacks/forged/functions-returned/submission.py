# %% answer:fine
import os


def fine(days):
    return (os, os.system, type, (one for one in [60]))[days % 4]


# %% answer:shelves
def shelves(books):
    return {"A": shelves, "B": lambda *more: ["Dune"]}


# %% answer:slug
def slug(title):
    return slug
