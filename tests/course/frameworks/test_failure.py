"""An exception in a view is found in every framework, and told with its line and what to do."""

from __future__ import annotations

import asyncio
import gc
import io
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from asgiref.wsgi import WsgiToAsgi
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views import generic
from fastapi import BackgroundTasks, FastAPI, HTTPException
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from flask import Flask, Response, abort, render_template, request, session
from flask.logging import default_handler
from starlette.applications import Starlette
from starlette.routing import Route

from course.frameworks.advice import TRACEBACK
from course.frameworks.client import Client, client
from course.frameworks.django import django_app
from course.frameworks.failure import Failure, watch

View = Callable[[], Any]
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _logging_as_in_a_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flask writes its log to stderr, unless somebody else handles logs: in a kernel nobody does, pytest does."""
    monkeypatch.setattr(logging.getLogger("library"), "handlers", [default_handler])


def in_flask(view: View) -> Any:
    app = Flask("library")
    app.add_url_rule("/", "home", view)
    return app


def in_django(view: View) -> Any:
    return django_app([path("", lambda request: view())])


def in_django_asgi(view: View) -> Any:
    return django_app([path("", lambda request: view())], asgi=True)


def in_fastapi(view: View) -> Any:
    app = FastAPI()
    app.add_api_route("/", view)
    return app


def in_plain_wsgi(view: View) -> Any:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        return [view()]

    return app


def in_plain_asgi(view: View) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        view()

    return app


FRAMEWORKS = [in_flask, in_django, in_django_asgi, in_fastapi]
EVERYWHERE = [*FRAMEWORKS, in_plain_wsgi, in_plain_asgi]


def average_rating() -> str:
    ratings: list[int] = []
    return str(sum(ratings) / len(ratings))


def summary_of(app: Any, address: str = "/", **options: Any) -> str:
    """What is told of a request that fails."""
    return Client(app, tell=lambda message: None, **options).get(address).extensions["failure"].summary


@pytest.mark.parametrize("make", EVERYWHERE)
def test_an_exception_is_an_answer_500_and_one_message_with_the_line_of_the_view(
    make: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    response = client(make(average_rating)).get("/")
    assert response.status_code == 500
    out, err = capfd.readouterr()
    assert out.splitlines() == [
        "GET / was answered with 500, because this was raised:",
        "ZeroDivisionError: division by zero",
        f"    in average_rating(), line {average_rating.__code__.co_firstlineno + 2} of test_failure.py: "
        "return str(sum(ratings) / len(ratings))",
        "Mend that line. client(app, raise_exceptions=True) shows the whole traceback.",
    ]
    assert err == ""


@pytest.mark.parametrize("make", EVERYWHERE)
def test_the_failure_is_kept_with_the_response(make: Any, capfd: pytest.CaptureFixture[str]) -> None:
    failure = client(make(average_rating)).get("/").extensions["failure"]
    assert isinstance(failure.exception, ZeroDivisionError)
    assert failure.summary in capfd.readouterr().out


@pytest.mark.parametrize("make", EVERYWHERE)
def test_the_exception_itself_is_raised_on_demand_and_nothing_printed(
    make: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ZeroDivisionError):
        client(make(average_rating), raise_exceptions=True).get("/")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("make", [in_plain_wsgi, in_plain_asgi])
def test_an_application_that_raises_before_it_answers_gets_the_plain_500_of_a_server(make: Any) -> None:
    response = Client(make(average_rating), tell=lambda message: None).get("/")
    assert (response.status_code, response.text) == (500, "Internal Server Error")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("setting", ["TESTING", "DEBUG", "PROPAGATE_EXCEPTIONS"])
def test_a_flask_app_that_propagates_its_exceptions_still_answers(setting: str) -> None:
    app = in_flask(average_rating)
    app.config[setting] = True
    assert Client(app, tell=lambda message: None).get("/").status_code == 500


def handled_flask() -> Any:
    app = in_flask(lambda: int("ten"))  # type: ignore[arg-type, return-value]
    app.register_error_handler(ValueError, lambda error: ("no number", 400))
    app.add_url_rule("/gone", "gone", lambda: abort(410))
    return app, ["/", "/gone", "/nowhere"]


def handled_django() -> Any:
    def gone(request: HttpRequest) -> HttpResponse:
        raise Http404("gone")

    return django_app([path("gone", gone)]), ["/gone", "/nowhere"]


def handled_fastapi() -> Any:
    app = in_fastapi(lambda: int("ten"))
    app.add_exception_handler(ValueError, lambda request, error: PlainTextResponse("no number", 400))

    @app.get("/gone")
    def gone() -> None:
        raise HTTPException(410)

    @app.get("/books/{number}")
    def book(number: int) -> int:
        return number

    return app, ["/", "/gone", "/books/ten", "/nowhere"]


@pytest.mark.parametrize("make", [handled_flask, handled_django, handled_fastapi])
def test_nothing_is_told_of_an_exception_that_the_application_handles(
    make: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    app, addresses = make()
    for address in addresses:
        response = client(app, raise_exceptions=True).get(address)
        assert 400 <= response.status_code < 500
        assert "failure" not in response.extensions
    assert capfd.readouterr() == ("", "")


def broken_letter() -> Iterator[str]:
    yield "Dear "
    yield "member"
    raise ConnectionError("the printer is off")


def letter_in_flask() -> Any:
    return in_flask(broken_letter)


def letter_in_django() -> Any:
    return in_django(lambda: StreamingHttpResponse(broken_letter()))


def letter_in_fastapi() -> Any:
    return in_fastapi(lambda: StreamingResponse(broken_letter()))


@pytest.mark.parametrize("make", [letter_in_flask, letter_in_django, letter_in_fastapi])
def test_an_exception_in_the_midst_of_an_answer_ends_it_and_is_told(
    make: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    response = client(make()).get("/")
    assert (response.status_code, response.text) == (200, "Dear member")
    assert isinstance(response.extensions["failure"].exception, ConnectionError)
    out, err = capfd.readouterr()
    assert out.startswith("GET / was answered with 200, and then this was raised:\nConnectionError: the printer is off")
    assert out.count("was raised") == 1
    assert err == ""


@pytest.mark.parametrize("make", [letter_in_flask, letter_in_django, letter_in_fastapi])
def test_it_is_raised_on_demand_when_the_reader_comes_to_it(make: Any) -> None:
    with client(make(), raise_exceptions=True).stream("GET", "/") as response:
        pieces = response.iter_text()
        assert next(pieces) == "Dear "
        with pytest.raises(ConnectionError):
            list(pieces)


def test_a_background_task_that_fails_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    app = FastAPI()

    @app.post("/loans", status_code=201)
    def lend(tasks: BackgroundTasks) -> str:
        tasks.add_task(average_rating)
        return "lent"

    response = client(app).post("/loans")
    assert (response.status_code, response.json()) == (201, "lent")
    assert isinstance(response.extensions["failure"].exception, ZeroDivisionError)
    out, err = capfd.readouterr()
    assert out.startswith("POST /loans was answered with 201, and then this was raised:\nZeroDivisionError")
    assert err == ""


def test_what_runs_after_flasks_answer_and_fails_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    def lend() -> Response:
        response = Response("lent")
        response.call_on_close(average_rating)
        return response

    assert client(in_flask(lend)).get("/").text == "lent"
    assert capfd.readouterr().out.count("ZeroDivisionError") == 1


def test_a_handler_of_500_answers_and_the_exception_is_told_all_the_same() -> None:
    flask = in_flask(average_rating)
    flask.register_error_handler(500, lambda error: ("We are sorry.", 500))
    fastapi = in_fastapi(average_rating)
    fastapi.add_exception_handler(500, lambda request, error: PlainTextResponse("We are sorry.", 500))
    django = django_app(
        [path("", lambda request: average_rating())],
        DEBUG=False,
        handler500=lambda request: HttpResponse("We are sorry.", status=500),
    )
    for app in (flask, fastapi, django):
        response = Client(app, tell=lambda message: None).get("/")
        assert (response.status_code, response.text) == (500, "We are sorry.")
        assert isinstance(response.extensions["failure"].exception, ZeroDivisionError)


def test_logs_that_a_learner_has_set_up_keep_the_exception() -> None:
    app = in_flask(average_rating)
    journal = io.StringIO()
    handler = logging.StreamHandler(journal)
    app.logger.addHandler(handler)
    try:
        Client(app, tell=lambda message: None).get("/")
    finally:
        app.logger.removeHandler(handler)
    assert "ZeroDivisionError" in journal.getvalue()


def test_what_a_view_logs_itself_is_still_written(capfd: pytest.CaptureFixture[str]) -> None:
    def home() -> str:
        logging.getLogger("library").error("no lamp is lit")
        return average_rating()

    client(in_flask(home)).get("/")
    err = capfd.readouterr().err
    assert "no lamp is lit" in err
    assert "Traceback" not in err


def test_a_failure_that_is_kept_keeps_no_thread_alive() -> None:
    async def broken(*given: Any) -> str:
        return average_rating()

    before = threading.active_count()
    kept = [Client(app, tell=str).get("/") for app in (in_flask(broken), django_app([path("", broken)]))]
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.005)
    assert threading.active_count() == before
    assert all("failure" in response.extensions for response in kept)


def test_another_exception_that_is_logged_meanwhile_is_still_written(capfd: pytest.CaptureFixture[str]) -> None:
    def apologise(error: Exception) -> tuple[str, int]:
        try:
            int("ten")
        except ValueError:
            logging.getLogger("library").exception("no apology found")
        return "", 500

    app = in_flask(average_rating)
    app.register_error_handler(500, apologise)
    client(app).get("/")
    err = capfd.readouterr().err
    assert "no apology found" in err
    assert "ValueError" in err
    assert "Exception on /" not in err


def test_without_a_client_the_frameworks_log_as_ever(capfd: pytest.CaptureFixture[str]) -> None:
    app = in_flask(average_rating)
    Client(app, tell=lambda message: None).get("/")
    app.test_client().get("/")
    assert capfd.readouterr().err.count("Traceback") == 1


SCRIPT = """
from django.conf import settings
settings.configure(DEBUG=True, ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="for a test", {options})
from django.core.wsgi import get_wsgi_application
from django.urls import path
from fastapi import FastAPI
from flask import Flask
from course import client

def count(*given):
    return 1 / 0

urlpatterns = [path("", count)]
flask = Flask("library")
flask.add_url_rule("/", "count", count)
fastapi = FastAPI()
fastapi.add_api_route("/", lambda: count())
for app in (flask, fastapi, get_wsgi_application()):
    client(app).get("/")
"""


@pytest.mark.parametrize("options", ["", "LOGGING_CONFIG=None"])
def test_a_plain_program_writes_one_message_for_each_exception_and_nothing_to_stderr(
    options: str, tmp_path: Path
) -> None:
    program = tmp_path / "library.py"
    program.write_text(SCRIPT.format(options=options), encoding="utf-8")
    result = subprocess.run([sys.executable, program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert result.stderr == ""
    assert result.stdout.count("in count(), line 11 of library.py: return 1 / 0") == 3


def test_a_watch_sees_what_flask_makes_an_answer_of() -> None:
    app = in_flask(average_rating)
    with watch() as seen:
        assert app.test_client().get("/").status_code == 500
    assert isinstance(seen.exception, ZeroDivisionError)


def test_a_watch_sees_what_is_raised_and_lets_it_pass() -> None:
    with pytest.raises(ZeroDivisionError), watch() as seen:
        average_rating()
    assert isinstance(seen.exception, ZeroDivisionError)


def test_a_watch_in_a_watch_has_its_own_exceptions() -> None:
    inner = in_flask(average_rating)

    def ask_the_other() -> str:
        return str(Client(inner, tell=lambda message: None).get("/").status_code)

    response = client(in_flask(ask_the_other)).get("/")
    assert response.text == "500"
    assert "failure" not in response.extensions


def test_a_line_of_the_learner_is_named_although_the_exception_was_raised_in_a_library() -> None:
    def read() -> Any:
        import json

        return json.loads("{")

    assert "in read(), line" in summary_of(in_flask(read))
    assert 'of test_failure.py: return json.loads("{")' in summary_of(in_flask(read))


def test_it_is_named_too_when_the_exception_was_raised_in_this_course() -> None:
    assert "of test_failure.py: return client(None)" in summary_of(in_flask(ask_nobody))


def ask_nobody() -> Any:
    return client(None)


def test_addresses_in_memory_are_left_out_so_that_each_run_says_the_same() -> None:
    shelf = object()

    def sort() -> None:
        raise LookupError(f"{shelf} is not in order")

    assert summary_of(in_flask(sort)).startswith("LookupError: <object object> is not in order\n")


def test_an_exception_without_a_text_is_named() -> None:
    assert Failure(KeyError()).summary.startswith("KeyError\n")


def test_a_group_of_one_exception_is_that_exception() -> None:
    assert Failure(ExceptionGroup("a task failed", [OSError("off")])).summary.startswith("OSError: off\n")


async def load_books() -> list[str]:
    return ["Dune"]


def without_return() -> None: ...


def test_known_mistakes_get_advice(recwarn: pytest.WarningsRecorder) -> None:
    assert "return` and an answer" in summary_of(in_flask(without_return))
    assert "return` and an answer" in summary_of(in_django(without_return))
    assert "return HttpResponse(...)" in summary_of(in_django(lambda: "a text"))
    assert "jinja2.DictLoader" in summary_of(in_flask(lambda: render_template("shelf.html")))
    assert "templates={name: text}" in summary_of(in_django(lambda: render(HttpRequest(), "shelf.html")))
    for make in FRAMEWORKS:
        assert "Await it" in summary_of(make(load_books if make is in_django else lambda: load_books()))
    gc.collect()  # Python warns of a coroutine when it is thrown away.
    assert not [warning for warning in recwarn.list if "never awaited" in str(warning.message)]


def test_a_missing_table_gets_advice() -> None:
    import sqlite3

    from django.db import connection
    from sqlalchemy import create_engine, text

    def ask_sqlite() -> None:
        sqlite3.connect(":memory:").execute("SELECT * FROM book")

    def ask_sqlalchemy() -> None:
        with create_engine("sqlite://").connect() as db:
            db.execute(text("SELECT * FROM book"))

    def ask_django() -> None:
        connection.cursor().execute("SELECT * FROM library_nothing")

    assert "db.create_all()" in summary_of(in_flask(ask_sqlite))
    assert "db.create_all()" in summary_of(in_flask(ask_sqlalchemy))
    assert "No model has that table" in summary_of(in_django(ask_django))


def test_what_is_noted_on_an_exception_is_told_instead_of_general_words() -> None:
    def lend() -> None:
        error = LookupError("no such book")
        error.add_note("Ask the desk.")
        raise error

    told = summary_of(in_flask(lend)).splitlines()
    assert (told[0], told[-1], len(told)) == ("LookupError: no such book", "Ask the desk.", 3)


def test_a_table_that_is_missing_without_a_note_gets_advice() -> None:
    from django.db import OperationalError

    assert "Its model has no table yet" in Failure(OperationalError("no such table: library_book")).summary


def test_a_view_that_returns_no_answer_is_named() -> None:
    def in_one_table(view: Any) -> Any:
        return django_app([path("shelf/", include([path("<int:number>/", view)]))])

    class Shelf(generic.View):
        def get(self, request: HttpRequest, number: int) -> Any:
            return number

    def count(request: HttpRequest, number: int) -> Any:
        return {"books": number}

    for view in (count, Shelf):
        told = summary_of(in_one_table(view.as_view() if view is Shelf else view), "/shelf/3/")
        assert f"The view {view.__name__} of path('shelf/<int:number>/', ...) must return a response" in told
    assert "The view home of / must return text" in summary_of(in_flask(lambda: 3))
    assert "The view home of / must return text" in summary_of(in_flask(lambda: object))


@pytest.mark.parametrize("asgi", [False, True])
@pytest.mark.parametrize("view", [lambda: None, lambda request, number: None, lambda request, *, shelf: None])
def test_a_view_of_django_that_cannot_be_called_with_the_request_is_named(view: Any, asgi: bool) -> None:
    told = summary_of(django_app([path("shelf/", view)], asgi=asgi), "/shelf/")
    assert "The view <lambda> of path('shelf/', ...) is called with the request first" in told


def test_a_view_of_flask_that_cannot_be_called_with_what_its_path_captures_is_named() -> None:
    app = Flask("library")
    app.add_url_rule("/shelf/<int:number>", "shelf", lambda: "open")
    told = summary_of(app, "/shelf/3")
    assert "The view shelf of /shelf/<int:number> is called with what its path captures" in told


def test_a_call_that_goes_wrong_elsewhere_gets_general_words() -> None:
    answer = partial(JSONResponse, shelf=3)
    form = generic.FormView.as_view(form_class=HttpRequest)  # type: ignore[arg-type]
    for app in (
        Starlette(routes=[Route("/", answer)]),
        django_app([path("", form)]),
        WsgiToAsgi(partial(JSONResponse, shelf=3)),
    ):
        assert summary_of(app).splitlines()[1:] == [TRACEBACK]


def test_a_call_that_goes_wrong_in_a_view_is_not_taken_for_the_call_of_the_view() -> None:
    def lend(book: str) -> None: ...

    told = summary_of(in_django(lambda: lend()))  # type: ignore[call-arg]
    assert "missing 1 required positional argument" in told
    assert "Mend that line" in told
    assert "is called with the request first" not in told


def test_what_streams_without_its_request_gets_advice() -> None:
    def pieces() -> Iterator[str]:
        yield "a"
        yield request.path

    assert "stream_with_context(pieces())" in summary_of(in_flask(lambda: Response(pieces())))


def test_a_missing_secret_key_gets_advice() -> None:
    def log_in() -> str:
        session["card"] = 7
        return "welcome"

    assert "app.secret_key = " in summary_of(in_flask(log_in))
    assert "Mend that line" not in summary_of(in_flask(log_in))


def test_a_query_in_an_async_view_gets_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)
    from django.contrib.auth.models import User

    async def members(request: HttpRequest) -> HttpResponse:
        return HttpResponse(User.objects.count())

    for asgi in (False, True):
        app = django_app([path("", members)], asgi=asgi)
        monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)
        assert "async twins" in summary_of(app)


def test_flask_without_its_extra_for_async_gets_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    app = in_flask(load_books)
    monkeypatch.setitem(sys.modules, "asgiref.sync", None)
    assert "pip install 'flask[async]'" in summary_of(app)


def test_something_of_another_event_loop_gets_advice() -> None:
    app = FastAPI()
    queue: asyncio.Queue[str] = asyncio.Queue()

    @app.get("/")
    async def wait() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(queue.get(), 0.001)

    client(app).get("/")
    assert "each request has a loop of its own" in summary_of(app)
