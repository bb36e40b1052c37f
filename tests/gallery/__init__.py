"""Notebooks that use everything of `course.frameworks`, each run twice in one kernel with warnings as errors."""
