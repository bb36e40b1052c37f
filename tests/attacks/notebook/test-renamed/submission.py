# %% test:fine-first {grade_id: fine-other}
pass
