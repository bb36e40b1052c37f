"""Which files a room has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograde.sandbox import environment
from autograde.sandbox.environment import readable_for
from autograde.sandbox.places import places


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "tree"
    (root / "store/python/lib").mkdir(parents=True)
    (root / "current").symlink_to("store/python")
    (root / "absolute").symlink_to(root / "current")
    (root / "circle").symlink_to("circle")
    return root


def test_links_on_the_way_are_kept_and_lead_to_what_is_real(tree: Path) -> None:
    found = places((f"{tree}/absolute/lib",))
    assert found.real == (f"{tree}/store/python/lib",)
    assert found.links == ((f"{tree}/absolute", f"{tree}/current"), (f"{tree}/current", "store/python"))


def test_what_lies_in_something_readable_is_not_named_twice(tree: Path) -> None:
    assert places((f"{tree}/store/python/lib", f"{tree}/store")).real == (f"{tree}/store",)


@pytest.mark.parametrize("name", ["circle", "missing", "missing/more"])
def test_what_is_not_there_is_left_out(tree: Path, name: str) -> None:
    assert places((f"{tree}/{name}",)).real == ()


@pytest.mark.parametrize("path", ["/proc", "/proc/self", "/sys", "/dev/null"])
def test_the_kernel_s_own_files_are_never_shown(path: str) -> None:
    assert places((path,)).real == ()


def test_this_python_is_readable() -> None:
    found = readable_for()
    assert sys.prefix in found
    assert str(Path(sys.base_prefix).resolve()) in found
    assert str(Path(environment.__file__).parents[1]) in found


def asked(monkeypatch: pytest.MonkeyPatch, *search: Path) -> None:
    monkeypatch.setattr(environment, "_ask", lambda python: ((), tuple(map(str, search))))


def test_of_an_editable_project_only_the_packages_are_readable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    project = tmp_path.resolve()
    for name in ("shop", "tests", "source"):
        (project / name).mkdir()
    for name in ("shop/__init__.py", "tests/__init__.py", "tool.py", "nbgrader_config.py", "gradebook.db"):
        (project / name).touch()
    asked(monkeypatch, project)
    found = [path for path in readable_for() if path.startswith(str(project))]
    assert found == [f"{project}/shop", f"{project}/tool.py"]


def test_what_is_hidden_is_cut_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    site = tmp_path.resolve() / "site-packages"
    (site / "shop/answers").mkdir(parents=True)
    for name in ("shop/__init__.py", "shop/orders.py", "shop/answers/all.py", "other.py"):
        (site / name).touch()
    asked(monkeypatch, site)
    found = [path for path in readable_for(hidden=[site / "shop/answers"]) if path.startswith(str(site))]
    assert found == [f"{site}/other.py", f"{site}/shop/__init__.py", f"{site}/shop/orders.py"]


def test_a_home_is_never_readable_as_a_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "diary.txt").touch()
    monkeypatch.setattr(environment, "_ask", lambda python: ((str(tmp_path), "/"), ()))
    assert not {str(tmp_path), "/"} & set(readable_for())


def test_the_part_for_children_imports_nothing_that_is_heavy() -> None:
    code = (
        "import sys; import autograde.sandbox.backends;"
        "print([name for name in ('msgspec', 'traitlets', 'nbgrader', 'rich', 'typing_extensions', 'asyncio',"
        " 'subprocess', 'ssl') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == "[]\n"
