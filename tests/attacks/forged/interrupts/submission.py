# %% answer:fine
import asyncio


def fine(days):
    raise KeyboardInterrupt


# %% answer:shelves
def shelves(books):
    raise asyncio.CancelledError


# %% answer:slug
def slug(title):
    raise GeneratorExit


# %% answer:desk
def desk(environ, start_response):
    raise StopIteration(200)
