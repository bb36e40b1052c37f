# %% answer:fine
x = 1
