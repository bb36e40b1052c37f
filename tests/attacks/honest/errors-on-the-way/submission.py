# %% added
1 / 0

# %% added {commented: true}
# def broken(:

# %% added
undefined_name


# %% answer:fine
def fine(days):
    return min(20 * max(days, 0), 500)
