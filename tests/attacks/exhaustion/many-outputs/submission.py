# %% answer:slug
from IPython.display import clear_output, display


def slug(title):
    for number in range(100_000):
        display({"text/plain": str(number)}, raw=True)
    clear_output()
    return None
