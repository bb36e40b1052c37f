# %% answer:fine
seen = []
print = lambda *words: seen.append(words)
list = [1, 2, 3]
id = 7
input = "a table"
max_cents = 500


def fine(days):
    print("asked", days)
    return min(20 * max(days, 0), max_cents)
