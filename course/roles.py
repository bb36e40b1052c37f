"""Who sits at this JupyterLab: somebody alone, a student of a class, or its instructor."""

from __future__ import annotations

import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Any


class Role(StrEnum):
    """The setting. It decides which panels of nbgrader's and of the authors' tools are there."""

    alone = "alone"
    student = "student"
    instructor = "instructor"


PANELS: dict[str, set[Role]] = {
    "@jupyter/nbgrader:assignment-list": {Role.student},
    "@jupyter/nbgrader:course-list": set(),
    "@jupyter/nbgrader:create-assignment": {Role.instructor},
    "@jupyter/nbgrader:formgrader": {Role.instructor},
    "@jupyter/nbgrader:menu": {Role.student, Role.instructor},
    "@jupyter/nbgrader:validate-assignment": set(Role),
    "jupyterlab-jupytext": {Role.instructor},
}
SERVERS: dict[str, set[Role]] = {
    "course.server": set(Role),
    "nbgrader.server_extensions.assignment_list": {Role.student},
    "nbgrader.server_extensions.course_list": set(),
    "nbgrader.server_extensions.formgrader": {Role.instructor},
    "nbgrader.server_extensions.validate_assignment": set(Role),
    "jupyterlab_jupytext": {Role.instructor},
}
QUIET = {
    "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"},
}
"""A course works without internet: nothing asks for updates or news."""


def config_folder(prefix: Path | None = None) -> Path:
    """Jupyter's configuration of this environment, or of the one in COURSE_PREFIX. There the role is kept."""
    return (prefix or Path(os.environ.get("COURSE_PREFIX") or sys.prefix)) / "etc/jupyter"


def current_role(prefix: Path | None = None) -> Role:
    """The role that this environment is set to."""
    try:
        return Role(json.loads(_server_path(prefix).read_text(encoding="utf-8"))["Threeways"]["role"])
    except (OSError, ValueError, KeyError, TypeError):
        return Role.alone


def set_role(role: Role, prefix: Path | None = None) -> None:
    """Sets the role for every JupyterLab that is started from this environment, by `course lab` or by a hub."""
    disabled = {panel: role not in roles for panel, roles in PANELS.items()}
    servers = {module: role in roles for module, roles in SERVERS.items()}
    lab = config_folder(prefix) / "labconfig"
    _merge(lab / "page_config.json", {"disabledExtensions": disabled})
    _merge(lab / "default_setting_overrides.json", QUIET)
    _merge(_server_path(prefix), {"ServerApp": {"jpserver_extensions": servers}, "Threeways": {"role": str(role)}})


def _server_path(prefix: Path | None) -> Path:
    # Files of this folder are read in the order of their names; this one has the last word over nbgrader.json.
    return config_folder(prefix) / "jupyter_server_config.d/zz-threeways.json"


def _merge(path: Path, values: dict[str, Any]) -> None:
    """Writes `values` into a JSON file, keeping what else it says; an unchanged file is not touched."""
    try:
        old = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        old = {}
    new = {**old}
    for key, value in values.items():
        new[key] = {**old.get(key, {}), **value} if isinstance(value, dict) else value
    if new != old:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(new, indent=2) + "\n", encoding="utf-8")
