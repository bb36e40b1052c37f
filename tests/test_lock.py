"""requirements.lock pins everything that pyproject.toml asks for, on every Python and platform."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution

import pytest
from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PYTHONS = {"3.11": "3.11.9", "3.12": "3.12.7", "3.13": "3.13.1"}
PLATFORMS = {"linux": ("Linux", "posix"), "darwin": ("Darwin", "posix"), "win32": ("Windows", "nt")}


@dataclass(frozen=True)
class Pin:
    """One entry of the lock."""

    name: str
    version: str
    marker: Marker | None
    hashes: int


def pins() -> list[Pin]:
    found = []
    for entry in re.split(r"\n(?=[a-z0-9])", LOCK):
        if match := re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+) *(?:; *([^\\\n]+))?", entry):
            marker = Marker(match[3]) if match[3] else None
            found.append(Pin(canonicalize_name(match[1]), match[2], marker, entry.count("--hash=sha256:")))
    return found


def environment(python: str, platform: str) -> dict[str, str]:
    system, name = PLATFORMS[platform]
    here = {key: str(value) for key, value in default_environment().items()}
    version = {"python_version": python, "python_full_version": PYTHONS[python]}
    return here | version | {"sys_platform": platform, "platform_system": system, "os_name": name}


def pinned(there: dict[str, str]) -> dict[str, Pin]:
    """What the lock installs in an environment."""
    return {pin.name: pin for pin in pins() if pin.marker is None or pin.marker.evaluate(there)}


def asked_for() -> list[Requirement]:
    found = []
    for file in ("pyproject.toml", "autograde/pyproject.toml"):
        project = tomllib.loads((ROOT / file).read_text(encoding="utf-8"))["project"]
        extras = [line for lines in project["optional-dependencies"].values() for line in lines]
        found += [Requirement(line) for line in [*project["dependencies"], *extras]]
    return found


def needs(name: str, extras: frozenset[str], there: dict[str, str]) -> Iterator[Requirement]:
    """What an installed package asks for in an environment."""
    for line in distribution(name).requires or []:
        requirement = Requirement(line)
        wanted = [{**there, "extra": extra} for extra in extras | {""}]
        if requirement.marker is None or any(requirement.marker.evaluate(each) for each in wanted):
            yield requirement


def test_every_line_is_read_here() -> None:
    assert len(pins()) == len(re.findall(r"^[A-Za-z0-9]", LOCK, re.M)) > 100


def test_every_entry_has_hashes() -> None:
    assert [pin.name for pin in pins() if not pin.hashes] == []


def test_it_names_no_package_index() -> None:
    assert "://" not in LOCK
    assert "index-url" not in LOCK


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_it_holds_all_that_the_project_asks_for(python: str, platform: str) -> None:
    held = pinned(environment(python, platform))
    for requirement in asked_for():
        pin = held.get(canonicalize_name(requirement.name))
        assert pin is not None, f"{requirement} is not in the lock: run `make lock`"
        assert requirement.specifier.contains(pin.version), f"{requirement}, but {pin.version} is in the lock"


@pytest.mark.parametrize("python", PYTHONS)
def test_it_resolves_by_what_the_installed_packages_ask_for(python: str) -> None:
    there = environment(python, "linux")
    held = pinned(there)
    waiting = [(canonicalize_name(each.name), frozenset(each.extras)) for each in asked_for()]
    seen = set(waiting)
    while waiting:
        name, extras = waiting.pop()
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            assert held[name].marker is not None, f"{name} is not installed"
            continue  # Only for other Pythons than the one that runs the tests.
        assert installed.version == held[name].version, f"{name} is not installed as locked: run `make setup`"
        assert SpecifierSet(installed.metadata.get("Requires-Python", "")).contains(PYTHONS[python]), name
        for requirement in needs(name, extras, there):
            other = canonicalize_name(requirement.name)
            assert other in held, f"{name} asks for {requirement}, which is not in the lock"
            assert requirement.specifier.contains(held[other].version, prereleases=True), f"{name}: {requirement}"
            if (step := (other, frozenset(requirement.extras))) not in seen:
                seen.add(step)
                waiting.append(step)
    assert {name for name, _ in seen} == held.keys()
