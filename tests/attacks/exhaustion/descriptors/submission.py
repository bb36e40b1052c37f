# %% test:app-lends

# %% added
import os

held = []
try:
    for _ in range(100_000):
        held.append(os.open("/dev/null", os.O_RDONLY))
except OSError as error:
    print(error.strerror)
