# %% forged:x {grade: true, locked: true, points: 1, grade_id: "x\n[ERROR] zoe-last: not graded\e[2J"}
pass

# %% answer:fine {id: "a\n[ERROR] zoe-last"}
pass
