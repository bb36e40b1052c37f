"""A real Celery worker for tasks in cells: it works, is replaced by its own cell, and leaves nothing behind."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from celery.app.base import Celery as CeleryClass
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from course.frameworks.services import Broker, broker, redis
from course.frameworks.services.daemon import free_port
from course.frameworks.services.worker import Worker, worker
from tests.services import need_redis

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 10
TASKS = """
app = Celery("library")
app.config_from_object(post.celery)

@app.task
def remind(member):
    return f"{member} was reminded by WAY"

helper = worker(app)
"""
PROGRAM = """
import threading
from celery import Celery
from course.frameworks.services import broker
from course.frameworks.services.worker import worker
app = Celery("library")
app.config_from_object(broker().celery)
@app.task
def remind(member): return f"{member} was reminded"
worker(app)
print(remind.delay("Ada").get(timeout=10), [t.name for t in threading.enumerate() if not t.daemon])
"""
ALONE = """
from celery import Celery
app = Celery("library", broker=f"filesystem://", backend="file://{folder}")
app.conf.broker_transport_options = {{
    "data_folder_in": "{folder}", "data_folder_out": "{folder}", "control_folder": "{folder}", "polling_interval": 0.05
}}
@app.task
def remind(member): return f"{{member}} was reminded"
"""


@pytest.fixture(params=["memory", "redis"])
def post(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Broker]:
    """A broker of either kind."""
    if request.param == "redis":
        need_redis()
        monkeypatch.delenv(redis.VARIABLE, raising=False)
    else:
        monkeypatch.setattr(redis, "find_program", lambda: None)
        monkeypatch.setattr(redis, "_servers", {})
    made = broker()
    assert made.kind == request.param
    yield made
    made.stop()


@pytest.fixture
def app(post: Broker) -> Celery:
    app = Celery("library")
    app.config_from_object(post.celery)
    return app


@pytest.fixture
def cells(post: Broker) -> Iterator[Callable[[str], Any]]:
    """Runs the text of a cell as a notebook does."""
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    shell.user_ns.update(Celery=Celery, worker=worker, post=post)

    def run(text: str) -> Any:
        done = shell.run_cell(text, store_history=True)
        done.raise_error()
        return done.result

    yield run
    for thing in list(shell.user_ns.values()):
        if isinstance(thing, Worker):
            thing.stop()
    InteractiveShell.clear_instance()


def workers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("worker-")]


@pytest.mark.filterwarnings("error", "ignore:Call to deprecated:DeprecationWarning")
def test_a_worker_does_what_it_is_sent_and_ends(app: CeleryClass) -> None:
    @app.task
    def remind(member: str) -> str:
        return f"{member} was reminded in {threading.current_thread().name}"

    before = {thread for thread in threading.enumerate() if not thread.daemon}
    helper = worker(app)
    assert remind.delay("Ada").get(timeout=PATIENCE) == "Ada was reminded in worker-library"
    assert {thread for thread in threading.enumerate() if not thread.daemon} == before
    assert str(helper).startswith("A Celery worker that works on: ")
    helper.stop()
    helper.stop()
    assert workers() == []
    assert "has stopped" in str(helper)


def test_what_a_task_raises_reaches_whoever_waits_for_it(app: CeleryClass) -> None:
    @app.task
    def remind(member: str) -> str:
        raise LookupError(f"{member} is no member")

    helper = worker(app)
    with pytest.raises(LookupError, match="Ada is no member"):
        remind.delay("Ada").get(timeout=PATIENCE)
    helper.stop()


def test_two_workers_do_each_their_own_tasks(post: Broker) -> None:
    sent = []
    for place in ("north", "south"):
        app = Celery(place)
        app.config_from_object(post.celery | {"task_default_queue": place})

        @app.task(name="remind")
        def remind(member: str, place: str = place) -> str:
            return f"{member}, {place}"

        sent.append((worker(app), remind))
    assert [remind.delay("Ada").get(timeout=PATIENCE) for _, remind in sent] == ["Ada, north", "Ada, south"]
    for helper, _ in sent:
        helper.stop()


def test_a_cell_that_is_run_again_replaces_its_worker_and_its_code(cells: Callable[[str], Any]) -> None:
    for way in ("letter", "letter", "telephone"):
        cells(TASKS.replace("WAY", way))
        assert cells(f"remind.delay('Ada').get(timeout={PATIENCE})") == f"Ada was reminded by {way}"
    assert len(workers()) == 1


def test_a_worker_that_was_replaced_is_forgotten(post: Broker) -> None:
    apps = []
    for _ in range(3):
        app = Celery("library")
        app.config_from_object(post.celery)

        @app.task(name="remind")
        def remind(member: str) -> str:
            return f"{member} was reminded"

        helper = worker(app)
        apps.append(weakref.ref(app))
    assert remind.delay("Ada").get(timeout=PATIENCE) == "Ada was reminded"
    gc.collect()
    assert [made() is None for made in apps] == [True, True, False]
    helper.stop()


def test_an_app_without_a_broker_is_an_error_that_says_what_to_do() -> None:
    app = Celery("library", broker=f"redis://127.0.0.1:{free_port()}/0")
    with pytest.raises(ConnectionError, match=r"No broker answers at redis://.*127.0.0.1:.*config_from_object"):
        worker(app)
    assert workers() == []


@pytest.mark.parametrize("thing", [None, Celery, "tasks:app"])
def test_what_is_no_app_is_refused(thing: object) -> None:
    with pytest.raises(TypeError, match="worker\\(\\) needs a Celery app, not"):
        worker(thing)


def test_a_program_ends_with_its_worker() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.stderr) == ("Ada was reminded ['MainThread']\n", "")


def test_a_worker_can_be_a_process_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "post"
    folder.mkdir()
    (tmp_path / "tasks.py").write_text(ALONE.format(folder=folder.as_posix()), encoding="utf-8")
    command = [sys.executable, "-m", "celery", "-A", "tasks", "worker", "--pool", "solo", "--without-mingle"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    namespace: dict[str, Any] = {}
    exec((tmp_path / "tasks.py").read_text(encoding="utf-8"), namespace)
    said = namespace["app"].send_task("tasks.remind", ["Ada"]).get(timeout=3 * PATIENCE, interval=0.05)
    process.terminate()
    process.wait(PATIENCE)
    assert said == "Ada was reminded"
