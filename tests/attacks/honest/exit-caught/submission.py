# %% answer:fine
import sys


def fine(days):
    try:
        sys.exit(f"{days} days")
    except SystemExit:
        return min(20 * max(days, 0), 500)
