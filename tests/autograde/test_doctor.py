"""What `autograde doctor` says, to a person at a terminal, to one who listens, and to a program."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from autograde import doctor
from autograde.sandbox import choice, machine
from autograde.sandbox.backend import Backend
from autograde.sandbox.trial import Broken, Finding


@pytest.fixture(autouse=True)
def attacked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> set[str]:
    """Backends that hold; bubblewrap cannot be set up, and landlock tells that files exist."""
    holding = {"namespaces", "landlock"}

    def attack(backend: Backend) -> list[Finding]:
        if backend.name == "bubblewrap":
            raise Broken("bwrap: setting up uid map: Permission denied")
        held = backend.name in holding
        return [
            Finding("read-file", "Reads a file outside.", held, "Permission denied" if held else "read 28 bytes"),
            Finding("see-path", "Asks whether a file exists.", False, "it has 28 bytes", needed=False),
        ]

    monkeypatch.setattr(doctor, "attack", attack)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(machine, "advice", lambda: ["Install bubblewrap."])
    for backend in choice.STRENGTH:
        monkeypatch.setattr(choice.BACKENDS[backend], "missing", lambda self: None)
    return holding


def said(json: bool = False, terminal: bool = False) -> tuple[int, str]:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, width=160, color_system=None)
    return doctor.examine(console, json), stream.getvalue()


def test_a_pipe_gets_a_sentence_for_each_finding() -> None:
    code, text = said()
    assert code == 0
    assert "namespaces, read-file: held. Reads a file outside. Permission denied\n" in text
    assert "landlock, see-path: not held (tolerated). Asks whether a file exists. it has 28 bytes\n" in text
    assert "bubblewrap is not used. It cannot be set up: bwrap: setting up uid map: Permission denied.\n" in text
    assert "Student code is run in: namespaces.\n" in text
    assert "Install" not in text


def test_a_terminal_gets_a_table() -> None:
    _, text = said(terminal=True)
    row = next(line for line in text.splitlines() if line.startswith("read-file"))
    assert row.split()[-4:] == ["held", "not", "available", "held"]


def test_a_program_gets_json() -> None:
    _, text = said(json=True)
    told = json.loads(text)
    assert told["chosen"] == "namespaces"
    assert [each["name"] for each in told["backends"]] == list(choice.STRENGTH)
    assert told["backends"][0]["findings"][0]["evidence"] == "Permission denied"


def test_without_the_strongest_it_is_said_what_helps(attacked: set[str]) -> None:
    attacked.remove("namespaces")
    code, text = said()
    assert code == 0
    assert "Student code is run in: landlock.\n" in text
    assert "- Install bubblewrap.\n" in text


def test_without_any_the_exit_code_says_so(attacked: set[str]) -> None:
    attacked.clear()
    code, text = said()
    assert code == 1
    assert "No sandbox holds here" in text
    assert "namespaces is not used. read-file: read 28 bytes.\n" in text


def test_what_the_doctor_found_counts_for_the_next_run(attacked: set[str]) -> None:
    said()
    assert choice.choose("best").name == "namespaces"
