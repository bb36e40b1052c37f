"""One setting decides which panels there are; it is remembered, and alone without it."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from course.roles import PANELS, Role, config_folder, current_role, set_role


def disabled(prefix: Path) -> dict[str, bool]:
    return json.loads((config_folder(prefix) / "labconfig/page_config.json").read_text())["disabledExtensions"]


def test_alone_is_the_role_without_a_setting(tmp_path: Path) -> None:
    assert current_role(tmp_path) is Role.alone


@pytest.mark.parametrize("role", Role)
def test_a_role_is_remembered(tmp_path: Path, role: Role) -> None:
    set_role(role, tmp_path)
    assert current_role(tmp_path) is role


@pytest.mark.parametrize(
    ("role", "panels"),
    [
        (Role.alone, {"validate-assignment"}),
        (Role.student, {"assignment-list", "menu", "validate-assignment"}),
        (Role.instructor, {"formgrader", "create-assignment", "menu", "validate-assignment"}),
    ],
)
def test_each_role_has_its_panels_of_nbgrader(tmp_path: Path, role: Role, panels: set[str]) -> None:
    set_role(role, tmp_path)
    shown = {name for name, off in disabled(tmp_path).items() if not off and name.startswith("@jupyter/nbgrader:")}
    assert {name.split(":")[1] for name in shown} == panels


def test_nbgraders_own_list_of_plugins_is_known_in_full() -> None:
    built = Path(sys.prefix) / "share/jupyter/labextensions/@jupyter/nbgrader/static"
    text = "".join(path.read_text(encoding="utf-8") for path in built.glob("*.js"))
    plugins = set(re.findall(r"@jupyter/nbgrader:[a-z-]+", text))
    assert not plugins - set(PANELS), "nbgrader has a plugin that no role decides about"


def test_other_settings_of_the_same_files_stay(tmp_path: Path) -> None:
    page = config_folder(tmp_path) / "labconfig/page_config.json"
    page.parent.mkdir(parents=True)
    page.write_text(json.dumps({"disabledExtensions": {"theirs": True}, "other": 1}))
    set_role(Role.student, tmp_path)
    assert json.loads(page.read_text())["other"] == 1
    assert disabled(tmp_path)["theirs"]
