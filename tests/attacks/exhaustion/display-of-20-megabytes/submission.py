# %% answer:fine
from IPython.display import display


def fine(days):
    display({"text/html": "<p>" + "x" * 20_000_000}, raw=True)
    return None
