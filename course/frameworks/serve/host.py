"""Serves an application of a project in a process of its own, which `Project.serve` starts."""

from __future__ import annotations

import json
import signal
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

from course.frameworks.serve import NotStarted, PortTaken, Served, listen
from course.frameworks.serve.asgi import as_asgi

MARK = "\x1e"
"""Begins what is for the kernel, up to the end of the line: {"port": …}, {"failure": …} or {"error": …}."""

BOOT = """\
import sys
sys.path.insert(0, sys.argv[1])
from course.frameworks.serve.host import main
sys.path.remove(sys.argv[1])
main(sys.argv[2])
"""


def command(app: str, folder: Path, port: int | None, former: int, base: str) -> list[str]:
    """The command that serves `app` ("main:app") of the project in `folder`; for the ports see `listen`."""
    order = json.dumps({"app": app, "folder": str(folder), "ports": [port, former], "base": base})
    house = str(Path(__file__).parents[3])
    return [sys.executable, "-P", "-c", BOOT, house, order]


def heard(line: str) -> tuple[str, dict[str, Any] | None]:
    """What the application has written in a line of output, and what the line says to the kernel, if it does."""
    written, _, told = line.partition(MARK)
    return written, json.loads(told) if told else None


def main(text: str) -> None:
    """Serves until it is asked to end."""
    order = json.loads(text)
    sys.argv[:] = [order["app"]]
    sys.path.insert(0, order["folder"])
    try:
        server = _Hosted(as_asgi(_load(order["app"])), listen(*order["ports"]), order["base"])
    except (NotStarted, PortTaken, LookupError) as error:
        _tell(error=str(error))
    except Exception as error:
        traceback.print_exc()
        _tell(error=f"{type(error).__name__}: {error}")
    else:
        signal.signal(signal.SIGTERM, lambda *_: server.halt())
        _tell(port=server.port)
        server.join()


class _Hosted(Served):
    def _report(self, failure: Any, summary: str) -> None:
        traceback.print_exception(failure.exception)
        _tell(failure=summary)


def _load(name: str) -> Any:
    module, _, place = name.partition(":")
    found: Any = import_module(module)
    for part in place.removesuffix("()").split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise LookupError(f"{module.replace('.', '/')}.py defines no {part!r}.") from None
    return found() if place.endswith("()") else found


def _tell(**what: Any) -> None:
    print(f"{MARK}{json.dumps(what)}\n", end="", flush=True)  # At once, lest a view writes into the line.
