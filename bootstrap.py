"""Sets up `.venv` from requirements.lock: `python bootstrap.py`. Needs Python 3.11 to 3.13 and a package index.

`make lab` and `make test` call it; without make (on Windows, say) run it yourself, then `.venv/bin/course lab`
(Windows: `.venv\\Scripts\\course lab`). It is quick when nothing changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENGINE = ROOT / "autograde"
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
ROLE = ROOT / ".role"
BIN = "Scripts" if os.name == "nt" else "bin"
EXE = ".exe" if os.name == "nt" else ""
NEWEST, OLDEST = (3, 13), (3, 11)
UV = "uv>=0.9,<1"


def main() -> None:
    """Brings the environment in step with the lock."""
    base = find_python()
    stamp = VENV / "in-step-with"
    wanted = fingerprint(base)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    uv = find_uv(base)
    say("Setting up .venv. This takes a minute the first time.")
    python = VENV / BIN / f"python{EXE}"
    role = current_role(python)
    ROLE.write_text(role)  # Survives a set-up that is interrupted after the old environment is gone.
    stamp.unlink(missing_ok=True)
    run(uv, "venv", "--quiet", "--clear", "--python", base, VENV)
    # Byte code is compiled now: without it, everything costs twice until it is there.
    install = (uv, "pip", "install", "--quiet", "--python", python)
    run(*install, "--require-hashes", "--compile-bytecode", "--requirement", ROOT / "requirements.lock")
    run(*install, "--no-deps", "--no-build-isolation", "--editable", ROOT, "--editable", ENGINE)
    run(python, "-m", "course.cli", "role", role, quiet=True)
    stamp.write_text(wanted)
    ROLE.unlink()


def find_python() -> str:
    """The Python to build on: this one when it will do, else the newest on PATH that does."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        # A version manager's shim may lie on PATH with no Python behind it.
        if found and subprocess.run([found, "-V"], capture_output=True, check=False).returncode == 0:
            return found
    here = ".".join(map(str, sys.version_info[:3]))
    sys.exit(
        f"This needs Python 3.11, 3.12 or 3.13, and {sys.executable} is {here}. Install one of them and try again."
    )


def find_uv(base: str) -> str:
    """An installed uv, else one brought into the clone (never into the system)."""
    own = TOOLS / BIN / f"uv{EXE}"
    if found := shutil.which("uv"):
        return found
    if not own.exists():
        say("Bringing uv, which installs the rest, into .tools.")
        run(base, "-m", "venv", TOOLS)
        run(TOOLS / BIN / f"python{EXE}", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV)
    return str(own)


def fingerprint(base: str) -> str:
    """Changes whenever the environment has to be made anew."""
    paths = (ROOT / "requirements.lock", ROOT / "pyproject.toml", ENGINE / "pyproject.toml", Path(__file__))
    content = [path.read_bytes() for path in paths]
    version = subprocess.run([base, "-V"], capture_output=True, text=True, check=True).stdout
    return hashlib.sha256(b"\0".join([*content, version.encode(), str(ROOT).encode()])).hexdigest()


def current_role(python: Path) -> str:
    """The role that was set so far: it is kept in the environment that is made anew."""
    if ROLE.exists():
        return ROLE.read_text()
    if not python.exists():
        return "alone"
    asked = subprocess.run([python, "-m", "course.cli", "role"], capture_output=True, text=True, check=False, cwd=ROOT)
    return asked.stdout.strip() or "alone"


def index_settings() -> dict[str, str]:
    """pip's package index for uv: whoever set up a mirror for pip wants it used here too."""
    if any(name in os.environ for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_CONFIG_FILE")):
        return {}
    command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    index = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    return {"UV_DEFAULT_INDEX": index} if index else {}


def run(*command: object, quiet: bool = False) -> None:
    """Runs a command of the set-up; stops with its message when it fails."""
    left_out = ("VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    words = [str(word) for word in command]
    result = subprocess.run(words, env=environment | index_settings(), stdout=subprocess.DEVNULL if quiet else None)
    if result.returncode:
        sys.exit(f"Setting up failed at: {' '.join(words)}\nMend what the message above says, then try again.")


def say(text: str) -> None:
    """A line for the person who waits."""
    print(text, flush=True)


if __name__ == "__main__":
    main()
