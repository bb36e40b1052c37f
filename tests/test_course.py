"""The course itself: every rule is kept, every proof holds, every notebook runs."""

from __future__ import annotations

from course.authoring.check import check
from course.authoring.run import count_notebooks, run_topics
from course.house import House


def test_every_rule_is_kept_and_every_proof_holds(clone: House) -> None:
    report = check(clone)
    assert [problem.text(clone.root) for problem in report.problems] == []
    assert report.proofs > 0


def test_every_notebook_runs_twice_and_leaves_nothing_behind(clone: House) -> None:
    runs = run_topics(clone)
    assert [problem.text(clone.root) for run in runs for problem in run.problems] == []
    assert len(runs) == count_notebooks(clone) > 0
