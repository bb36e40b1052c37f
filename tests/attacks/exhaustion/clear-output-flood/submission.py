# %% answer:fine
from IPython.display import clear_output, display

handle = display("0", display_id=True)
for number in range(50_000):
    handle.update(str(number))
    clear_output(wait=True)


def fine(days):
    return min(20 * max(days, 0), 500)
