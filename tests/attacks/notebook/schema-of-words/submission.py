# %% answer:fine {schema_version: "three"}

# %% test:fine-first {schema_version: [3]}
pass

# %% test:fine-rest {schema_version: null}
pass
