"""Submissions become tasks, workers grade them, one record takes the results, and a person sees it happen."""
