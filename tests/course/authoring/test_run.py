"""Notebooks run twice in one kernel; what fails, changes or stays behind is told with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from course.authoring.run import Run, count_notebooks, run_topics
from course.house import House
from tests.disk import line_of, snapshot, topic
from tests.small import make_house

LESSONS = {
    "1_good": """\
# %%
import random
import time
from pathlib import Path

from IPython.display import HTML, display

from course import hint, quiz

# %% [markdown]
# # A good lesson

# %%
display(HTML("<b>Welcome</b>"))
%pwd
"ada"

# %%
assert Path("way.svg").read_text() == "<svg/>"

# %%
quiz("first-greeting")

# %%
hint("greeting")

# %% tags=["varies"]
print(random.random())

# %% tags=["raises-exception"]
1 / 0

# %%
import socket
from threading import Event, Thread

Thread(target=Event().wait, daemon=True).start()
listener = socket.create_server(("127.0.0.1", 0))

# %%
time.sleep(2)
""",
    "2_untidy": """\
# %%
import subprocess
import sys
import threading

# %%
try:
    child
except NameError:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"], start_new_session=True)
    waiting = threading.Thread(target=threading.Event().wait, args=(30,), name="waiting")
    waiting.start()
""",
    "3_failing": """\
# %%
print("so far, so good")

# %%
shelf = ["Emma"]
shelf[1]

# %%
print("not reached", undefined)
""",
    "4_changing": """\
# %%
import sys

# %%
visits = globals().get("visits", 0) + 1
print(visits)

# %%
print("The shelf is\\nnearly full.", file=sys.stderr)

# %%
assert visits == 1, "The library was opened twice."
""",
    "5_dying": """\
# %%
import os

# %%
os._exit(1)
""",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house with a good lesson and some that are not."""
    house = make_house(tmp_path_factory.mktemp("run"), built=False)
    topic(house, "1_first_greeting.py").unlink()
    topic(house, "way.svg").write_text("<svg/>")
    for stem, body in LESSONS.items():
        topic(house, f"{stem}.py").write_text(
            f"# ---\n# title: {stem}\n# minutes: 1\n# ---\n\n{body}", encoding="utf-8"
        )
    return house


@pytest.fixture(scope="module")
def heard() -> list[str]:
    return []


@pytest.fixture(scope="module")
def before(house: House) -> dict[str, bytes]:
    return snapshot(house.root)


@pytest.fixture(scope="module")
def runs(house: House, heard: list[str], before: dict[str, bytes]) -> Iterator[dict[str, Run]]:
    """How each notebook did, in one run of them all."""
    found = {run.text.path.stem: run for run in run_topics(house, step=heard.append)}
    yield found
    for problem in (problem for run in found.values() for problem in run.problems):
        if child := re.search(r"a child process behind: (\d+) ", problem.what):
            with suppress(psutil.NoSuchProcess):
                psutil.Process(int(child[1])).kill()


def told(house: House, run: Run) -> list[str]:
    """What was said of a notebook, without the file and with numbers that differ from run to run taken out."""
    texts = [problem.text(house.topics_path) for problem in run.problems]
    name = run.text.path.relative_to(house.topics_path).as_posix()
    assert all(text.startswith(f"{name}:") for text in texts)
    return [re.sub(r"(?<=behind: )\d+(?: python[\d.]*\b)?", "N", text.removeprefix(f"{name}:")) for text in texts]


@pytest.mark.parametrize("name", ["1_good", "exercises", "start"])
def test_nothing_is_said_of_a_good_notebook(house: House, runs: dict[str, Run], name: str) -> None:
    assert told(house, runs[name]) == []


def test_the_slowest_cell_is_known_by_its_time_and_line(house: House, runs: dict[str, Run]) -> None:
    good = runs["1_good"]
    assert good.slowest_line == line_of(good.text.path, "# %%\ntime.sleep")
    assert good.seconds > 2 * good.slowest > 3.9


def test_what_a_notebook_leaves_behind_is_told(house: House, runs: dict[str, Run]) -> None:
    assert told(house, runs["2_untidy"]) == [
        "1: leaves a non-daemon thread behind: waiting. Stop it in the cell that started it.",
        "1: leaves a child process behind: N. Stop it in the cell that started it.",
    ]


def test_a_failing_cell_is_told_with_its_line_and_stops_its_notebook(house: House, runs: dict[str, Run]) -> None:
    line = line_of(topic(house, "3_failing.py"), "# %%\nshelf = ")
    assert told(house, runs["3_failing"]) == [
        f"{line}: fails in run 1: IndexError: list index out of range. Mend the cell."
    ]


def test_what_changes_in_the_second_run_is_told(house: House, runs: dict[str, Run]) -> None:
    cells = ("# %%\nprint(", "# %%\nvisits = ", "# %%\nassert visits")
    noise, change, failure = (line_of(topic(house, "4_changing.py"), cell) for cell in cells)
    assert told(house, runs["4_changing"]) == [
        f"{noise}: writes to stderr: nearly full. Silence it where it comes from.",
        f"{change}: gives another output in its second run. "
        "Make the cell independent of what ran before, or tag it `varies`.",
        f"{failure}: fails in run 2: AssertionError: The library was opened twice. Mend the cell.",
    ]


def test_a_kernel_that_dies_is_told(house: House, runs: dict[str, Run]) -> None:
    line = line_of(topic(house, "5_dying.py"), "# %%\nos._exit")
    assert told(house, runs["5_dying"]) == [f"{line}: fails in run 1: DeadKernelError: Kernel died. Mend the cell."]


def test_each_finished_notebook_is_heard_of(house: House, runs: dict[str, Run], heard: list[str]) -> None:
    assert len(runs) == count_notebooks(house) == count_notebooks(house, ["greeting"]) + 1 == len(LESSONS) + 2
    assert sorted(heard) == sorted(
        [*(f"01_greeting/{stem}" for stem in LESSONS), "01_greeting/exercises", "topics/start"]
    )


def test_a_run_changes_nothing_in_the_clone(house: House, runs: dict[str, Run], before: dict[str, bytes]) -> None:
    assert runs
    assert snapshot(house.root) == before


def test_no_kernel_outlives_a_run(runs: dict[str, Run]) -> None:
    assert runs
    children = psutil.Process().children(recursive=True)
    assert not [child for child in children if "ipykernel_launcher" in " ".join(child.cmdline())]
