"""The ordinary user of the tests is one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.ordinary import ROOT, ordinary


def test_a_command_runs_without_rights_and_with_the_same_paths(tmp_path: Path) -> None:
    with ordinary(tmp_path) as user:
        code = (
            "import os, sys, pytest; from pathlib import Path;"
            "Path(sys.argv[1], 'mine').touch(); Path.home().joinpath('x').touch();"
            "print(os.geteuid(), os.getcwd(), sys.executable, os.access('/etc/shadow', os.R_OK))"
        )
        done = user.run([sys.executable, "-c", code, tmp_path])
        assert done.returncode == 0, done.stderr
        assert done.stdout.split() == [str(user.user), str(ROOT), sys.executable, "False"]
        assert user.user != 0
        assert (tmp_path / "mine").stat().st_uid == user.user
        home = user.home
    assert not home.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user already")
def test_what_only_root_may_read_stays_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "secret").touch()
    (closed / "shown").mkdir()
    with ordinary(closed / "shown") as user:
        listed = user.run(["ls", closed])
        assert (listed.returncode, listed.stdout) == (0, "shown\n")
        assert user.run(["touch", closed / "shown/mine"]).returncode == 0
        assert user.run(["touch", closed / "mine"]).returncode != 0
