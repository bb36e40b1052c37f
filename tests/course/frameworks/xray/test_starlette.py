"""The way of a request through FastAPI and Starlette."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from course.frameworks.client import client
from course.frameworks.xray import xray
from tests.seen import shape, step


class Loan(BaseModel):
    book: str
    days: int


def library() -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.add_middleware(GZipMiddleware)

    @app.middleware("http")
    async def only_members(request: Any, call_next: Any) -> Any:
        return JSONResponse({}, 401) if request.url.path == "/vault" else await call_next(request)

    def get_shelf() -> Iterator[str]:
        yield "shelf"

    async def get_reader(shelf: str = Depends(get_shelf)) -> str:
        return f"ada at the {shelf}"

    def write_a_letter(to: str) -> None: ...

    books = APIRouter(prefix="/books")

    @books.get("/{number}")
    def show_book(number: int, reader: str = Depends(get_reader)) -> dict[str, Any]:
        if number == 404:
            raise HTTPException(404)
        return {"number": 1 // number, "reader": reader}

    @books.get("/")
    async def list_books() -> list[str]:
        return []

    @app.post("/loans", status_code=201, response_model=Loan)
    async def lend(loan: Loan, tasks: BackgroundTasks) -> Any:
        tasks.add_task(write_a_letter, "ada")
        return loan

    app.include_router(books)
    return app


MIDDLEWARE = ["only_members", "GZipMiddleware", "ExceptionMiddleware"]


def test_fastapi_shows_layers_dependencies_view_and_serializer_in_order() -> None:
    seen = xray(library(), "GET", "/books/1")
    assert seen.response.json() == {"number": 1, "reader": "ada at the shelf"}
    assert shape(seen, "middleware") == [f"middleware {name}" for name in ["ServerErrorMiddleware", *MIDDLEWARE]]
    assert shape(seen, "routing", "validation", "dependency", "view", "serializer", "teardown") == [
        "routing routes",
        "validation parameters and dependencies",
        "dependency get_shelf",
        "dependency get_reader",
        "view show_book",
        "serializer dict[str, typing.Any]",
        "teardown get_shelf",
    ]


def test_fastapi_shows_what_validation_refused() -> None:
    seen = xray(library(), "POST", "/loans", json={"days": "many"})
    assert seen.response.status_code == 422
    assert step(seen, "validation").problem.startswith("body.book: Field required; body.days: Input should be")
    assert shape(seen, "handler") == ["handler request_validation_exception_handler answered"]


def test_background_tasks_come_after_the_answer() -> None:
    seen = xray(library(), "POST", "/loans", json={"book": "Dune", "days": 7})
    assert seen.response.status_code == 201
    assert [s.name for s in step(seen, "answer").children] == ["write_a_letter"]


def test_a_middleware_that_answers_itself_leaves_the_rest_unreached() -> None:
    seen = xray(library(), "GET", "/vault")
    assert shape(seen, "middleware", "routing") == [
        "middleware ServerErrorMiddleware",
        "middleware only_members answered",
        "middleware GZipMiddleware not reached",
        "middleware ExceptionMiddleware not reached",
        "routing not reached",
    ]
    assert (seen.routing.framework, seen.routing.tried) == ("FastAPI", ())


@pytest.mark.parametrize(("method", "address", "status"), [("GET", "/nowhere", 404), ("PUT", "/loans", 405)])
def test_fastapi_refuses_in_its_router(method: str, address: str, status: int) -> None:
    seen = xray(library(), method, address)
    assert seen.response.status_code == status
    assert shape(seen, "routing") == ["routing routes refused"]
    assert step(seen, "routing").problem
    assert shape(seen, "middleware")[-1] == "middleware ExceptionMiddleware answered"


def test_fastapi_redirects_to_the_slash() -> None:
    seen = xray(library(), "GET", "/books")
    assert (seen.response.status_code, shape(seen, "routing")) == (307, ["routing routes answered"])


def test_an_exception_goes_outwards_until_a_layer_makes_an_answer_of_it() -> None:
    seen = xray(library(), "GET", "/books/0")
    assert shape(seen, "middleware", "view") == [
        "middleware ServerErrorMiddleware answered",
        *(f"middleware {name} passed on" for name in MIDDLEWARE),
        "view show_book raised",
    ]
    assert seen.response.status_code == 500


def test_an_http_exception_is_answered_by_its_handler() -> None:
    seen = xray(library(), "GET", "/books/404")
    assert shape(seen, "view", "handler") == ["view show_book raised", "handler http_exception_handler answered"]


def test_overridden_dependencies_are_shown_as_what_they_are() -> None:
    app = library()

    def get_test_shelf() -> str:
        return "test shelf"

    app.dependency_overrides[innermost_dependency(app)] = get_test_shelf
    seen = xray(app, "GET", "/books/1")
    assert seen.response.json()["reader"] == "ada at the test shelf"
    assert shape(seen, "dependency") == ["dependency get_test_shelf", "dependency get_reader"]


def innermost_dependency(app: FastAPI) -> Any:
    """That of the first route which has one."""
    dependants = [context.dependant for context in iter_route_contexts(app.routes)]
    dependant = next(dependant for dependant in dependants if dependant.dependencies)
    while dependant.dependencies:
        dependant = dependant.dependencies[0]
    return dependant.call


def test_starlette_shows_the_view_of_a_mounted_application() -> None:
    async def show_book(request: Any) -> Any:
        return PlainTextResponse("book", background=BackgroundTask(print_nothing))

    app = Starlette(routes=[Mount("/archive", Starlette(routes=[Route("/{name}", show_book)]))])
    seen = xray(app, "GET", "/archive/dune")
    assert shape(seen, "mounted", "view", "background") == [
        "mounted /archive",
        "view show_book",
        "background print_nothing",
    ]
    assert seen.routing.route == "/archive/{name}"


def print_nothing() -> None: ...


def test_the_lifespan_of_an_application_runs_as_in_a_server() -> None:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, str]]:
        yield {"shelf": "full"}

    app = FastAPI(lifespan=lifespan)

    @app.get("/")
    def shelf(request: Request) -> str:
        return str(request.state.shelf)

    assert xray(app, "GET", "/").response.json() == "full"


@pytest.mark.parametrize("opened_inside", [True, False])
def test_an_application_that_is_open_in_a_client_is_seen_as_it_lives_there(opened_inside: bool) -> None:
    log: list[Any] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, str]]:
        log.append("up")
        app.state.pool = "pool"
        app.state.loop = asyncio.get_running_loop()
        yield {"librarian": "ada"}
        log.append("down")
        del app.state.pool

    app = FastAPI(lifespan=lifespan)

    @app.get("/")
    async def show(request: Request) -> list[Any]:
        is_same = asyncio.get_running_loop() is app.state.loop
        return [app.state.pool, request.state.librarian, is_same]

    wrapped = GZipMiddleware(app)
    with client(app if opened_inside else wrapped) as c:
        seen = xray(wrapped if opened_inside else app, "GET", "/")
        assert seen.response.json() == ["pool", "ada", True]
        assert c.get("/").json() == ["pool", "ada", True]
        assert log == ["up"]
    assert log == ["up", "down"]
    assert xray(app, "GET", "/").response.json() == ["pool", "ada", True]
    assert log == ["up", "down"] * 2
