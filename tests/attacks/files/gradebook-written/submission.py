# %% answer:fine
import sqlite3

try:
    store = sqlite3.connect("@COURSE@/gradebook.db", timeout=0.2)
    store.execute("UPDATE grade SET manual_score = 0")
    store.execute("DELETE FROM student WHERE id LIKE '%last'")
    store.commit()
except sqlite3.Error as error:
    print(error)


def fine(days):
    return min(20 * max(days, 0), 500)
