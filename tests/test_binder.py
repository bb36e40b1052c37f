"""Binder: what repo2docker makes of the clone, and what a session opens."""

from __future__ import annotations

import ensurepip
import hashlib
import os
import re
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.tree import copy_to

ENVIRONMENT = ROOT / "environment.yml"
START = "/lab/tree/work/Start.ipynb"


def test_the_environment_is_in_step_with_the_lock() -> None:
    told = re.search(r"^# requirements\.lock has the sha256 (\w+)$", ENVIRONMENT.read_text(encoding="utf-8"), re.M)
    assert told is not None
    assert told[1] == hashlib.sha256((ROOT / "requirements.lock").read_bytes()).hexdigest(), "run `make lock`"


def test_the_environment_takes_its_packages_from_the_lock_and_names_no_index() -> None:
    text = ENVIRONMENT.read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    assert content["channels"] == ["conda-forge"]
    assert content["dependencies"] == ["python=3.13", "pip", {"pip": ["-r requirements.lock"]}]
    assert "://" not in text


@pytest.fixture(scope="module")
def dry_build(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What repo2docker says and the Dockerfile that it would build, for a fresh clone."""
    copy = copy_to(tmp_path_factory.mktemp("repo2docker") / "clone")
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    result = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout + result.stderr


def test_repo2docker_takes_the_python_that_the_environment_names(dry_build: str) -> None:
    assert "Building conda environment for python=3.13" in dry_build
    assert re.search(r"^COPY .*environment-2epy-2d3-2e13-2dlinux.* /tmp/env/environment\.lock$", dry_build, re.M)


def test_repo2docker_installs_the_environment_once_the_lock_is_in_the_image(dry_build: str) -> None:
    clone = re.search(r"^COPY \S+ src/ \$\{REPO_DIR\}/$", dry_build, re.M)
    install = re.search(r'env update -p \$\{NB_PYTHON_PREFIX\} --file "environment\.yml"', dry_build)
    assert clone is not None
    assert install is not None
    assert clone.start() < install.start()


def test_repo2docker_runs_the_post_build_step_last(dry_build: str) -> None:
    runs = re.findall(r"^RUN (.*)$", dry_build, re.M)
    assert runs[-1] == "./postBuild"


def test_the_post_build_step_can_be_executed() -> None:
    assert os.access(ROOT / "postBuild", os.X_OK)


@dataclass(frozen=True)
class Image:
    """A clone in which postBuild ran, and the environment that it ran in."""

    clone: Path
    prefix: Path

    def run(self, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        left_out = ("PYTHONPATH", "COURSE_PREFIX", "VIRTUAL_ENV", "PIP_USER")
        inherited = {name: value for name, value in os.environ.items() if name not in left_out}
        own = {"PATH": os.pathsep.join([str(self.prefix / "bin"), os.environ["PATH"]]), "PIP_NO_INDEX": "1"}
        return subprocess.run(
            command, cwd=cwd or self.clone, env=inherited | own, capture_output=True, text=True, check=False
        )


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """A fresh clone after postBuild, in an environment that has every package of the lock, pip, and no course."""
    root = tmp_path_factory.mktemp("image")
    made = Image(copy_to(root / "clone"), root / "prefix")
    venv.create(made.prefix, symlinks=True)
    [packages] = made.prefix.glob("lib/python*/site-packages")
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if "threeways" not in path.name and path.name != "__pycache__":
            (packages / path.name).symlink_to(path)
    bundled = Path(sysconfig.get_config_var("WHEEL_PKG_DIR") or Path(ensurepip.__file__).with_name("_bundled"))
    (packages / "pip.pth").write_text(f"{next(bundled.glob('pip-*.whl'))}\n")
    result = made.run("./postBuild")
    assert result.returncode == 0, result.stdout + result.stderr
    return made


def test_after_the_build_the_course_is_imported_from_anywhere(image: Image, tmp_path: Path) -> None:
    result = image.run("python", "-c", "import course; print(course.__file__)", cwd=tmp_path)
    assert result.stdout.strip() == str(image.clone / "course/__init__.py"), result.stderr


def test_after_the_build_the_learners_folder_is_filled(image: Image) -> None:
    released = {path.relative_to(ROOT / "release") for path in (ROOT / "release").rglob("*.ipynb")}
    assert {path.relative_to(image.clone / "work") for path in (image.clone / "work").rglob("*.ipynb")} == released
    assert Path("Start.ipynb") in released


def test_after_the_build_the_role_is_alone(image: Image) -> None:
    assert image.run("python", "-m", "course.cli", "role").stdout.strip() == "alone"
    assert (image.prefix / "etc/jupyter/labconfig/page_config.json").exists()


@pytest.mark.parametrize(
    "app", ["jupyterlab.labapp:LabApp", "notebook.app:JupyterNotebookApp"], ids=["jupyter-lab", "jupyter-notebook"]
)
def test_a_session_without_an_address_opens_the_start_page(image: Image, app: str) -> None:
    module, name = app.split(":")
    arguments = ["--port=0", "--no-browser", "--allow-root", "--ServerApp.jpserver_extensions={}"]
    code = f"from {module} import {name}; print({name}.initialize_server(argv={arguments}).default_url)"
    result = image.run("python", "-c", code)
    assert result.stdout.strip().endswith(START), result.stderr
    assert (image.clone / START.removeprefix("/lab/tree/")).exists()
