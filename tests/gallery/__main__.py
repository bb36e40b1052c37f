"""`python -m tests.gallery NAME ...` runs notebooks of the gallery and says what is wrong; without a name, all."""

import sys

from tests.gallery.harness import NAMES, run

if __name__ == "__main__":
    failed = False
    for name in sys.argv[1:] or NAMES:
        result = run(name)
        failed |= bool(result.problems)
        slowest = f"slowest cell {result.slowest:.1f} s at line {result.slowest_line}"
        print(f"{name}: {result.seconds:.1f} s, {slowest}, {len(result.problems)} problems")
        for problem in result.problems:
            print(f"  {problem}")
    sys.exit(failed)
