# %% answer:fine
class Large:
    def __repr__(self):
        return "x" * (1 << 30)


def fine(days):
    return Large()
