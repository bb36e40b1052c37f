"""JupyterLab on the learner's folder, opened at the start page."""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

from course.house import House
from course.problems import Problem, Problems
from course.roles import Role, config_folder, set_role
from course.widgets.start import make_page
from course.workspace import START, Synced, Workspace, write_whole


def prepare(house: House, role: Role) -> Synced:
    """Fills the learner's folder, draws the start page and sets the role; safe to repeat."""
    if not (house.release / START).exists():
        todo = "Restore the folder with git, or make it with `course build`."
        raise Problems([Problem(house.release, 1, f"has no {START}.", todo)])
    only = frozenset({START}) if role is Role.student else frozenset()
    workspace = Workspace(house.work, house.release, only)
    synced = workspace.sync()
    draw_start_page(house, list(synced.newer))
    set_role(role)
    return synced


def draw_start_page(house: House, newer: list[str]) -> None:
    """Puts the map of today into the start page's output, so that it is there before anything is run."""
    from nbformat import from_dict
    from nbformat.sign import NotebookNotary

    path = house.work / START
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        _ = [cell["source"] for cell in data["cells"]]
    except (ValueError, KeyError, TypeError):
        # Half written, perhaps; what is there is kept beside a fresh page.
        Workspace(house.work, house.release).set_aside(START)
        data = json.loads((house.release / START).read_text(encoding="utf-8"))
    page = make_page(house.work, newer, house.syllabus.record)._repr_mimebundle_()
    drawn: list[dict[str, Any]] = [{"output_type": "display_data", "metadata": {}, "data": page}]
    for cell in data["cells"]:
        if cell["cell_type"] == "code" and "start()" in "".join(cell["source"]):
            cell["outputs"] = drawn
    text = json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    write_whole(path, text.encode())
    # JupyterLab shows links of a notebook that it trusts; this page is ours.
    notary = NotebookNotary()
    try:
        notary.sign(from_dict(data))
    finally:
        notary.store.close()


def refuse_taken(house: House, port: int) -> None:
    """Raises Problems when something listens on the port already."""
    if _taken(port):
        todo = "Stop what listens there, or choose another with PORT=… (or --port)."
        raise Problems([Problem(house.root, 1, f"the port {port} is taken.", todo)])


def launch(house: House, role: Role, *, browser: bool, port: int | None) -> int:
    """Runs JupyterLab until it is stopped; returns its exit code."""
    folder = house.root if role is Role.instructor else house.work
    start = (house.work / START).relative_to(folder).as_posix()
    arguments = [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{start}",
        f"--ServerApp.open_browser={browser}",
    ]
    if port is not None:
        arguments += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--allow-root")
    os.chdir(folder)  # nbgrader fetches and submits from the folder that the server runs in.
    # nbgrader looks for `alembic` and the kernels on PATH; Jupyter's path has nbgrader's configuration and the role's.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    paths = [str(house.root), str(config_folder()), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(paths)

    from jupyterlab.labapp import main  # Loading it takes a second, which only this needs.

    return main(arguments) or 0


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
