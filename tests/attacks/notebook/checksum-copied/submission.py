# %% answer:fine {checksum: 00000000000000000000000000000000}
def fine(days):
    return None


# %% test:fine-first {checksum: 00000000000000000000000000000000}
pass
