"""What of this machine decides how far a sandbox can go, and what its owner can do for a better one."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

from autograde.sandbox import kernel_calls

_SETTINGS = (
    "kernel/random/boot_id",
    "kernel/unprivileged_userns_clone",
    "kernel/apparmor_restrict_unprivileged_userns",
    "kernel/yama/ptrace_scope",
    "user/max_user_namespaces",
    "user/max_net_namespaces",
)


def setting(name: str) -> str:
    """A setting of the kernel; empty when there is none of that name."""
    try:
        return Path("/proc/sys", name).read_text(encoding="ascii").strip()
    except OSError:
        return ""


def fingerprint() -> str:
    """Different after a restart, and whenever something changes that a self-test depends on."""
    parts = [*os.uname(), str(os.geteuid()), sys.executable, sys.version, *map(setting, _SETTINGS)]
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        status = []
    parts += [line for line in status if line.startswith(("Cap", "NoNewPrivs", "Seccomp"))]
    parts += [_stamp(Path(program)) for name in ("bwrap",) if (program := shutil.which(name))]
    parts += [_stamp(path) for path in sorted(Path(__file__).parent.glob("*.py"))]
    parts += [_stamp(path) for path in sorted(Path("/etc/apparmor.d").glob("*bwrap*"))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _stamp(path: Path) -> str:
    state = path.stat()
    return f"{path} {state.st_size} {state.st_mtime_ns}"


def is_container() -> bool:
    """Whether this is the inside of a container."""
    return any(Path(path).exists() for path in ("/.dockerenv", "/run/.containerenv"))


def advice() -> list[str]:
    """What to install or to set for a better sandbox, the simplest first."""
    if sys.platform != "linux":
        return [
            "Student code can be kept to itself only on Linux. "
            "On Windows run this in WSL2 (`wsl --install`), on macOS in a container or a virtual machine with Linux."
        ]
    said = []
    if is_container():
        said.append(
            "In Docker, start the container with `--security-opt seccomp=unconfined --security-opt "
            "apparmor=unconfined --security-opt systempaths=unconfined`; in Podman with `--security-opt unmask=ALL`."
        )
    if setting("kernel/unprivileged_userns_clone") == "0":
        said.append("Run `sudo sysctl -w kernel.unprivileged_userns_clone=1`; write it to /etc/sysctl.d to keep it.")
    if setting("user/max_user_namespaces") == "0":
        said.append("Run `sudo sysctl -w user.max_user_namespaces=10000`; write it to /etc/sysctl.d to keep it.")
    if os.geteuid() != 0 and not shutil.which("bwrap"):
        said.append("Install bubblewrap: `sudo apt install bubblewrap` or `sudo dnf install bubblewrap`.")
    if setting("kernel/apparmor_restrict_unprivileged_userns") == "1":
        said.append(
            "Ubuntu lets bubblewrap through once its profile is installed: `sudo apt install bubblewrap "
            "apparmor-profiles`, `sudo cp /usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/`, "
            "`sudo apparmor_parser -r /etc/apparmor.d/bwrap-userns-restrict`."
        )
    if kernel_calls.kernel_version() < (6, 2):
        said.append("A newer kernel helps: namespaces need Linux 5.14, Landlock needs 6.2.")
    return said or ["Run `autograde doctor` where it works, and compare: kernel, container, and who runs it."]
