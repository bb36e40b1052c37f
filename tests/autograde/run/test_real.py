"""The command as people use it: the real engine in nbgrader's quickstart course."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.autograde.courses import SmallCourse, quickstart
from tests.autograde.run.conftest import LONG
from tests.conftest import ROOT

COMMAND = [sys.executable, "-m", "autograde", "ps1"]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    return quickstart(tmp_path_factory.mktemp("real") / "course", students=6)


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Folders of temporary files have short names; pytest's are too long for a socket to lie in them."""
    with tempfile.TemporaryDirectory(prefix="t-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def environment(temporary: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary), "TERM": "xterm", "COLUMNS": "100"}


def test_the_first_run_grades_and_the_second_does_not(course: SmallCourse, temporary: Path) -> None:
    runs = []
    for _ in range(2):
        done = subprocess.run(
            [*COMMAND, "--json"],
            cwd=course.root,
            env=environment(temporary),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        runs.append(json.loads(done.stdout))
    assert [(run["graded"], run["unchanged"]) for run in runs] == [(6, 0), (0, 6)]
    earned = {
        line["student"]: sum(notebook["points"] for notebook in line["notebooks"]) for line in runs[0]["students"]
    }
    assert earned == {f"student{number:03}": 3.0 if number % 2 else 0.0 for number in range(6)}
    assert [line["notebooks"] for line in runs[0]["students"]] == [line["notebooks"] for line in runs[1]["students"]]
    assert not list(temporary.iterdir())


def test_a_preprocessor_and_a_time_of_the_course_hold_in_a_run(tmp_path: Path, temporary: Path) -> None:
    config = """c.Execute.timeout = 1
c.Autograde.sanitize_preprocessors.append('mending.Mend')
c.Mend.word = 'squares'
"""
    course = quickstart(tmp_path / "course", students=2, config=config)
    (course.root / "mending.py").write_text(
        "from nbgrader.preprocessors import NbGraderPreprocessor\nfrom traitlets import Unicode\n\n"
        "class Mend(NbGraderPreprocessor):\n    word = Unicode().tag(config=True)\n\n"
        "    def preprocess_cell(self, cell, resources, index):\n"
        "        cell.source = cell.source.replace(f'def {self.word}(', f'while True: pass\\ndef {self.word}(')\n"
        "        return cell, resources\n"
    )
    done = subprocess.run(
        [*COMMAND, "--json"], cwd=course.root, env=environment(temporary), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = [problem["what"] for line in json.loads(done.stdout)["students"] for problem in line["problems"]]
    assert "squares did not end within 1 s and was stopped; the cells after it ran." in told


def test_ctrl_c_in_a_terminal_reaches_nobody_but_the_command(course: SmallCourse, temporary: Path) -> None:
    said = in_a_terminal([*COMMAND, "--force"], course.root, environment(temporary), press_at="now: stu")
    assert said.endswith("to go on: autograde ps1\r\n[130]")
    assert "Traceback" not in said
    assert "KeyboardInterrupt" not in "".join(
        path.read_text() for path in course.root.glob("autograded/*/ps1/*.ipynb")
    ), "a student's code got the signal, and that was recorded"
    assert not list(temporary.iterdir())


def in_a_terminal(command: list[str], folder: Path, variables: dict[str, str], press_at: str) -> str:
    """What a command writes on a terminal, with its exit code behind; Ctrl-C is pressed when it shows something."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execve(command[0], command, variables)
    said, pressed, until = "", False, time.monotonic() + LONG
    while True:
        assert time.monotonic() < until, said
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            said += os.read(terminal, 1 << 16).decode(errors="replace")
        except OSError:  # The other side is closed.
            break
        if not pressed and press_at in said:
            pressed = True
            os.write(terminal, b"\x03")
    os.close(terminal)
    return f"{said}[{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}]"
