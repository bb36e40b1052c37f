# %% answer:fine
def fine(days):
    return min(20 * max(days, 0), 500)


# %% test:fine-first {points: -5}

# %% test:fine-rest {points: "many"}

# %% test:slug-share {points: .inf}

# %% test:desk-open {points: null}
