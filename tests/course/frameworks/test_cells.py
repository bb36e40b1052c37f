"""What is said below a cell that would start a server, or that ends in an error which a notebook explains."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import NamedTuple

import pytest

from course.frameworks import cells, sqlalchemy
from course.frameworks.advice import ANSWERED, APP_CONTEXT, ENDPOINT, REQUEST_CONTEXT, SECRET


class Case(NamedTuple):
    code: str
    printed: str


SHELL = """
import json, os, sys
from contextlib import redirect_stdout
from io import StringIO
from IPython.core.interactiveshell import InteractiveShell
os.environ.pop("DJANGO_SETTINGS_MODULE", None)
shell = InteractiveShell.instance()
shell._showtraceback = lambda *_: None
sys.modules["__main__"] = shell.user_module
for code in json.load(sys.stdin):
    with redirect_stdout(StringIO()) as heard:
        shell.run_cell(code)
    print(json.dumps(heard.getvalue()))
"""

FIRST = Case("from course import client", "")
FLASK = "from flask import Flask, request, session, url_for\napp = Flask('library')\n"
HOME = "@app.get('/')\ndef home(): return 'open'\n"
PROJECT = "import os, django\nos.environ['DJANGO_SETTINGS_MODULE'] = 'library.settings'\ndjango.setup()"
RUNSERVER = "from django.core.management import call_command, execute_from_command_line\n"
SERVED = """
import asyncio, contextlib, io, threading, time, uvicorn
async def app(scope, receive, send): ...
def until_it_runs():
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started: time.sleep(0.01)
    server.should_exit = True
    thread.join()
until_it_runs()
print("it ran")
"""

CASES = {
    "Flask's server": [Case(FLASK + "if __name__ == '__main__':\n    app.run(debug=True)", cells.SERVE)],
    "Flask's server, in a function": [Case(FLASK + "def main(): app.run()\nmain()", cells.SERVE)],
    "Werkzeug's server": [Case("import werkzeug.serving as w\nw.run_simple('localhost', 5000, print)", cells.SERVE)],
    "uvicorn's server": [
        Case("import uvicorn\nuvicorn.run('main:app', reload=True)", cells.SERVE),
        Case("server = uvicorn.Server(uvicorn.Config(print))\nserver.run()", cells.SERVE),
        Case("await server.serve()", cells.SERVE),
    ],
    "a server in a thread of its own": [Case(SERVED, "it ran")],
    "Django's server, with no settings": [Case(RUNSERVER + "call_command('runserver')", cells.RUNSERVER)],
    "Django's server": [
        Case("from course import django_setup; django_setup()", ""),
        Case(RUNSERVER + "execute_from_command_line(['manage.py', 'runserver'])", cells.RUNSERVER),
        Case("call_command('runserver', use_reloader=False)", cells.RUNSERVER),
    ],
    "a module that is loaded a second time": [
        Case(FLASK, ""),
        Case("import importlib, flask.app\napp = importlib.reload(flask.app).Flask('library')\napp.run()", cells.SERVE),
    ],
    "an event loop in a cell": [
        Case(
            "import asyncio\nasync def go(): return 'gone'\nw = go()\nawait asyncio.sleep(0)\nasyncio.run(w)",
            cells.LOOP,
        ),
        Case("await asyncio.sleep(0)\nasyncio.get_running_loop().run_until_complete(w)", cells.LOOP),
        Case("print(await w)", "gone"),
    ],
    "a request outside of a view": [
        Case(FLASK + HOME + "request.args", REQUEST_CONTEXT),
        Case("with app.app_context(): url_for('home')", REQUEST_CONTEXT),
    ],
    "an app that is not known": [Case(FLASK + HOME + "url_for('home')", APP_CONTEXT)],
    "a route after the first request": [
        Case(FLASK + HOME + "status = client(app).get('/').status_code", ""),
        Case("@app.get('/books')\ndef books(): return 'Emma'", ANSWERED),
    ],
    "a route whose cell is run again": [Case(FLASK, ""), Case(HOME, ""), Case(HOME, ENDPOINT)],
    "no secret key": [
        Case(FLASK + "with app.test_request_context(): session['card'] = 7", SECRET),
        Case("from flask_wtf import FlaskForm\nwith app.test_request_context(): FlaskForm()", SECRET),
    ],
    "a project's settings": [
        Case(PROJECT, cells.NO_PROJECT),
        Case(PROJECT, cells.NO_PROJECT),
        Case("from course import django_setup; django_setup()", ""),
        Case(PROJECT, cells.IGNORED),
        Case(PROJECT, cells.IGNORED),
        Case("import library", ""),
        Case("print(os.environ.get('DJANGO_SETTINGS_MODULE'))", "None"),
    ],
    "a row twice": [
        Case("import sqlalchemy as sa\nengine = sa.create_engine('sqlite://', poolclass=sa.StaticPool)", ""),
        Case("with engine.begin() as db: db.execute(sa.text('CREATE TABLE book (title UNIQUE)'))", ""),
        Case("with engine.begin() as db: db.execute(sa.text('INSERT INTO book VALUES (1)'))", ""),
        Case("with engine.begin() as db: db.execute(sa.text('INSERT INTO book VALUES (1)'))", sqlalchemy.ROW),
    ],
    "an error of the learner's own": [
        Case("1 / 0", ""),
        Case("import nothing_like_it", ""),
        Case("raise KeyError", ""),
    ],
}


def printed(name: str) -> tuple[str, ...]:
    """What each cell prints, in a fresh process whose first cell imports from the course."""
    process = subprocess.run(
        [sys.executable, "-c", SHELL],
        input=json.dumps([case.code for case in (FIRST, *CASES[name])]),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return tuple(json.loads(line).strip() for line in process.stdout.splitlines())


@pytest.mark.parametrize("name", CASES)
def test_a_cell_is_told_what_to_do_once_and_each_time_that_it_is_run(name: str) -> None:
    assert list(printed(name)) == ["", *(case.printed for case in CASES[name])]


def test_a_plain_program_runs_its_server() -> None:
    program = (
        "from course import client\nfrom flask import Flask\nimport werkzeug.serving\n"
        "werkzeug.serving.run_simple = lambda *given, **options: print('it runs')\nFlask('library').run()"
    )
    process = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert "it runs" in process.stdout
