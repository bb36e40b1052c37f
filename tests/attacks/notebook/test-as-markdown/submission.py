# %% test:fine-first {type: markdown}
pass

# %% test:loan-renew {type: markdown}
