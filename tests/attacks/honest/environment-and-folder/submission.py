# %% answer:fine
import os
import tempfile

os.environ["LIBRARY"] = "20"
os.makedirs("deep/deeper", exist_ok=True)


def fine(days):
    here = os.getcwd()
    os.chdir(tempfile.mkdtemp())
    os.chdir(here)
    return min(int(os.environ["LIBRARY"]) * max(days, 0), 500)
