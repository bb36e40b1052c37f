# %% test:fine-first {type: markdown}

# %% test:shelves-all {type: raw}
