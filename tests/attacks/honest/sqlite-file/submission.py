# %% answer:shelves
import sqlite3


def shelves(books):
    with sqlite3.connect("books.db") as store:
        store.execute("CREATE TABLE IF NOT EXISTS book (title TEXT, shelf TEXT)")
        store.execute("DELETE FROM book")
        store.executemany("INSERT INTO book VALUES (:title, :shelf)", books)
        found = {}
        for title, shelf in store.execute("SELECT title, shelf FROM book ORDER BY title"):
            found.setdefault(shelf, []).append(title)
    store.close()
    return found
