"""Mistakes that learners make in cells: each gets one message, and it says what to do."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.gallery.harness import strict

START = """
from course import client, compare, django_app, serve, show, xray
from django.http import HttpResponse
from django.urls import path
from fastapi import FastAPI, Request
from flask import Flask
import socket, uvicorn
"""
FLASK = 'app = Flask("library")\n'

RAISED = {
    "models before Django is set up": (
        "from django.db import models\nclass Early(models.Model): pass",
        ["run `from course import django_setup; django_setup()` first"],
    ),
    "settings configured twice": (
        "from course import django_setup; django_setup()\n"
        "from django.conf import settings\nsettings.configure(DEBUG=False)",
        ["Settings already configured", "Give settings to a program, django_app(urlpatterns, DEBUG=False)"],
    ),
    "other settings the second time": ("django_setup(USE_TZ=False)", ["restart the kernel", "django_setup(USE_TZ=…)"]),
    "a name for an app": ('client("main:app")', ["pass the app itself, without quotation marks"]),
    "None for an app": ("client(None)", ["This is None"]),
    "a view for an app": (
        FLASK + 'app.get("/")(lambda: "x")\ndef home(): return "x"\nclient(home)',
        ["pass the app that it belongs to"],
    ),
    "a list for an app": ('client([path("", HttpResponse)])', ["django_app(urlpatterns)"]),
    "an app that is none, served": ("serve(42)", ["A WSGI or ASGI application is needed here"]),
    "an app that is none, under xray": ("xray(42)", ["A WSGI or ASGI application is needed here"]),
    "an app that is none, compared": ('compare("/", a=42, b=43)', ["A WSGI or ASGI application is needed here"]),
    "a coroutine shown": (
        "async def home(): return HttpResponse()\nshow(home())",
        ["await"],
    ),
    "a port taken": (
        'taken = socket.create_server(("127.0.0.1", 0)); port = taken.getsockname()[1]\n'
        'serve(Flask("library"), port=port)',
        ["is taken", "port="],
    ),
    "a model without a table": (
        "class Shelf(models.Model):\n    class Meta: managed = False\nShelf.objects.count()",
        ["managed"],
    ),
    "a unique row made twice": (
        "from django.contrib.auth.models import User\nfor run in (1, 2): User.objects.create_superuser('ada')",
        ["from course import fresh_database; fresh_database()"],
    ),
    "a setting in small letters": ("django_app([], debug=False)", ["Did you mean DEBUG=False?"]),
    "a template that is no text": ("django_app([], templates={'shelf.html': 3})", ["'shelf.html': 3", "pass a folder"]),
    "no such WebSocket": (
        "with client(FastAPI()).websocket_connect('/nope'): ...",
        ["WebSocketDisconnect: The WebSocket /nope was refused", "no WebSocket route"],
    ),
    "a request outside of a view": (
        "from flask import request\nrequest.args",
        ['with app.test_request_context("/path"):'],
    ),
    "an event loop for what is in no name": (
        "import asyncio\nasync def go(): return 1\nasyncio.run(go())",
        ["`await ...`"],
    ),
    "an event loop in a cell": ("import asyncio\nasync def go(): return 1\nw = go()\nasyncio.run(w)", ["`await ...`"]),
}
TOLD = {
    "a view that raises, Flask": (
        FLASK + '@app.get("/")\ndef home(): return {}["emma"]\nclient(app).get("/").status_code',
        ["GET / was answered with 500", "KeyError: 'emma'", "line 3 of its cell", "raise_exceptions=True"],
    ),
    "a view that raises, Django": (
        'def home(request): return {}["emma"]\nclient(django_app([path("", home)])).get("/").status_code',
        ["GET / was answered with 500", "KeyError: 'emma'", "line 1 of its cell"],
    ),
    "a view that raises, FastAPI": (
        'app = FastAPI()\n@app.get("/")\ndef home(): return {}["emma"]\nclient(app).get("/").status_code',
        ["GET / was answered with 500", "KeyError: 'emma'", "line 3 of its cell"],
    ),
    "a view that forgets to return": (
        FLASK + '@app.get("/")\ndef home(): "hello"\nclient(app).get("/").status_code',
        ["must end with `return`"],
    ),
    "a forgotten `with` for lifespan": (
        "from contextlib import asynccontextmanager\n@asynccontextmanager\nasync def lifespan(app):\n"
        '    app.state.books = ["Emma"]\n    yield\napp = FastAPI(lifespan=lifespan)\n'
        '@app.get("/")\ndef home(request: Request): return request.app.state.books\nclient(app).get("/").status_code',
        ["it runs inside `with client(app) as c:`"],
    ),
    "no secret key": (
        'from flask import session\napp = Flask("library")\n@app.get("/")\ndef home(): session["card"] = 7\n'
        'client(app).get("/").status_code',
        ['`app.secret_key = "'],
    ),
    "a view of Flask that returns a number": (
        FLASK + '@app.get("/count")\ndef count(): return 3\nclient(app).get("/count").status_code',
        ["The view count of /count must return text"],
    ),
    "a view of Django that takes no request": (
        'def home(): return HttpResponse()\nclient(django_app([path("books/", home)])).get("/books/").status_code',
        ["The view home of path('books/', ...) is called with the request first"],
    ),
    "a model that was replaced": (
        "from django.db import models\n"
        "class Loan(models.Model):\n    year = models.IntegerField()\nFormer = Loan\nFormer.objects.count()\n"
        "class Loan(models.Model):\n    pass\n"
        "def home(request): return HttpResponse(Former.objects.first())\n"
        'client(django_app([path("", home)])).get("/").status_code',
        ["If the model's cell was run again since"],
    ),
    "an async function called without await in a view": (
        'async def load(): return "Emma"\napp = Flask("library")\n@app.get("/")\ndef home(): return load()\n'
        'client(app).get("/").status_code',
        ["returns a coroutine. Await it"],
    ),
    "an async function called without await in a cell": ("load()", ["`load` is an `async def` function"]),
    "Flask's own server": (FLASK + 'if __name__ == "__main__":\n    app.run(debug=True)', ["serve(app).show()"]),
    "uvicorn's own server": ("uvicorn.run(FastAPI())", ["serve(app).show()"]),
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[nbformat.NotebookNode]]:
    """What each mistake gives, all of them made one after another in one kernel."""
    names = [*RAISED, *TOLD]
    cells = [(RAISED | TOLD)[name][0] for name in names]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in (strict() + START, *cells)])
    client = NotebookClient(notebook, kernel_name="python3", allow_errors=True, timeout=60)
    folder = tmp_path_factory.mktemp("mistakes")
    manager = client.create_kernel_manager()
    manager.transport, manager.ip = "ipc", str(Path(folder) / "kernel")
    client.resources["metadata"] = {"path": str(folder)}
    done = client.execute()
    assert done.cells[0].outputs == []
    return {name: cell.outputs for name, cell in zip(names, done.cells[1:], strict=True)}


def said(outputs: list[nbformat.NotebookNode], kind: str) -> str:
    return "".join(output.text for output in outputs if output.get("name") == kind)


@pytest.mark.parametrize("name", [*RAISED, *TOLD])
def test_nothing_is_written_to_stderr(outputs: dict[str, list[nbformat.NotebookNode]], name: str) -> None:
    assert said(outputs[name], "stderr") == ""


@pytest.mark.parametrize("name", RAISED)
def test_what_cannot_go_on_is_raised_and_says_what_to_do(
    outputs: dict[str, list[nbformat.NotebookNode]], name: str
) -> None:
    (error,) = [output for output in outputs[name] if output.output_type == "error"]
    message = f"{error.ename}: {error.evalue}\n{''.join(error.traceback)}\n{said(outputs[name], 'stdout')}"
    assert [words for words in RAISED[name][1] if words not in message] == []


@pytest.mark.parametrize("name", TOLD)
def test_what_goes_on_is_told_once(outputs: dict[str, list[nbformat.NotebookNode]], name: str) -> None:
    assert [output for output in outputs[name] if output.output_type == "error"] == []
    message = said(outputs[name], "stdout")
    assert [words for words in TOLD[name][1] if message.count(words) != 1] == []
