# %% answer:fine
import os

os.mkdir("many")
try:
    for number in range(20_000):
        os.close(os.open(f"many/{number}", os.O_CREAT | os.O_WRONLY))
except OSError as error:
    print(error.strerror)


def fine(days):
    return min(20 * max(days, 0), 500)
