# %% answer:fine
import os

os.makedirs("dark/deep", exist_ok=True)
open("dark/deep/file", "w").close()
for place in ("dark/deep/file", "dark/deep", "dark", "."):
    os.chmod(place, 0)


def fine(days):
    return min(20 * max(days, 0), 500)
