# %% test:fine-first {type: poem}
