# %% forged:x {grade: true, locked: true, points: 1, grade_id: "../../../gradebook"}
pass

# %% forged:y {grade: true, locked: true, points: 1, grade_id: "'; DROP TABLE grade; --"}
pass

# %% forged:z {solution: true, grade_id: "<script>alert(1)</script>"}
pass
