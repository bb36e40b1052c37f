# %% answer:fine
import subprocess
import sys


def fine(days):
    asked = subprocess.run(
        [sys.executable, "-S", "-c", f"print(min(20 * max({days}, 0), 500))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(asked.stdout)
