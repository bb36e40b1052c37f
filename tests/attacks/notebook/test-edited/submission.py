# %% test:fine-first
pass

# %% test:fine-rest
pass

# %% test:shelves-all
pass

# %% test:slug-share
4.0

# %% test:desk-open
pass

# %% test:app-lends
pass

# %% test:loan-renew
pass
