"""Runs the benchmarks: `python -m benchmarks [NAME ...]`; without a name, all of them."""

import sys

from benchmarks import (
    authoring,
    clicking,
    client,
    cluster,
    examiner,
    grading,
    importing,
    record,
    sandbox,
    starting,
    study,
    xray,
)
from benchmarks.measure import Measured, show

ALL = {
    "authoring": authoring.measure,
    "clicking": clicking.measure,
    "client": client.measure,
    "cluster": cluster.measure,
    "examiner": examiner.measure,
    "grading": grading.measure,
    "importing": importing.measure,
    "record": record.measure,
    "sandbox": sandbox.measure,
    "starting": starting.measure,
    "study": study.measure,
    "xray": xray.measure,
}


def main(names: list[str]) -> int:
    """Prints a table of what was measured; the exit code is 1 when a stated bound was passed."""
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(ALL)}.")
        return 2
    results: list[Measured] = []
    for name in names or ALL:
        results += ALL[name]()
    show(results)
    return int(any(result.passed_its_bound for result in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
