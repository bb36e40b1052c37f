# %% test:fine-first {grade: false, solution: true, locked: false}
pass

# %% test:fine-rest {grade: true, solution: true, locked: false}
pass
