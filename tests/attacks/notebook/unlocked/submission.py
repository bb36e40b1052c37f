# %% test:fine-first {locked: false}
pass

# %% test:loan-renew {locked: false, solution: true}
pass
