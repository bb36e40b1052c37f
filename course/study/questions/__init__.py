"""Questions: quizzes, hints, and mistakes until they are mended."""
