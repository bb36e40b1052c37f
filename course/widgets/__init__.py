"""The faces of `course.study` in a notebook."""
