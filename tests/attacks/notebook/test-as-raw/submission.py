# %% test:fine-first {type: raw}

# %% test:loan-renew {type: raw}
