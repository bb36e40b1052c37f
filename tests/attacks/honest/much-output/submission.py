# %% answer:fine
def fine(days):
    for number in range(3_000):
        print(f"{number:06} " + "." * 92)
    return min(20 * max(days, 0), 500)
