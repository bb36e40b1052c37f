# %% test:fine-first {tags: [raises-exception]}

# %% test:loan-renew {tags: [raises-exception]}
