# %% answer:fine
def fine(days):
    return bytearray(64 << 30)
