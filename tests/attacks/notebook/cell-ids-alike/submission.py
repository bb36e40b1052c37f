# %% answer:fine {id: alike}
def fine(days):
    return min(20 * max(days, 0), 500)


# %% test:fine-first {id: alike}

# %% test:fine-rest {id: "no id: it has spaces, <b> and far too many characters for anything that wants to be short in a notebook"}
