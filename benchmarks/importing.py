"""What `import course` adds to the start of a kernel."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.measure import Measured, best_of


def measure() -> list[Measured]:
    """The start of Python with the import, beside the start of Python alone."""
    alone = best_of(10, lambda: _python("pass"))
    course = best_of(10, lambda: _python("import course"))
    return [Measured("python -c 'import course'", course, "python -c pass", alone, bound=alone + 0.1)]


def _python(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True)
