"""What nbgrader wrote into its gradebook."""

from __future__ import annotations

from pathlib import Path

from nbgrader.api import Gradebook


def scores(folder: Path, assignment: str, learner: str) -> dict[str, tuple[float, float]]:
    """Per notebook: the score in the gradebook, and the most that tests can give."""
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "threeways") as gradebook:
        submission = gradebook.find_submission(assignment, learner)
        return {
            notebook.name: (notebook.score, sum(grade.max_score_gradecell for grade in notebook.grades))
            for notebook in submission.notebooks
        }
