"""Clients of every kind speak to applications that run in the student's process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograde.kernel.warm import Warm
from tests.autograde.examiner.conftest import Desk, said

ANSWERS = """
from flask import Flask, Response, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware

site = Flask("library")
closed = []

@site.get("/")
def home():
    return {"open": True, "agent": request.headers.get("x-agent")}

@site.post("/echo")
def echo():
    return request.get_data(), 201, {"X-Kind": request.content_type or ""}

@site.get("/stream")
def stream():
    def pieces():
        for number in range(3):
            print("piece", number)
            yield f"{number}\\n"
    answer = Response(pieces())
    answer.call_on_close(lambda: closed.append("closed"))
    return answer

@site.get("/error")
def error():
    raise KeyError("shelf")

@site.get("/count")
def count():
    return {"closed": len(closed)}

town = DispatcherMiddleware(Flask("town"), {"/library": site})

def plain(environ, start_response):
    write = start_response("200 OK", [("Content-Type", "text/plain")])
    write(b"written ")
    print("to the log", file=environ["wsgi.errors"])
    return [b"and returned"]
"""
ASYNC = """
import asyncio
from contextlib import asynccontextmanager, suppress
from fastapi import FastAPI, HTTPException, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse

@asynccontextmanager
async def lifespan(app):
    yield {"shelf": {1, 2}, "lock": asyncio.Lock()}

api = FastAPI(lifespan=lifespan)

@api.get("/books/{number}")
async def book(number: int):
    if number > 9:
        raise HTTPException(404, "no such book")
    return {"book": number}

@api.get("/sync/{number}")
def sync_book(number: int):
    return {"book": number}

@api.get("/state")
async def state(request: Request):
    async with request.state.lock:
        return sorted(request.state.shelf)

@api.post("/upload")
async def upload(request: Request):
    size = 0
    async for part in request.stream():
        size += len(part)
    return size

@api.get("/stream")
async def stream():
    async def pieces():
        for number in range(3):
            yield f"{number}\\n"
            await asyncio.sleep(0)
    return StreamingResponse(pieces())

@api.websocket("/echo")
async def echo(socket: WebSocket):
    await socket.accept()
    with suppress(WebSocketDisconnect):  # Else Starlette's client raises it when it leaves, in a notebook too.
        while True:
            await socket.send_text((await socket.receive_text()).upper())

@api.websocket("/refused")
async def refused(socket: WebSocket):
    await socket.close(4403)

async def impatient(scope, receive, send):
    for _ in range(50):
        asked = asyncio.ensure_future(receive())
        await asyncio.sleep(0)
        asked.cancel()
        await asyncio.wait([asked])
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"at last"})

async def bare(scope, receive, send):
    message = await receive()
    size = str(len(message["body"])).encode()
    await send({"type": "http.response.start", "status": 202, "headers": [(b"x-size", size)]})
    await send({"type": "http.response.body", "body": b"bare"})
"""

WSGI_TESTS = {
    "werkzeug": (
        "from werkzeug.test import Client\nvisitor = Client(site)\n"
        "assert visitor.get('/', headers={'X-Agent': 'ada'}).json == {'open': True, 'agent': 'ada'}\n"
        "answer = visitor.post('/echo', data=b'\\x00\\xff' * 1000, content_type='a/b')\n"
        "assert (answer.status_code, answer.data, answer.headers['X-Kind']) == (201, b'\\x00\\xff' * 1000, 'a/b')"
    ),
    "flask": (
        "visitor = site.test_client()\nassert visitor.get('/').get_json()['open'] is True\n"
        "assert visitor.post('/echo', json={'a': 1}).get_json(force=True) == {'a': 1}"
    ),
    "httpx": (
        "import httpx\nwith httpx.Client(transport=httpx.WSGITransport(site), base_url='http://desk') as visitor:\n"
        "    assert visitor.get('/').json()['open']"
    ),
    "the course's": "from course import client\nassert client(site).get('/').json()['open']",
    "an error in a view": "from werkzeug.test import Client\nassert Client(site).get('/error').status_code == 500",
    "a program in another one": "from werkzeug.test import Client\nassert Client(town).get('/library/').json['open']",
    "an application that writes": (
        "from werkzeug.test import Client\nanswer = Client(plain).get('/')\n"
        "assert answer.text == 'written and returned'"
    ),
    "threads": (
        "import concurrent.futures\nfrom werkzeug.test import Client\n"
        "with concurrent.futures.ThreadPoolExecutor(4) as pool:\n"
        "    assert all(pool.map(lambda n: Client(site).get('/').status_code == 200, range(20)))"
    ),
}
ASGI_TESTS = {
    "starlette": (
        "from starlette.testclient import TestClient\nvisitor = TestClient(api)\n"
        "assert visitor.get('/books/7').json() == {'book': 7} and visitor.get('/books/10').status_code == 404\n"
        "assert visitor.get('/sync/7').json() == {'book': 7} and visitor.get('/books/x').status_code == 422"
    ),
    "lifespan": (
        "from starlette.testclient import TestClient\nwith TestClient(api) as visitor:\n"
        "    assert visitor.get('/state').json() == [1, 2]\n    assert visitor.get('/state').json() == [1, 2]"
    ),
    "websockets": (
        "from starlette.testclient import TestClient\nwith TestClient(api).websocket_connect('/echo') as socket:\n"
        "    socket.send_text('ada')\n    assert socket.receive_text() == 'ADA'\n"
        "    socket.send_text('ben')\n    assert socket.receive_text() == 'BEN'"
    ),
    "two websockets at a time": (
        "from starlette.testclient import TestClient\nwith TestClient(api) as visitor:\n"
        "    with visitor.websocket_connect('/echo') as one, visitor.websocket_connect('/echo') as two:\n"
        "        one.send_text('a')\n        two.send_text('b')\n"
        "        assert (two.receive_text(), one.receive_text()) == ('B', 'A')"
    ),
    "a refused websocket": (
        "import pytest\nfrom starlette.testclient import TestClient\n"
        "from starlette.websockets import WebSocketDisconnect\n"
        "with pytest.raises(WebSocketDisconnect) as info:\n"
        "    TestClient(api).websocket_connect('/refused').__enter__()\n"
        "assert info.value.code == 4403"
    ),
    "httpx, awaited": (
        "import asyncio, httpx\n"
        "async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url='http://desk') as v:\n"
        "    answers = await asyncio.gather(*(v.get(f'/books/{number}') for number in range(5)))\n"
        "assert [answer.json()['book'] for answer in answers] == [0, 1, 2, 3, 4]"
    ),
    "an application that does not wait": (
        "from starlette.testclient import TestClient\nassert TestClient(impatient).get('/').text == 'at last'"
    ),
    "a large body": (
        "from starlette.testclient import TestClient\n"
        "assert TestClient(api).post('/upload', content=b'x' * 3_000_000).json() == 3_000_000"
    ),
    "a stream": (
        "from starlette.testclient import TestClient\nwith TestClient(api).stream('GET', '/stream') as answer:\n"
        "    assert list(answer.iter_lines()) == ['0', '1', '2']"
    ),
    "the course's": (
        "from course import client\nassert client(api).get('/books/7').json() == {'book': 7}\n"
        "with client(api) as visitor:\n"
        "    assert visitor.get('/state').json() == [1, 2]\n    with visitor.websocket_connect('/echo') as socket:\n"
        "        socket.send_text('a')\n        assert socket.receive_text() == 'A'"
    ),
    "a function": (
        "from starlette.testclient import TestClient\nanswer = TestClient(bare).post('/', content=b'abc')\n"
        "assert (answer.status_code, answer.headers['x-size'], answer.text) == (202, '3', 'bare')"
    ),
}


def desk_with(warm: Warm, answers: str) -> Iterator[Desk]:
    with warm.room({}) as room, warm.room({}) as own:
        desk = Desk(room, own)
        assert desk.answer(answers).ok
        yield desk
        desk.close()


@pytest.fixture(scope="module")
def wsgi(warm: Warm) -> Iterator[Desk]:
    yield from desk_with(warm, ANSWERS)


@pytest.fixture(scope="module")
def asgi(warm: Warm) -> Iterator[Desk]:
    yield from desk_with(warm, ASYNC)


@pytest.mark.parametrize("name", WSGI_TESTS)
def test_a_client_speaks_wsgi(wsgi: Desk, name: str) -> None:
    ran = wsgi.judge(WSGI_TESTS[name], objects=False)
    assert ran.ok, "\n".join(ran.traceback)


@pytest.mark.parametrize("name", ASGI_TESTS)
def test_a_client_speaks_asgi(asgi: Desk, name: str) -> None:
    ran = asgi.judge(ASGI_TESTS[name], objects=False)
    assert ran.ok, "\n".join(ran.traceback)


def test_a_stream_comes_piece_by_piece_and_is_closed(wsgi: Desk) -> None:
    test = (
        "from course import client\nbefore = client(site).get('/count').json()['closed']\n"
        "with client(site).stream('GET', '/stream') as answer:\n    for line in answer.iter_lines():\n"
        "        print('got', line)\nassert client(site).get('/count').json()['closed'] == before + 1"
    )
    ran = wsgi.judge(test)
    assert ran.ok, ran.value
    told = said(ran).splitlines()
    assert told.index("got 0") < told.index("piece 2")


def test_a_client_may_stay_open_from_one_cell_to_the_next(asgi: Desk) -> None:
    assert asgi.judge("from starlette.testclient import TestClient\nopen_one = TestClient(api).__enter__()").ok
    ran = asgi.judge("assert open_one.get('/state').json() == [1, 2]\nopen_one.__exit__(None, None, None)\napi")
    assert ran.ok, "\n".join(ran.traceback)


def test_no_thread_is_left_in_the_students_process(asgi: Desk) -> None:
    asgi.judge(ASGI_TESTS["starlette"])
    asgi.judge("api")
    ran = asgi.student.run("import threading, time\ntime.sleep(0.1)\nprint(threading.active_count())", seconds=20)
    assert int(said(ran)) <= 3
