# %% answer:slug
import re


def slug(title):
    return re.match("(a+)+$", "a" * 60 + "b")
