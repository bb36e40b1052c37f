# %% answer:fine
def fine(days):
    return float(min(20 * max(days, 0), 500))


# %% answer:shelves
from collections import defaultdict


def shelves(books):
    found = defaultdict(list)
    for book in sorted(books, key=lambda book: book["title"]):
        found[book["shelf"]].append(book["title"])
    return found
