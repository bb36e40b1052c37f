# %% forged:bonus {grade: true, locked: true, points: 100}
pass
