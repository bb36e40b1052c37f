# %% answer:shelves
import threading
from concurrent.futures import ThreadPoolExecutor

threading.Thread(target=threading.Event().wait, daemon=True).start()


def shelves(books):
    names = sorted({book["shelf"] for book in books})
    with ThreadPoolExecutor(4) as pool:
        lists = pool.map(lambda name: sorted(book["title"] for book in books if book["shelf"] == name), names)
        return dict(zip(names, lists))
