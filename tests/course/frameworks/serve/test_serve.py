"""A real server in the kernel: it answers, is replaced by its own cell, tells what fails, and leaves nothing behind."""

from __future__ import annotations

import gc
import os
import re
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.http import HttpResponse
from django.urls import path
from fastapi import FastAPI, WebSocket
from flask import Flask
from IPython.core.interactiveshell import InteractiveShell
from starlette.responses import StreamingResponse
from traitlets.config import Config
from websockets.sync.client import connect

from course.frameworks.django import django_app
from course.frameworks.serve import NotStarted, PortTaken, serve
from course.frameworks.serve.server import Server, lab_base

HUB = "/user/ada/"


@pytest.fixture(autouse=True)
def no_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUPYTERHUB_SERVICE_PREFIX", "JPY_PARENT_PID"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def cells(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """Runs the text of a cell as a notebook does."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    shell.user_ns.update(Flask=Flask, serve=serve)

    def run(text: str) -> Any:
        done = shell.run_cell(textwrap.dedent(text), store_history=True)
        done.raise_error()
        return done.result

    yield run
    for thing in list(shell.user_ns.values()):
        if isinstance(thing, Server):
            thing.stop()
    InteractiveShell.clear_instance()


def flask_app() -> Flask:
    app = Flask("library")
    app.add_url_rule("/books/<title>", "book", lambda title: f"book {title}")
    return app


def fastapi_app() -> FastAPI:
    app = FastAPI()
    app.add_api_route("/books/{title}", lambda title: f"book {title}")
    return app


def django_program() -> Any:
    return django_app([path("books/<str:title>", lambda request, title: HttpResponse(f"book {title}"))])


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("make", [flask_app, fastapi_app, django_program])
def test_an_application_of_each_framework_is_served(make: Any) -> None:
    with serve(make()) as server:
        assert httpx2.get(f"{server.url}/books/caf%C3%A9").text.strip('"') == "book café"
        assert httpx2.get(f"{server.url}/nowhere").status_code == 404


def test_a_stopped_server_leaves_no_listener_and_no_thread() -> None:
    before = threading.active_count()
    with serve(flask_app()) as server:
        httpx2.get(f"{server.url}/books/Emma")
        assert all(thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread())
    assert not server.running
    assert not listens(server.port)
    assert threading.active_count() == before
    server.stop()  # A second time does no harm.


@contextmanager
def asked(url: str) -> Iterator[None]:
    """Somebody asks for it meanwhile, and gets whatever answer there is, or none."""

    def ask() -> None:
        with suppress(httpx2.HTTPError):
            httpx2.get(url)

    asking = threading.Thread(target=ask)
    asking.start()
    yield
    asking.join()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("path", ["/", "/pieces"])
def test_a_server_is_stopped_while_a_view_is_at_work_and_nobody_hears_of_it(
    path: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("course.frameworks.serve.REQUESTS_MAY_END", 0.05)
    at_work, go_on = threading.Event(), threading.Event()

    def slow() -> str:
        at_work.set()
        assert go_on.wait(5)
        return "book"

    def pieces() -> Iterator[str]:
        yield "a"
        yield slow()

    app = Flask("library")
    app.add_url_rule("/", "slow", slow)
    app.add_url_rule("/pieces", "pieces", lambda: pieces())
    server = serve(app)
    with asked(server.url + path):
        assert at_work.wait(5)
        server.stop()
        go_on.set()
    for thread in threading.enumerate():
        if thread.name == "serve-request":
            thread.join(5)
    gc.collect()
    assert not listens(server.port)
    assert capfd.readouterr() == ("", "")


@pytest.mark.filterwarnings("error")
def test_a_server_whose_view_blocks_it_gives_its_port_up_later(
    cells: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("course.frameworks.serve.REQUESTS_MAY_END", 0.05)
    at_work, go_on = threading.Event(), threading.Event()
    app = FastAPI()

    @app.get("/")
    async def slow() -> str:
        at_work.set()
        assert go_on.wait(5)
        return "book"

    InteractiveShell.instance().user_ns["app"] = app
    cells("server = serve(app)")
    first = cells("server")
    with asked(first.url):
        assert at_work.wait(5)
        cells("server = serve(app)")
        assert not first.running
        assert cells("server").running
        with pytest.raises(PortTaken, match="by a server that was stopped, until a view"):
            serve(app, port=first.port)
        go_on.set()
        first.join(5)
    assert not listens(first.port)
    assert capfd.readouterr().err == ""


def test_running_its_cell_again_replaces_a_server_and_keeps_its_port(cells: Any) -> None:
    cell = """
        app = Flask("library")
        app.add_url_rule("/", "home", lambda said=said: said)
        server = serve(app)
    """
    cells("said = 'open'")
    cells(cell)
    first = cells("server")
    cells("said = 'closed'")
    cells(cell)
    second = cells("server")
    assert httpx2.get(second.url).text == "closed"
    assert second.port == first.port
    assert second.running
    assert not first.running


def test_another_cell_and_a_second_call_are_other_servers(cells: Any) -> None:
    cells("a, b = serve(Flask('a')), serve(Flask('b'))")
    cells("c = serve(Flask('c'))")
    servers = cells("[a, b, c]")
    assert len({server.port for server in servers}) == 3
    assert all(server.running for server in servers)
    ports = [server.port for server in servers]
    cells("a, b = serve(Flask('a')), serve(Flask('b'))")
    assert [server.port for server in cells("[a, b, c]")] == ports


def test_a_cell_that_passes_no_application_keeps_its_server(cells: Any) -> None:
    cells("app = Flask('library')")
    cells("server = serve(app)")
    cells("app = None")
    with pytest.raises(TypeError, match="This is None"):
        cells("server = serve(app)")
    assert cells("server").running


def test_everything_ends_with_the_process_even_with_requests_under_way() -> None:
    program = """
        import threading, time, httpx2
        from contextlib import asynccontextmanager
        from fastapi import FastAPI, WebSocket
        from flask import Flask
        from websockets.sync.client import connect
        from course.frameworks.serve import serve
        slow, chat = Flask("slow"), FastAPI()
        asked = threading.Event()
        slow.add_url_rule("/", "wait", lambda: asked.set() or time.sleep(60))
        @chat.websocket("/chat")
        async def talk(websocket: WebSocket):
            await websocket.accept()
            await websocket.receive_text()
        asked_too = threading.Event()
        @chat.get("/wait")
        def wait():
            asked_too.set()
            time.sleep(60)
        @asynccontextmanager
        async def lifespan(app):
            yield
            print("closed", flush=True)
        a, b, c = serve(slow), serve(chat), serve(FastAPI(lifespan=lifespan))
        for url in (a.url, b.url + "/wait"):
            threading.Thread(target=httpx2.get, args=[url], kwargs={"timeout": 70}, daemon=True).start()
        open_chat = connect(b.url.replace("http", "ws") + "/chat")
        assert asked.wait(5) and asked_too.wait(5)
        print(a.port, b.port, c.port, flush=True)
        print(time.time(), flush=True)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    ended = time.time()
    ports, begun, last = done.stdout.splitlines()
    assert ended - float(begun) < 2  # A second for the servers, the rest for Python on a busy machine.
    assert not any(listens(int(port)) for port in ports.split())
    assert last == "closed"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_keeps_no_port_of_its_parent() -> None:
    with serve(flask_app()) as server:
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(write)
            os.read(read, 1)
            os._exit(0)
    os.close(read)
    try:
        assert not listens(server.port)
    finally:
        os.close(write)
        os.waitpid(child, 0)


def test_a_lifespan_is_run() -> None:
    seen = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        seen.append("the doors open")
        yield
        seen.append("the doors close")

    with serve(FastAPI(lifespan=lifespan)):
        assert seen == ["the doors open"]
    assert seen == ["the doors open", "the doors close"]


def test_a_lifespan_that_fails_is_one_message_with_the_cause(capfd: pytest.CaptureFixture[str]) -> None:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        raise ConnectionError("the catalogue does not answer")
        yield

    before = threading.active_count()
    with pytest.raises(
        NotStarted, match=r"lifespan failed\.\nConnectionError: the catalogue does not answer"
    ) as caught:
        serve(FastAPI(lifespan=lifespan))
    assert isinstance(caught.value.__cause__, ConnectionError)
    assert threading.active_count() == before
    assert capfd.readouterr() == ("", "")


def test_a_lifespan_that_fails_at_the_end_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        raise ValueError("the cash does not add up")

    with serve(FastAPI(lifespan=lifespan)):
        pass
    assert "the cash does not add up" in capsys.readouterr().out


@pytest.mark.parametrize("make", [flask_app, fastapi_app, django_program])
def test_what_a_view_raises_is_told_once_and_kept(make: Any, capfd: pytest.CaptureFixture[str]) -> None:
    def broken(*given: Any) -> str:
        raise LookupError("no shelf for this book")

    app = make()
    if isinstance(app, Flask):
        app.add_url_rule("/broken", "broken", broken)
    elif isinstance(app, FastAPI):
        app.add_api_route("/broken", lambda: broken())
    else:
        app = django_app([path("broken", broken)])
    with serve(app) as server:
        answers = [httpx2.get(f"{server.url}/broken").status_code for _ in range(3)]
        assert answers == [500, 500, 500]
        assert [str(failure.exception) for failure in server.failures] == ["no shelf for this book"] * 3
    told = capfd.readouterr()
    assert told.out.count("LookupError: no shelf for this book") == 1
    assert told.err == ""


def test_a_plain_application_that_raises_is_answered_for(capfd: pytest.CaptureFixture[str]) -> None:
    def broken(environ: Any, start_response: Any) -> list[bytes]:
        raise LookupError("no shelf for this book")

    with serve(broken) as server:
        answer = httpx2.get(server.url)
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    assert "no shelf for this book" in capfd.readouterr().out


def test_a_port_that_another_cell_serves_at_is_one_message() -> None:
    with serve(flask_app()) as server, pytest.raises(PortTaken) as caught:
        serve(flask_app(), port=server.port)
    assert str(caught.value) == (
        f"The port {server.port} is taken by a server that another cell of this notebook has started. "
        "Stop that one, or leave `port` out: then a free one is taken."
    )


def test_a_port_that_a_program_listens_on_is_told_with_its_name() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(PortTaken) as caught:
        serve(flask_app(), port=listener.getsockname()[1])
    assert f"(process {os.getpid()})" in str(caught.value) or "by another program" in str(caught.value)


def test_a_wish_for_a_port_is_granted() -> None:
    with serve(flask_app()) as server:
        port = server.port
    with serve(flask_app(), port=port) as server:
        assert server.port == port
        assert httpx2.get(f"{server.url}/books/Emma").text == "book Emma"


@pytest.mark.parametrize("port", [-1, 65536, "8000", True])
def test_a_port_that_is_none_is_refused(port: Any) -> None:
    with pytest.raises(ValueError, match=r"is no port\. Choose a number from 1024 to 65535"):
        serve(flask_app(), port=port)


def test_a_websocket_echoes_at_the_port_and_below_a_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", HUB)
    app = FastAPI()

    @app.websocket("/echo")
    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(await websocket.receive_text())

    with serve(app) as server:
        for place in ("/echo", server.link("/echo")):
            with connect(f"ws://127.0.0.1:{server.port}{place}") as socket_:
                socket_.send("Is Emma in?")
                assert socket_.recv(timeout=5) == "Is Emma in?"


def test_an_answer_that_comes_in_pieces_is_passed_on_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", HUB)
    app = FastAPI()
    go_on = threading.Event()

    @app.get("/")
    def page() -> StreamingResponse:
        def pieces() -> Iterator[str]:
            yield "<h1>Books</h1><a hr"
            assert go_on.wait(5)
            yield 'ef="/books/1">Emma</a>'

        return StreamingResponse(pieces(), media_type="text/html")

    with serve(app) as server, httpx2.stream("GET", server.url + server.link("/")) as answer:
        parts = answer.iter_text()
        assert next(parts).endswith("<h1>Books</h1>")
        go_on.set()
        assert "".join(parts) == f'<a href="{server.link("/books/1")}">Emma</a>'


def test_a_server_shows_its_address_as_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(flask_app()) as server:
        assert repr(server) == f"Serving at {server.url}"
        assert f'<a class="site" href="{server.url}/"' in server._repr_mimebundle_()["text/html"]
    assert repr(server) == f"The server at {server.url} was stopped."
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", HUB)
    with serve(flask_app()) as server:
        html = server._repr_mimebundle_()["text/html"]
        assert f'<a class="site" href="/user/ada/proxy/absolute/{server.port}/"' in html


def test_a_frame_has_a_title_a_link_and_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", HUB)
    with serve(flask_app()) as server:
        shown = server.show('books/"Emma"', height=300)._repr_mimebundle_()
    at = f"/user/ada/proxy/absolute/{server.port}"
    assert '<iframe class="site" title="The page /books/&quot;Emma&quot; of the application" ' in shown["text/html"]
    assert "height: 300px" in shown["text/html"]
    assert f'<a class="site" href="{at}/books/&quot;Emma&quot;" target="_blank"' in shown["text/html"]
    assert shown["text/plain"] == f'The page at {server.url}/books/"Emma"'


def test_a_frame_goes_to_its_page_if_the_server_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(flask_app()) as server:
        assert f' src="{server.url}/books/Emma"' in server.show("/books/Emma").html()
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", HUB)
    with serve(flask_app()) as server:
        html = server.show("/books/</script>").html()
        asked_first = httpx2.get(f"{server.url}{server.prefix}/.threeways/alive")
    (page,) = re.findall('srcdoc="([^"]*)"', html)
    door = unescape(page)
    assert f'fetch("{server.prefix}/.threeways/alive"' in door
    assert f'location.replace("{server.prefix}/books/\\u003c/script>")' in door
    assert "<title>/books/&lt;/script&gt;</title>" in door
    assert asked_first.status_code == 200


def test_what_a_browser_asks_for_is_asked_of_the_machine_that_shows_the_notebook(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", HUB)  # Another host would get no cookies in a frame.
    with serve(flask_app()) as server:
        asked_for = [*re.findall('(?:src|href)="([^"]*)"', server.html() + server.show("/books/1").html())]
        asked_for += re.findall(r"(?:fetch|replace)\(&quot;([^&]*)", server.show("/books/1").html())
    assert len(asked_for) == 5
    assert all(address.startswith(f"/user/ada/proxy/absolute/{server.port}/") for address in asked_for)


def test_what_cannot_be_shown_says_why() -> None:
    with serve(flask_app()) as server, pytest.raises(ValueError, match="takes a path of this server"):
        server.show("http://127.0.0.1/books")
    with pytest.raises(RuntimeError, match=r"was stopped\. Run the cell"):
        server.show()


def test_the_address_of_jupyterlab_comes_from_the_hub_or_from_the_note_of_its_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    assert lab_base() == ""
    monkeypatch.setenv("JPY_PARENT_PID", "4711")
    assert lab_base() == ""  # The parent is no Jupyter server.
    (tmp_path / "jpserver-4711.json").write_text('{"base_url": "/lab-of-ada/"}')
    assert lab_base() == "/lab-of-ada/"
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", HUB)
    assert lab_base() == HUB
