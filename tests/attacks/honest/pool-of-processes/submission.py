# %% answer:shelves
import multiprocessing


def sort(pair):
    return pair[0], sorted(pair[1])


def shelves(books):
    found = {}
    for book in books:
        found.setdefault(book["shelf"], []).append(book["title"])
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return dict(pool.map(sort, found.items()))
