"""An engine that grades any nbgrader course. It knows nothing of `course/`."""
