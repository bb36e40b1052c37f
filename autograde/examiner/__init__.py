"""The examiner: test cells judged in another process than the student's code, and evidence for those that are not."""
