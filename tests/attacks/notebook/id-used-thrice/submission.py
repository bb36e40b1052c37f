# %% test:fine-first

# %% forged:fine-first {grade: true, locked: true, points: 1}
pass

# %% forged:fine-first {grade: true, locked: true, points: 1}
pass
