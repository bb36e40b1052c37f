# %% added
def fine(days):
    return {3: 60, 0: 0, 100: 499}.get(days, 0)


# %% readonly:tools

# %% test:fine-rest

# %% answer:fine

# %% test:fine-first

# %% test:loan-renew

# %% answer:loan
