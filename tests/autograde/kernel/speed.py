"""How long a notebook takes from the fork to its end: `python -m tests.autograde.kernel.speed [BACKEND]`.

The machine's own speed is measured beside it, because only the ratio means something on a machine that is busy.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from autograde.kernel.warm import Warm

TINY = (
    "import hashlib",
    "def squares(n):\n    if n < 1:\n        raise ValueError('n must be at least 1')\n"
    "    return [i ** 2 for i in range(1, n + 1)]",
    "squares(10)",
    "assert squares(1) == [1]\nassert squares(2) == [1, 4]",
    "try:\n    squares(0)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError('did not raise')",
    "def sum_of_squares(n):\n    return sum(squares(n))",
    "sum_of_squares(10)",
    "assert sum_of_squares(1) == 1\nassert sum_of_squares(11) == 506",
    "orig = squares\ndel squares\n"
    "try:\n    sum_of_squares(1)\nexcept NameError:\n    pass\nelse:\n    raise AssertionError",
    "squares = orig",
)
FRAMEWORKS = (
    "import django\nfrom django.conf import settings\n"
    "settings.configure(DEBUG=True, ROOT_URLCONF='__main__', SECRET_KEY='k', ALLOWED_HOSTS=['*'])\ndjango.setup()",
    "from django.http import JsonResponse\nfrom django.urls import path\n"
    "urlpatterns = [path('users/<str:name>', lambda request, name: JsonResponse({'name': name}))]",
    "from django.test import Client\nassert Client().get('/users/ada').json() == {'name': 'ada'}",
    "from flask import Flask\napp = Flask('a')\n@app.get('/users/<name>')\ndef user(name): return {'name': name}",
    "assert app.test_client().get('/users/ada').json == {'name': 'ada'}",
    "from fastapi import FastAPI\napi = FastAPI()\n"
    "@api.get('/users/{name}')\ndef get_user(name: str): return {'name': name}",
    "import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('ignore')\n"
    "    from fastapi.testclient import TestClient",
    "assert TestClient(api).get('/users/ada').json() == {'name': 'ada'}",
    "assert Client().get('/nobody').status_code == 404",
)
FAILING = tuple(f"def check_{i}(x):\n    assert x == {i + 1}, 'wrong'\ncheck_{i}({i})" for i in range(8))


def once(warm: Warm, cells: Sequence[str]) -> float:
    """Milliseconds of a notebook."""
    started = time.perf_counter()
    with warm.room({}) as room:
        session = room.session()
        for source in cells:
            session.run(source, seconds=60)
    return (time.perf_counter() - started) * 1000


def python() -> float:
    """Milliseconds of a bare Python, for comparison."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-I", "-S", "-c", "pass"], check=True)
    return (time.perf_counter() - started) * 1000


def measure(backend: str, rounds: int = 30) -> Mapping[str, tuple[float, float]]:
    """Median and least milliseconds of each kind of notebook."""
    found = {}
    with Warm(backend=backend) as warm:
        with warm.room({}) as room:
            session = room.session()
            for source in FRAMEWORKS:
                ran = session.run(source, seconds=60)
                assert ran.ok, ran
            modules = session.do("autograde.kernel.inside.preloading:imported")
        warm.preload(modules)
        for name, cells in {"tiny": TINY, "frameworks": FRAMEWORKS, "failing": FAILING}.items():
            taken = [once(warm, cells) for _ in range(rounds)]
            found[name] = statistics.median(taken), min(taken)
    taken = [python() for _ in range(rounds)]
    return {**found, "a bare python": (statistics.median(taken), min(taken))}


if __name__ == "__main__":
    for name, (median, least) in measure(*sys.argv[1:2] or ["none"]).items():
        print(f"{name}: {median:.1f} ms, at best {least:.1f}")
