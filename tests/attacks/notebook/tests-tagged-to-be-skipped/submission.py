# %% test:fine-first {tags: [skip-execution]}

# %% test:fine-rest {tags: [skip-execution]}

# %% test:shelves-all {tags: [skip-execution]}

# %% test:slug-share {tags: [skip-execution], outputs: [{output_type: execute_result, execution_count: 1, data: {text/plain: "4.0"}, metadata: {}}]}

# %% test:desk-open {tags: [skip-execution]}

# %% test:app-lends {tags: [skip-execution]}

# %% test:loan-renew {tags: [skip-execution]}

# %% test:loan-reserved {tags: [skip-execution]}
