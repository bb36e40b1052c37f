# %% answer:fine
while True:
    pass
