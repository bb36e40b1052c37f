# %% forged:task-of-mine {task: true, locked: true, points: 100, type: markdown, commented: true}
# Done.
