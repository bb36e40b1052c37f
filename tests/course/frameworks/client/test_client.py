"""One client for applications of all three frameworks."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any
from wsgiref.validate import validator

import httpx2
import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.urls import path
from fastapi import APIRouter, FastAPI, Request, WebSocket
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, StreamingResponse
from flask import Flask, Response, jsonify, redirect
from flask import request as flask_request
from starlette.websockets import WebSocketDisconnect

from course.frameworks.client import Client, client
from course.frameworks.django import django_app

Environ = dict[str, Any]


def told(request: Any, method: str, query: Any, headers: Any, cookies: Any, form: Any, files: Any) -> dict[str, Any]:
    """What the front desk understood of a request, in words that are the same in all frameworks."""
    return {
        "method": method,
        "query": query,
        "agent": headers.get("User-Agent"),
        "shelf": headers.get("X-Shelf"),
        "card": cookies.get("card"),
        "form": form,
        "files": files,
    }


def flask_app() -> Flask:
    app = Flask("library")
    app.add_url_rule("/books/<name>", "book", lambda name: f"book {name}")
    app.add_url_rule("/old", "old", lambda: redirect("/books/new"))

    @app.route("/desk", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def desk() -> Any:
        files = {name: file.read().decode() for name, file in flask_request.files.items()}
        words = [flask_request.method, flask_request.args.to_dict(), flask_request.headers, flask_request.cookies]
        answer = jsonify(told(flask_request, *words, flask_request.form.to_dict(), files))
        answer.set_cookie("card", "gold")
        return answer

    @app.post("/json")
    def json() -> Any:
        return jsonify(flask_request.get_json())

    @app.get("/live")
    def live() -> Response:
        return Response(endless(), mimetype="text/event-stream")

    return app


def fastapi_app() -> FastAPI:
    app = FastAPI()
    app.add_api_route("/books/{name}", lambda name: f"book {name}")
    app.add_api_route("/old", lambda: RedirectResponse("/books/new", 302))

    @app.api_route("/desk", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def desk(request: Request) -> JSONResponse:
        async with request.form() as sent:
            form = {name: value for name, value in sent.items() if isinstance(value, str)}
            files = {name: (await file.read()).decode() for name, file in sent.items() if not isinstance(file, str)}
        words = [request.method, dict(request.query_params), request.headers, request.cookies]
        answer = JSONResponse(told(request, *words, form, files))
        answer.set_cookie("card", "gold")
        return answer

    @app.post("/json")
    async def json(request: Request) -> Any:
        return await request.json()

    @app.get("/live")
    async def live() -> StreamingResponse:
        return StreamingResponse(async_endless(), media_type="text/event-stream")

    return app


def urlpatterns() -> list[Any]:
    def desk(request: HttpRequest) -> HttpResponse:
        files = {name: file.read().decode() for name, file in request.FILES.items()}
        words = [request.method, request.GET.dict(), request.headers, request.COOKIES]
        answer = JsonResponse(told(request, *words, request.POST.dict(), files))
        answer.set_cookie("card", "gold")
        return answer

    def json(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.body, content_type=request.content_type)

    return [
        path("books/<str:name>", lambda request, name: HttpResponse(f"book {name}")),
        path("old", lambda request: HttpResponseRedirect("/books/new")),
        path("desk", desk),
        path("json", json),
        path("live", lambda request: StreamingHttpResponse(endless(), content_type="text/event-stream")),
    ]


def django_program() -> Any:
    return django_app(urlpatterns(), MIDDLEWARE=[])


def django_asgi() -> Any:
    table = [*urlpatterns()[:-1], path("live", lambda request: StreamingHttpResponse(async_endless()))]
    return django_app(table, MIDDLEWARE=[], asgi=True)


def strict_flask() -> Any:
    return validator(flask_app())


class Remote:
    """A proxy: it speaks the protocol, and is otherwise nothing like the application behind it."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        return self._app(environ, start_response)


def remote_flask() -> Any:
    return Remote(flask_app())


closed: list[str] = []


def endless() -> Iterator[str]:
    number = 0
    try:
        while True:
            number += 1
            yield f"data: loan {number}\n\n"
    finally:
        closed.append("sync")


async def async_endless() -> AsyncIterator[str]:
    number = 0
    try:
        while True:
            number += 1
            yield f"data: loan {number}\n\n"
            await asyncio.sleep(0)
    finally:
        closed.append("async")


EVERY = [flask_app, fastapi_app, django_program, django_asgi, strict_flask, remote_flask]
every = pytest.mark.parametrize("make", EVERY)


@every
@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("7", "book 7"),
        ("caf%C3%A9", "book café"),
        ("a%20b", "book a b"),
        ("a%2520b", "book a%20b"),
        ("%F0%9F%93%9A", "book 📚"),
    ],
)
def test_every_framework_answers_the_same_request(make: Any, address: str, expected: str) -> None:
    response = client(make()).get(f"/books/{address}")
    assert response.status_code == 200
    assert response.text.strip('"') == expected


@every
def test_a_missing_page_is_a_404_and_nothing_is_written(make: Any, capfd: pytest.CaptureFixture[str]) -> None:
    assert client(make()).get("/nowhere").status_code == 404
    assert capfd.readouterr() == ("", "")


@every
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_every_method_arrives_with_query_headers_and_cookies(make: Any, method: str) -> None:
    session = client(make(), cookies={"card": "silver"}, params={"q": "Dune"}, headers={"X-Shelf": "A 7"})
    answer = session.request(method, "/desk").json()
    assert answer["method"] == method
    assert (answer["query"], answer["shelf"], answer["card"]) == ({"q": "Dune"}, "A 7", "silver")
    assert answer["agent"].startswith("python-httpx2/")


@every
def test_cookies_are_kept_between_requests(make: Any) -> None:
    session = client(make())
    assert session.get("/desk").json()["card"] is None
    assert session.get("/desk").json()["card"] == "gold"


@every
def test_json_forms_and_files_arrive(make: Any) -> None:
    session = client(make())
    assert session.post("/json", json={"title": "Dune", "copies": [1, 2]}).json() == {"title": "Dune", "copies": [1, 2]}
    assert session.post("/desk", data={"title": "Das Café"}).json()["form"] == {"title": "Das Café"}
    sent = session.post("/desk", data={"title": "Dune"}, files={"cover": ("dune.txt", b"a worm")}).json()
    assert (sent["form"], sent["files"]) == ({"title": "Dune"}, {"cover": "a worm"})


@every
def test_a_body_in_pieces_arrives_whole(make: Any) -> None:
    pieces = iter([b'{"title": ', b'"Dune"}'])
    response = client(make()).post("/json", content=pieces, headers={"content-type": "application/json"})
    assert response.json() == {"title": "Dune"}


@every
def test_redirects_are_returned_not_followed(make: Any) -> None:
    app = make()
    assert client(app).get("/old").headers["location"] == "/books/new"
    assert client(app).get("/old", follow_redirects=True).text.strip('"') == "book new"
    assert client(app, follow_redirects=True).get("/old").url.path == "/books/new"


@every
def test_an_endless_answer_is_read_until_the_reader_stops(make: Any) -> None:
    closed.clear()
    with client(make()).stream("GET", "/live") as response:
        lines = (line for line in response.iter_lines() if line)
        assert [next(lines) for _ in range(3)] == ["data: loan 1", "data: loan 2", "data: loan 3"]
        assert closed == []
    assert len(closed) == 1


def test_events_are_read_as_events() -> None:
    with client(flask_app()).sse("/live") as events:
        assert [event.data for event, _ in zip(events, range(2), strict=False)] == ["loan 1", "loan 2"]


@every
def test_a_head_request_has_headers_and_no_body(make: Any) -> None:
    response = client(make()).head("/books/7")
    assert response.content == b""
    assert response.status_code in (200, 405)  # FastAPI wants a route of its own for HEAD.


@every
def test_everything_works_where_an_event_loop_runs_as_in_a_cell(make: Any) -> None:
    async def cell() -> str:
        answer = client(make()).get("/books/7").text
        await asyncio.sleep(0)  # The loop goes on.
        return answer

    assert asyncio.run(cell()).strip('"') == "book 7"


def test_async_views_of_flask_and_django_run_where_an_event_loop_runs() -> None:
    async def show_hours(*given: Any) -> Any:
        await asyncio.sleep(0)
        return HttpResponse("9 to 5") if given else "9 to 5"

    flask = Flask("library")
    flask.add_url_rule("/", "hours", show_hours)

    async def cell() -> list[str]:
        return [client(app).get("/").text for app in (flask, django_app([path("", show_hours)]))]

    assert asyncio.run(cell()) == ["9 to 5", "9 to 5"]


def test_a_view_of_wsgi_runs_in_the_thread_of_the_cell_so_that_it_can_use_what_the_cell_opened() -> None:
    app = Flask("library")
    app.add_url_rule("/", "thread", lambda: threading.current_thread().name)

    async def cell() -> str:
        return client(app).get("/").text

    assert asyncio.run(cell()) == threading.current_thread().name


@every
def test_the_base_url_is_what_the_application_sees(make: Any) -> None:
    response = client(make(), base_url="https://library.example/books/").get("7")
    assert (response.text.strip('"'), str(response.url)) == ("book 7", "https://library.example/books/7")


def test_it_is_a_client_of_httpx_with_all_of_its_options() -> None:
    app = Flask("library")
    app.add_url_rule("/", "who", lambda: flask_request.headers.get("authorization", "nobody"))
    seen: list[int] = []
    hooks = {"response": [lambda response: seen.append(response.status_code)]}
    session = client(app, auth=("ada", "secret"), timeout=3, event_hooks=hooks)
    assert isinstance(session, httpx2.Client)
    assert session.get("/").text.startswith("Basic ")
    assert seen == [200]
    assert client(fastapi_app(), timeout=3).get("/books/7", timeout=1).status_code == 200


@pytest.mark.parametrize("thing", [None, "app", 3, {"app": 1}])
def test_a_thing_that_is_no_application_is_named(thing: object) -> None:
    with pytest.raises(TypeError, match="A WSGI or ASGI application is needed"):
        client(thing)


# WSGI, as PEP 3333 has it


def wsgi(answer: Callable[[Environ, Any], Iterable[bytes]]) -> Client:
    return client(validator(answer))


OPEN = ("200 OK", [("Content-Type", "text/plain")])


def test_the_environment_is_that_of_a_server() -> None:
    seen: Environ = {}

    def app(environ: Environ, start_response: Any) -> list[bytes]:
        seen.update(environ)
        start_response(*OPEN)
        return [environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))]

    headers = [("X-Shelf", "A"), ("X-Shelf", "B"), ("X-Author", "Brontë".encode("latin-1"))]
    response = wsgi(app).post("/caf%C3%A9/%FF?q=a%20b", content=iter([b"one ", b"two"]), headers=headers)
    assert response.text == "one two"
    assert seen["PATH_INFO"] == "/caf\xc3\xa9/\xff"
    assert (seen["SCRIPT_NAME"], seen["QUERY_STRING"]) == ("", "q=a%20b")
    assert (seen["SERVER_NAME"], seen["SERVER_PORT"], seen["REMOTE_ADDR"]) == ("testserver", "80", "127.0.0.1")
    assert (seen["HTTP_X_SHELF"], seen["HTTP_X_AUTHOR"]) == ("A,B", "Bront\xeb")
    assert "HTTP_TRANSFER_ENCODING" not in seen


def test_an_answer_may_be_started_as_late_as_with_its_first_piece() -> None:
    def app(environ: Environ, start_response: Any) -> Iterator[bytes]:
        yield b""
        start_response("202 On its way", [("Content-Type", "text/plain"), ("X-Author", "Bront\xeb")])
        yield b"late"

    response = client(app).get("/")
    assert (response.status_code, response.reason_phrase, response.text) == (202, "On its way", "late")
    assert response.headers["x-author"] == "Brontë"


def test_what_is_written_comes_before_what_is_returned() -> None:
    def app(environ: Environ, start_response: Any) -> list[bytes]:
        write = start_response(*OPEN)
        write(b"written, ")
        return [b"returned"]

    assert wsgi(app).get("/").text == "written, returned"


def test_an_answer_may_be_replaced_by_an_error_before_its_first_piece() -> None:
    def app(environ: Environ, start_response: Any) -> list[bytes]:
        start_response(*OPEN)
        try:
            raise OSError("no such shelf")
        except OSError:
            start_response("503 Closed", [("Content-Type", "text/plain")], sys.exc_info())
        return [b"closed"]

    response = wsgi(app).get("/")
    assert (response.status_code, response.text) == (503, "closed")
    assert "failure" not in response.extensions


def test_after_its_first_piece_it_cannot_and_the_error_is_told() -> None:
    def app(environ: Environ, start_response: Any) -> Iterator[bytes]:
        start_response(*OPEN)
        yield b"open"
        try:
            raise OSError("no such shelf")
        except OSError:
            start_response("503 Closed", [("Content-Type", "text/plain")], sys.exc_info())
        yield b"never"

    messages: list[str] = []
    response = Client(app, tell=messages.append).get("/")
    assert (response.status_code, response.text) == (200, "open")
    assert "OSError: no such shelf" in messages[0]


class Pieces:
    """A body that says when it is closed."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = iter(pieces)
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return self.pieces

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize(
    ("method", "status", "body"),
    [
        ("GET", "200 OK", b"ab"),
        ("HEAD", "200 OK", b""),
        ("GET", "204 No Content", b""),
        ("GET", "304 Not Modified", b""),
    ],
)
def test_a_body_is_closed_once_and_left_out_where_there_is_none(method: str, status: str, body: bytes) -> None:
    pieces = Pieces([b"a", b"b"])

    def app(environ: Environ, start_response: Any) -> Pieces:
        start_response(status, [])
        return pieces

    assert client(app).request(method, "/").content == body
    assert pieces.closed == 1


def test_a_body_is_closed_when_its_application_fails() -> None:
    class Broken(Pieces):
        def __iter__(self) -> Iterator[bytes]:
            raise OSError("no such shelf")

    pieces = Broken([])

    def app(environ: Environ, start_response: Any) -> Pieces:
        start_response("200 OK", [])
        return pieces

    assert Client(app, tell=lambda message: None).get("/").status_code == 500
    assert pieces.closed == 1


def no_start(environ: Environ, start_response: Any) -> list[bytes]:
    return [b"open"]


def two_starts(environ: Environ, start_response: Any) -> list[bytes]:
    start_response(*OPEN)
    start_response(*OPEN)
    return [b"open"]


def text(environ: Environ, start_response: Any) -> list[str]:
    start_response(*OPEN)
    return ["open"]


def naked_bytes(environ: Environ, start_response: Any) -> bytes:
    start_response(*OPEN)
    return b"open"


class HiddenAsgi:
    def __call__(self, *args: Any) -> Any:
        return self.answer()

    async def answer(self) -> None: ...


@pytest.mark.parametrize(
    ("app", "message"),
    [
        (no_start, "did not call start_response()"),
        (two_starts, "a second time"),
        (text, "pieces of bytes, not of str"),
        (naked_bytes, "pieces of bytes, not of int"),
        (HiddenAsgi(), "an ASGI application without `async def`"),
    ],
)
def test_what_the_protocol_forbids_is_a_500_that_says_what_is_wrong(app: Any, message: str) -> None:
    messages: list[str] = []
    assert Client(app, tell=messages.append).get("/").status_code == 500
    assert message in messages[0]


# ASGI


def shelves() -> FastAPI:
    """An app whose lifespan brings the books, by an app's state, a request's state and a global name."""
    catalogue: dict[str, str] = {}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, list[str]]]:
        catalogue["7"] = "Dune"
        app.state.open = True
        yield {"members": ["Ada"]}
        closed.append("lifespan")

    app = FastAPI(lifespan=lifespan)
    app.include_router(APIRouter())
    app.add_api_route("/books/7", lambda: catalogue["7"])
    app.add_api_route("/books/8", lambda: catalogue["8"])
    app.add_api_route("/missing", lambda: [][7])

    @app.get("/open")
    def is_open(request: Request) -> bool:
        return request.app.state.open

    @app.get("/members")
    def members(request: Request) -> list[str]:
        return request.state.members

    return app


def test_inside_with_the_lifespan_runs() -> None:
    closed.clear()
    with client(shelves()) as session:
        answers = [session.get(address).json() for address in ("/books/7", "/open", "/members")]
        assert closed == []
    assert answers == ["Dune", True, ["Ada"]]
    assert closed == ["lifespan"]


@pytest.mark.parametrize("address", ["/books/7", "/open", "/members"])
def test_a_forgotten_with_is_told(address: str) -> None:
    messages: list[str] = []
    assert Client(shelves(), tell=messages.append).get(address).status_code == 500
    assert "it runs inside `with client(app) as c:`" in messages[0]


def test_what_a_lifespan_cannot_mend_is_not_blamed_on_it() -> None:
    messages: list[str] = []
    plain = FastAPI()
    plain.include_router(APIRouter())
    plain.add_api_route("/missing", lambda: {}["7"])  # type: ignore[misc]

    async def plainest(scope: Any, receive: Any, send: Any) -> None:
        scope["shelf"]

    for app in (shelves(), plain, plainest):
        Client(app, tell=messages.append).get("/missing")
    with Client(shelves(), tell=messages.append) as running:
        running.get("/books/8")
    assert len(messages) == 4
    assert not [message for message in messages if "lifespan" in message]


def test_a_lifespan_that_fails_at_its_start_raises_what_it_raised() -> None:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        raise ConnectionError("no database")
        yield

    with pytest.raises(ConnectionError, match="no database"), client(FastAPI(lifespan=lifespan)):
        pass


@every
def test_with_works_for_applications_without_a_lifespan(make: Any) -> None:
    with client(make()) as session:
        assert session.get("/books/7").status_code == 200
    with pytest.raises(RuntimeError, match="closed"):
        session.get("/books/7")


def test_headers_of_an_asgi_answer_need_not_be_ascii() -> None:
    app = FastAPI()
    app.add_api_route("/", lambda: JSONResponse("open", headers={"X-Author": "Brontë"}))
    assert client(app).get("/").headers["x-author"] == "Brontë"


def test_an_asgi_application_that_gives_no_answer_is_a_500() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None: ...

    messages: list[str] = []
    assert Client(app, tell=messages.append).get("/").status_code == 500
    assert "returned without an answer" in messages[0]


def lectures() -> FastAPI:
    app = FastAPI()

    @app.websocket("/talk")
    async def talk(socket: WebSocket) -> None:
        await socket.accept(subprotocol=next(iter(socket.scope["subprotocols"]), None))
        await socket.send_json({"card": socket.cookies.get("card"), "url": str(socket.url)})
        while True:
            words = await socket.receive_text()
            await socket.send_text(f"{words}? {10 / len(words):.0f}")

    @app.websocket("/closed")
    async def closed_room(socket: WebSocket) -> None:
        raise LookupError("no such room")

    return app


def test_a_websocket_talks_both_ways_with_the_cookies_of_the_client(capfd: pytest.CaptureFixture[str]) -> None:
    session = client(lectures(), cookies={"card": "gold"}, base_url="https://library.example")
    with session.websocket_connect("/talk", subprotocols=["chat"]) as socket:
        assert socket.receive_json() == {"card": "gold", "url": "wss://library.example/talk"}
        assert socket.accepted_subprotocol == "chat"
        socket.send_text("hello")
        assert socket.receive_text() == "hello? 2"
    assert capfd.readouterr() == ("", "")


def test_a_websocket_whose_view_fails_is_closed_and_what_was_raised_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    with client(lectures()).websocket_connect("/talk") as socket:
        socket.receive_json()
        socket.send_text("")
        with pytest.raises(WebSocketDisconnect) as error:
            socket.receive_text()
    assert error.value.code == 1011
    assert str(error.value) == "The WebSocket /talk was closed with code 1011: what its view raised is printed above."
    out, err = capfd.readouterr()
    assert out.startswith("The WebSocket /talk was closed, because this was raised:\nZeroDivisionError")
    assert err == ""


def test_a_websocket_that_fails_at_its_start_is_refused() -> None:
    messages: list[str] = []
    session = Client(lectures(), tell=messages.append)
    with pytest.raises(WebSocketDisconnect) as error, session.websocket_connect("/closed"):
        pass
    assert "LookupError: no such room" in messages[0]
    assert str(error.value) == (
        "The WebSocket /closed was refused with status 500: what its view raised is printed above."
    )


def why_closed(address: str, app: Any = None) -> str:
    """What is said when a WebSocket ends, at its start or at its first message."""
    with pytest.raises(WebSocketDisconnect) as error:
        listen(Client(app or halls(), tell=lambda message: None), address)
    return str(error.value)


def listen(session: Client, address: str) -> None:
    with session.websocket_connect(address) as socket:
        socket.receive_json()
        socket.receive_bytes()


def halls() -> FastAPI:
    app = FastAPI()

    @app.websocket("/full")
    async def full(socket: WebSocket) -> None:
        await socket.close(1013, "all seats are taken")

    @app.websocket("/silent")
    async def silent(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_json("welcome")

    @app.websocket("/over")
    async def over(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_json("welcome")
        await socket.close(1001)

    @app.websocket("/staff")
    async def staff(socket: WebSocket) -> None:
        await socket.send_denial_response(PlainTextResponse("members only", 403))

    return app


def test_a_websocket_that_ends_says_which_and_why() -> None:
    assert why_closed("/nowhere") == (
        "The WebSocket /nowhere was refused with code 1000: the app has no WebSocket route for this path."
    )
    assert why_closed("/full") == (
        "The WebSocket /full was refused with code 1013 (all seats are taken): the app has closed it."
    )
    assert why_closed("/staff") == "The WebSocket /staff was refused with status 403: the app has closed it."
    assert why_closed("/over") == "The WebSocket /over was closed with code 1001: the app has closed it."
    assert why_closed("/silent") == "The WebSocket /silent was closed with code 1006: its view has returned."


def test_an_application_that_tells_nothing_of_its_routes_is_said_to_have_closed_a_websocket() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.close", "code": 1000})

    assert why_closed("/", app) == "The WebSocket / was refused with code 1000: the app has closed it."


def test_a_websocket_raises_what_its_view_raised_on_demand() -> None:
    session = client(lectures(), raise_exceptions=True)
    with pytest.raises(LookupError, match="no such room"), session.websocket_connect("/closed"):
        pass


def test_wsgi_has_no_websockets_and_says_so() -> None:
    with pytest.raises(TypeError, match="WSGI application, and WSGI has no WebSockets"):
        client(flask_app()).websocket_connect("/talk")


# What it loads


def loaded(code: str) -> str:
    result = subprocess.run([sys.executable, "-c", f"import sys\n{code}"], capture_output=True, text=True, check=True)
    return result.stdout.strip()


LOADED = "print([m for m in ('django', 'flask', 'fastapi', 'starlette', 'IPython') if m in sys.modules])"


def test_importing_the_course_and_its_client_loads_no_framework() -> None:
    assert loaded(f"from course import client\n{LOADED}") == "[]"


def test_a_wsgi_application_is_asked_without_loading_a_framework() -> None:
    app = "def app(environ, start):\n    start('200 OK', [])\n    return [b'open']"
    assert loaded(f"from course import client\n{app}\nclient(app).get('/')\n{LOADED}") == "[]"


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_that_may_have_no_body_has_none(status: int) -> None:
    async def asgi(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b"not for the wire"})

    assert client(asgi).get("/").content == b""


def test_cookies_of_several_headers_are_one_list_in_wsgi() -> None:
    def wsgi(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [environ["HTTP_COOKIE"].encode()]

    assert client(wsgi).get("/", headers=[("cookie", "a=1"), ("cookie", "b=2")]).text == "a=1; b=2"
