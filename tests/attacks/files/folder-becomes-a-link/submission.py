# %% file:data/notes.txt
mine

# %% answer:fine
import os
import shutil

shutil.rmtree("data")
os.symlink("@COURSE@/submitted/aaron-first/ps", "data")


def fine(days):
    return min(20 * max(days, 0), 500)
