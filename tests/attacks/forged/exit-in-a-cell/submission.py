# %% answer:fine
exit()
