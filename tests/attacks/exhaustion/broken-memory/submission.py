# %% answer:fine
import ctypes


def fine(days):
    return ctypes.string_at(8)
