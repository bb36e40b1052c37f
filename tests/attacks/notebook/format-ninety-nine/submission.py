# %% notebook {nbformat: 99, nbformat_minor: 1}
