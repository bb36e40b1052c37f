"""From a submission to its scores: intake, the run in the student's order, and what each cell earned."""
