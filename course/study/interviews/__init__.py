"""Mock interviews: staged ones, questions by level, rubrics and reports."""
