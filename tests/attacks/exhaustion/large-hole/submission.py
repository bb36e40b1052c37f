# %% answer:fine
try:
    with open("hole.bin", "wb") as file:
        file.truncate(1 << 40)
except OSError as error:
    print(error.strerror)


def fine(days):
    return min(20 * max(days, 0), 500)
