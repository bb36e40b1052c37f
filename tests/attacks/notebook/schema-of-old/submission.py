# %% test:fine-first {schema_version: 1}
pass

# %% answer:fine {schema_version: 1}
