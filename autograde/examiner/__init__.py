"""The examiner: test cells judged in another process than the student's code, and evidence for those that are not."""

PRELOAD = tuple(f"autograde.examiner.inside.{name}" for name in ("judging", "serving", "watching"))
"""What it runs in a warm process, to be imported there before anything is forked from it."""
