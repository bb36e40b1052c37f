"""nbgrader's settings: its commands, the formgrader and the exchange work in this folder as they are."""

import os

import autograde

c = get_config()  # noqa: F821 - nbgrader provides it

c.CourseDirectory.course_id = "threeways"

# source/ and release/ are built by `course build` and committed; the folders of a running class are not.
c.CourseDirectory.source_directory = "source"
c.CourseDirectory.release_directory = "release"
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.feedback_directory = "feedback"

# Where a class hands assignments out and in; everybody of the class must be able to write there.
if exchange := os.environ.get("NBGRADER_EXCHANGE"):
    c.Exchange.root = exchange

c.ExecutePreprocessor.timeout = 60
c.AutogradeEngine.cell_seconds = 60
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}

# The texts hold solutions and hidden tests. They lie in the package that notebooks import.
c.AutogradeEngine.hidden = ["course/topics/*/*.py", "course/topics/*/projects", "course/authoring"]

# nbgrader's own commands and the formgrader grade sealed, too.
autograde.configure(c)
