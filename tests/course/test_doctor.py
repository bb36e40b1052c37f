"""The doctor says what is missing, and how to get it."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import pytest

from course.doctor import Finding, examine
from course.frameworks.services import postgresql, redis
from course.house import House
from course.roles import Role, set_role
from tests.conftest import course
from tests.services import need_postgresql, need_redis


def findings(house: House) -> dict[str, Finding]:
    return {finding.name: finding for finding in examine(house)}


def test_the_clone_is_well(clone: House) -> None:
    found = findings(clone)
    assert {name: finding.found for name, finding in found.items() if finding.state == "missing"} == {}
    assert found["packages"].found.endswith("all in step")


def test_a_package_out_of_step_is_named(house: House) -> None:
    pins = ["flask==0.1", "no-such-package==1", f"django=={version('django')}", "colorama==9 ; sys_platform == 'win32'"]
    lock = "".join(f"{pin} \\\n    --hash=sha256:00\n" for pin in pins)
    (house.root / "requirements.lock").write_text(lock)
    packages = findings(house)["packages"]
    assert packages.state == "missing"
    assert packages.found == f"flask {version('flask')}, not 0.1, no-such-package is missing"
    assert "make lab" in packages.todo


def test_a_class_needs_an_exchange(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_PREFIX", str(tmp_path))
    monkeypatch.setenv("NBGRADER_EXCHANGE", str(tmp_path / "exchange"))
    assert "exchange" not in findings(house)
    set_role(Role.student)
    assert findings(house)["exchange"].state == "missing"
    (tmp_path / "exchange").mkdir()
    assert findings(house)["exchange"].state == "good"


def test_a_missing_browser_is_no_fault_of_a_learners(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_BROWSER", "no-such-browser")
    assert findings(house)["browser for tests"].state == "optional"


def test_missing_servers_are_no_fault_either_and_it_is_said_what_serves_in_their_place(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for module in (postgresql, redis):
        monkeypatch.setattr(module, "PLACES", ())
        monkeypatch.delenv(module.VARIABLE, raising=False)
    found = findings(house)
    assert (found["PostgreSQL"].state, found["PostgreSQL"].found) == ("optional", "not found; lessons use SQLite")
    assert found["Redis"].state == "optional"
    assert found["Redis"].todo.endswith("or name a server in COURSE_REDIS.")
    monkeypatch.setenv(postgresql.VARIABLE, "postgresql://127.0.0.1/library")
    monkeypatch.setenv(redis.VARIABLE, "redis://127.0.0.1")
    found = findings(house)
    assert (found["PostgreSQL"].state, found["PostgreSQL"].found) == ("good", "named in COURSE_POSTGRES")
    assert (found["Redis"].state, found["Redis"].found) == ("good", "named in COURSE_REDIS")


def test_servers_that_are_here_are_told_with_their_version(house: House) -> None:
    need_postgresql()
    need_redis()
    found = findings(house)
    for name in ("PostgreSQL", "Redis"):
        assert found[name].state == "good"
        assert re.match(r"\d+\.\d+.*, /|\w:", found[name].found)


def test_a_postgresql_that_python_cannot_speak_to_is_said_to_be_of_no_use(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(postgresql.VARIABLE, "postgresql://127.0.0.1/library")
    monkeypatch.setattr(postgresql, "driver_missing", lambda: True)
    finding = findings(house)["PostgreSQL"]
    assert finding.state == "optional"
    assert "Python cannot speak to it" in finding.found
    assert "psycopg[binary]" in finding.todo


def test_the_command_shows_a_table_and_fails_when_something_is_missing(house: House) -> None:
    result = course(house, "doctor")
    assert result.returncode == 1
    assert "requirements.lock is gone" in result.stdout
    assert "→ Restore it with git." in result.stdout
