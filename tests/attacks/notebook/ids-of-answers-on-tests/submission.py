# %% test:fine-first {grade_id: fine}
pass

# %% answer:fine {grade_id: fine-first}
pass
