# %% answer:fine
kept = []


def fine(days):
    for _ in range(120):
        kept.append(bytearray(b"x") * (25 << 20))
