# %% notebook {nbformat: -1, nbformat_minor: -1}
