# %% answer:fine {schema_version: 99}

# %% test:fine-first {schema_version: 99}
pass
