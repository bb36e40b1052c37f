"""`make lab` in a fresh clone with an empty HOME and a filled package cache, then a second time."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import Measured

ROOT = Path(__file__).resolve().parents[1]


def measure() -> list[Measured]:
    """Until JupyterLab answers; beside it, the start of JupyterLab alone from the environment that is here."""
    with tempfile.TemporaryDirectory() as folder:
        clone, home = Path(folder) / "clone", Path(folder) / "home"
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        environment = {**os.environ, "HOME": str(home), **_caches()}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)

        def make(port: int) -> list[str]:
            return ["make", "lab", "OPEN=no", f"PORT={port}", f"PYTHON={_system_python()}"]

        def alone(port: int) -> list[str]:
            words = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--ServerApp.port={port}", "--allow-root"]
            return [*words, f"--ServerApp.root_dir={home}"]

        first = _until_it_answers(make, clone, environment)
        second = _until_it_answers(make, clone, environment)
        bare = _until_it_answers(alone, home, environment)
    return [
        Measured("make lab, the first time", first, "jupyter lab alone", bare, bound=60),
        Measured("make lab, the second time", second, "jupyter lab alone", bare, bound=15),
    ]


def _until_it_answers(command: Callable[[int], list[str]], folder: Path, environment: dict[str, str]) -> float:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    begin = time.perf_counter()
    process = subprocess.Popen(
        command(port),
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not _answers(port):
            if process.poll() is not None or time.perf_counter() - begin > 600:
                raise RuntimeError(f"{' '.join(command(port))} did not come up")
            time.sleep(0.05)
        return time.perf_counter() - begin
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=1):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _caches() -> dict[str, str]:
    """The package caches of whoever runs this, although HOME is another."""
    uv = shutil.which("uv") or str(ROOT / ".tools/bin/uv")
    folder = subprocess.run([uv, "cache", "dir"], capture_output=True, text=True, check=True).stdout.strip()
    pip = subprocess.run([_system_python(), "-m", "pip", "cache", "dir"], capture_output=True, text=True, check=True)
    return {"UV_CACHE_DIR": folder, "PIP_CACHE_DIR": pip.stdout.strip()}


def _system_python() -> str:
    return str(Path(sys.base_prefix) / "bin" / "python3")
