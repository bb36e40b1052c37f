# %% manual:why {commented: true, grade: false, solution: false, locked: true}
# .
