# %% notebook {nbformat_minor: 2}
