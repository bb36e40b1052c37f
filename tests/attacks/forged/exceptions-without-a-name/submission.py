# %% answer:fine
class Broken(Exception):
    def __str__(self):
        raise self

    __repr__ = __str__

    def _render_traceback_(self):
        return []


Broken.__name__ = Broken.__qualname__ = ""
Broken.__module__ = "\x1b[2J"


def fine(days):
    raise Broken


# %% answer:shelves
def shelves(books):
    raise type("A" * 100_000, (Exception,), {})("x")


# %% answer:slug
def slug(title):
    error = ValueError("in a circle")
    error.__cause__ = error.__context__ = error
    raise error
