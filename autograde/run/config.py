"""nbgrader's configuration, read from where nbgrader reads it, but before the second that importing nbgrader takes."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from jupyter_core.paths import jupyter_config_path
from traitlets import TraitError
from traitlets.config import Config, ConfigFileNotFound, JSONFileConfigLoader, PyFileConfigLoader

from autograde.refusal import Refusal


def read_config(root: Path | None = None) -> Config:
    """The configuration of the course in this folder, or in `root` (nbgrader's --course-dir).

    Jupyter's own folders come first, then this folder, then the course's root; what comes later counts.
    """
    here = Path.cwd()
    if root is not None and not root.is_dir():
        raise Refusal(f"{root} is not a folder. Name the folder of the course after --root.")
    sys.path.insert(0, str(here))  # As in nbgrader: a configuration may import what lies beside it.
    general = [Path(folder) for folder in reversed(jupyter_config_path())]
    config = Config()
    for folder in general:
        _merge(config, folder, "jupyter_config")
    for folder in [*general, here]:
        _merge(config, folder, "nbgrader_config")
    course = (root or here / (config.CourseDirectory.get("root") or "")).resolve()
    if course != here.resolve():
        _merge(config, course, "nbgrader_config")
    if root is not None or "root" not in config.CourseDirectory:
        config.CourseDirectory.root = str(course)
    return config


def _merge(config: Config, folder: Path, name: str) -> None:
    for loader in (PyFileConfigLoader(f"{name}.py", str(folder)), JSONFileConfigLoader(f"{name}.json", str(folder))):
        try:
            config.merge(loader.load_config())
        except ConfigFileNotFound:
            continue
        except (Exception, SystemExit) as error:
            raise Refusal(_broken(folder / loader.filename, error)) from error


def unusable(error: TraitError) -> Refusal:
    """What is said when a setting has a value that nbgrader does not take."""
    return Refusal(f"nbgrader_config.py sets what cannot be used: {str(error).rstrip('.')}. Correct it and try again.")


def _broken(path: Path, error: BaseException) -> str:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    what = str(error)
    if isinstance(error, SyntaxError) and error.filename == str(path) and error.lineno:
        lines, what = [error.lineno], error.msg
    where = f"{path}, line {lines[-1]}" if lines else str(path)
    return f"{where}: the configuration cannot be read: {type(error).__name__}: {what}. Correct it and try again."
