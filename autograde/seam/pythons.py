"""Which Python a notebook's kernel is."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass

from jupyter_client.kernelspec import KernelSpecManager

NATIVE = "python3"


@dataclass(frozen=True)
class Python:
    """The Python of a kernel, and the environment that its kernelspec sets."""

    path: str
    env: tuple[tuple[str, str], ...] = ()


def find_python(kernel: str) -> Python | None:
    """The Python behind a kernel's name; None where it is another kind of kernel, NoSuchKernel where there is none."""
    spec = KernelSpecManager().get_kernel_spec(NATIVE if kernel == "python" else kernel)
    command = spec.argv[0] if spec.argv else ""
    if spec.language.lower() != "python" or not any(word.startswith("ipykernel") for word in spec.argv):
        return None
    # As jupyter_client has it: these names mean the Python that runs now.
    own = {"python", "python3", f"python{sys.version_info[0]}.{sys.version_info[1]}"}
    return Python(
        sys.executable if command in own else shutil.which(command) or command, tuple(sorted(spec.env.items()))
    )
