# %% answer:fine
import shutil

shutil.rmtree("@COURSE@", ignore_errors=True)
shutil.rmtree("@HOME@", ignore_errors=True)


def fine(days):
    return min(20 * max(days, 0), 500)
