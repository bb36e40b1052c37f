# ---
# title: FastAPI programs
# minutes: 5
# ---

# %% [markdown]
# # FastAPI programs
#
# The Riverside Library as a FastAPI application: routers, dependencies, lifespan, background tasks, WebSockets,
# streams, forms, settings, middleware, errors, templates and its OpenAPI description.

# %%
from typing import Annotated

# %% [markdown]
# ## Routers and models
# %%
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Path, Query, status
from pydantic import BaseModel, Field

from course import client


class NewBook(BaseModel):
    title: str = Field(min_length=1)
    pages: int = Field(gt=0)


class Book(NewBook):
    id: int


def make_books():
    router = APIRouter(prefix="/books", tags=["books"])
    shelf: dict[int, Book] = {}

    @router.get("/")
    def list_books(longer_than: Annotated[int, Query(ge=0)] = 0) -> list[Book]:
        return [book for book in shelf.values() if book.pages > longer_than]

    @router.post("/", status_code=status.HTTP_201_CREATED)
    def add_book(book: NewBook) -> Book:
        number = len(shelf) + 1
        shelf[number] = Book(id=number, **book.model_dump())
        return shelf[number]

    @router.get("/{number}", responses={404: {"description": "No such book"}})
    def one_book(number: Annotated[int, Path(ge=1)]) -> Book:
        if number not in shelf:
            raise HTTPException(404, f"There is no book {number}.")
        return shelf[number]

    return router


def create_app():
    app = FastAPI(title="Riverside Library", version="1.0")
    app.include_router(make_books())
    app.include_router(make_books(), prefix="/archive", include_in_schema=False)
    return app


app = create_app()
desk = client(app)
assert desk.post("/books/", json={"title": "Emma", "pages": 474}).json() == {"title": "Emma", "pages": 474, "id": 1}
assert desk.get("/books/1").json()["title"] == "Emma"
assert desk.get("/books/", params={"longer_than": 500}).json() == []
assert desk.get("/archive/books/").json() == []
assert desk.get("/books/2").json() == {"detail": "There is no book 2."}
answer = desk.post("/books/", json={"title": "", "pages": "many"})
assert answer.status_code == 422
assert [error["loc"][-1] for error in answer.json()["detail"]] == ["title", "pages"]
assert desk.get("/books").status_code == 307

# %%
schema = desk.get("/openapi.json").json()
assert schema["info"] == {"title": "Riverside Library", "version": "1.0"}
assert sorted(schema["paths"]) == ["/books/", "/books/{number}"]
assert schema["components"]["schemas"]["Book"]["required"] == ["title", "pages", "id"]
assert "404" in schema["paths"]["/books/{number}"]["get"]["responses"]

# %% [markdown]
# A route that is written again keeps the first; FastAPI says so when it describes itself.

# %%
import warnings

app = FastAPI()
for answer in ("first", "second"):

    @app.get("/hours")
    def hours(answer=answer):
        return answer


assert client(app).get("/hours").json() == "first"
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    app.openapi()
print(str(told[0].message).splitlines()[0])

# %% [markdown]
# ## Dependencies

# %%
from fastapi import Header
from fastapi.security import HTTPBasic, HTTPBasicCredentials, OAuth2PasswordBearer, OAuth2PasswordRequestForm

log = []


class Database:
    def __enter__(self):
        log.append("open")
        return self

    def __exit__(self, kind, error, traceback):
        log.append(f"closed after {kind.__name__}" if kind else "closed")


def database():
    with Database() as connection:
        yield connection


def current_member(member: Annotated[str | None, Header(alias="X-Member")] = None) -> str:
    if member is None:
        raise HTTPException(401, "Who are you?")
    return member


Connection = Annotated[Database, Depends(database)]
Member = Annotated[str, Depends(current_member)]
app = FastAPI(dependencies=[Depends(lambda: log.append("counted"))])


@app.get("/loans")
def loans(member: Member, connection: Connection):
    log.append(f"loans of {member}")
    return {"member": member}


@app.get("/broken")
def broken(connection: Connection):
    raise HTTPException(409, "The shelf is empty.")


desk = client(app)
assert desk.get("/loans", headers={"X-Member": "ada"}).json() == {"member": "ada"}
assert log == ["counted", "open", "loans of ada", "closed"]
log.clear()
assert desk.get("/loans").status_code == 401
assert log == ["counted"]
log.clear()
assert desk.get("/broken").status_code == 409
assert log == ["counted", "open", "closed after HTTPException"]

# %% [markdown]
# An override stays until it is taken back.

# %%
app.dependency_overrides[current_member] = lambda: "ben"
try:
    assert desk.get("/loans").json() == {"member": "ben"}
finally:
    app.dependency_overrides.clear()
assert desk.get("/loans").status_code == 401

# %%
app = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="token")


@app.post("/token")
def token(form: Annotated[OAuth2PasswordRequestForm, Depends()]):
    if form.password != "lovelace":
        raise HTTPException(400, "Wrong name or password.")
    return {"access_token": f"card-of-{form.username}", "token_type": "bearer"}


@app.get("/me")
def me(card: Annotated[str, Depends(bearer)]):
    return card.removeprefix("card-of-")


@app.get("/desk")
def staff(who: Annotated[HTTPBasicCredentials, Depends(HTTPBasic())]):
    return who.username


desk = client(app)
card = desk.post("/token", data={"username": "ada", "password": "lovelace"}).json()["access_token"]
assert desk.get("/me", headers={"Authorization": f"Bearer {card}"}).json() == "ada"
assert desk.get("/me").status_code == 401
assert desk.get("/desk", auth=("ben", "secret")).json() == "ben"
assert desk.get("/desk").headers["www-authenticate"] == "Basic"

# %% [markdown]
# ## Lifespan and background tasks

# %%
from contextlib import asynccontextmanager

from fastapi import BackgroundTasks, Request

log = []


@asynccontextmanager
async def lifespan(app):
    log.append("open")
    yield {"branches": ["North", "South"]}
    log.append("closed")


app = FastAPI(lifespan=lifespan)


def send_reminder(member):
    log.append(f"reminded {member}")


@app.get("/branches")
async def branches(request: Request):
    return request.state.branches


@app.post("/reminders/{member}", status_code=202)
async def remind(member: str, tasks: BackgroundTasks):
    tasks.add_task(send_reminder, member)
    return {"queued": member}


with client(app) as desk:
    assert log == ["open"]
    assert desk.get("/branches").json() == ["North", "South"]
    assert desk.post("/reminders/ada").status_code == 202
assert log == ["open", "reminded ada", "closed"]

# %% [markdown]
# Without `with` the lifespan does not run, and what it should have made is missing.

# %%
answer = client(app).get("/branches")
assert answer.status_code == 500

# %% [markdown]
# ## WebSockets

# %%
import pytest
from fastapi import WebSocket, WebSocketDisconnect, WebSocketException
from starlette.websockets import WebSocketDisconnect as Closed

app = FastAPI()
readers: set[WebSocket] = set()


@app.websocket("/news/{branch}")
async def news(socket: WebSocket, branch: str, member: str | None = None):
    if member is None:
        raise WebSocketException(1008, "Who are you?")
    await socket.accept()
    readers.add(socket)
    await socket.send_json({"branch": branch, "readers": len(readers)})
    try:
        while True:
            text = await socket.receive_text()
            for reader in readers:
                await reader.send_text(f"{member}: {text}")
    except WebSocketDisconnect:
        readers.discard(socket)


with client(app) as desk:
    with desk.websocket_connect("/news/North?member=ada") as ada:
        assert ada.receive_json() == {"branch": "North", "readers": 1}
        with desk.websocket_connect("/news/North?member=ben") as ben:
            assert ben.receive_json()["readers"] == 2
            ben.send_text("Emma is back")
            assert ada.receive_text() == ben.receive_text() == "ben: Emma is back"
    with pytest.raises(Closed) as refused, desk.websocket_connect("/news/North"):
        pass
    assert (refused.value.code, refused.value.reason) == (1008, "Who are you?")
assert not readers

# %% [markdown]
# ## Streams, files and forms

# %%
import asyncio
import tempfile

from fastapi import File, Form, UploadFile
from fastapi.responses import FileResponse, PlainTextResponse, RedirectResponse, StreamingResponse

app = FastAPI()


@app.get("/loans.csv")
def export():
    return StreamingResponse((f"{number},ada\n" for number in range(1, 4)), media_type="text/csv")


@app.get("/arrivals")
async def arrivals():
    async def events():
        for number, title in enumerate(("Emma", "Dracula"), 1):
            await asyncio.sleep(0)
            yield f"id: {number}\nevent: arrival\ndata: {title}\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")


@app.post("/covers")
async def cover(book: Annotated[str, Form()], covers: Annotated[list[UploadFile], File()]):
    return {"book": book, "covers": {cover.filename: len(await cover.read()) for cover in covers}}


class Login(BaseModel):
    name: str
    password: str = Field(min_length=3)


@app.post("/login")
def login(form: Annotated[Login, Form()]):
    answer = RedirectResponse("/me", status_code=303)
    answer.set_cookie("member", form.name, httponly=True)
    return answer


@app.get("/me", response_class=PlainTextResponse)
def me(request: Request):
    return request.cookies.get("member", "nobody")


desk = client(app)
with desk.stream("GET", "/loans.csv") as answer:
    assert list(answer.iter_lines()) == ["1,ada", "2,ada", "3,ada"]
with desk.stream("GET", "/arrivals") as answer:
    assert [line for line in answer.iter_lines() if line.startswith("data")] == ["data: Emma", "data: Dracula"]
files = [("covers", (name, b"\x89PNG", "image/png")) for name in ("front.png", "back.png")]
answer = desk.post("/covers", data={"book": "Emma"}, files=files)
assert answer.json() == {"book": "Emma", "covers": {"front.png": 4, "back.png": 4}}
assert desk.post("/login", data={"name": "ada", "password": "x"}).status_code == 422
assert desk.post("/login", data={"name": "ada", "password": "lovelace"}).headers["location"] == "/me"
assert desk.get("/me").text == "ada"
assert client(app).get("/me").text == "nobody"

# %%
with tempfile.NamedTemporaryFile(suffix=".txt") as card:
    card.write(b"member card")
    card.flush()

    @app.get("/card")
    def member_card():
        return FileResponse(card.name, filename="card.txt")

    answer = client(app).get("/card")
assert answer.text == "member card"
assert answer.headers["content-disposition"] == 'attachment; filename="card.txt"'

# %% [markdown]
# ## Settings

# %%
import os
from functools import lru_cache

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="RIVERSIDE_")
    loan_days: int = 14
    branches: list[str] = ["North"]


@lru_cache
def settings() -> Settings:
    return Settings()


app = FastAPI()


@app.get("/rules")
def rules(settings: Annotated[Settings, Depends(settings)]):
    return settings


assert client(app).get("/rules").json() == {"loan_days": 14, "branches": ["North"]}
os.environ["RIVERSIDE_LOAN_DAYS"] = "7"
try:
    assert client(app).get("/rules").json()["loan_days"] == 14
    settings.cache_clear()
    assert client(app).get("/rules").json()["loan_days"] == 7
    os.environ["RIVERSIDE_LOAN_DAYS"] = "a week"
    with pytest.raises(ValidationError, match="loan_days"):
        Settings()
finally:
    del os.environ["RIVERSIDE_LOAN_DAYS"]
app.dependency_overrides[settings] = lambda: Settings(loan_days=28)
assert client(app).get("/rules").json()["loan_days"] == 28

# %% [markdown]
# ## Middleware and errors

# %%
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from starlette.middleware.sessions import SessionMiddleware

order = []


class NoCopyLeft(Exception):
    def __init__(self, title):
        self.title = title


class Count:
    """Middleware of the protocol itself."""

    def __init__(self, app, name):
        self.app, self.name = app, name

    async def __call__(self, scope, receive, send):
        order.append(f"{self.name} in")
        await self.app(scope, receive, send)
        order.append(f"{self.name} out")


app = FastAPI()
app.add_middleware(Count, name="inner")
app.add_middleware(Count, name="outer")
app.add_middleware(SessionMiddleware, secret_key="riverside")
app.add_middleware(CORSMiddleware, allow_origins=["https://riverside.example"], allow_methods=["GET"])


@app.middleware("http")
async def sign(request: Request, call_next):
    answer = await call_next(request)
    answer.headers["X-Library"] = "Riverside"
    return answer


@app.exception_handler(NoCopyLeft)
async def no_copy_left(request: Request, error: NoCopyLeft):
    return JSONResponse({"error": f"no copy of {error.title} is left"}, 409)


@app.exception_handler(RequestValidationError)
async def not_valid(request: Request, error: RequestValidationError):
    return JSONResponse({"wrong": [problem["loc"][-1] for problem in error.errors()]}, 400)


@app.get("/loans/{number}")
def loan(number: int, request: Request):
    if number == 0:
        raise NoCopyLeft("Emma")
    if number < 0:
        raise ValueError("There is no loan below zero.")
    request.session["seen"] = request.session.get("seen", 0) + 1
    return request.session


desk = client(app)
answer = desk.get("/loans/1", headers={"Origin": "https://riverside.example"})
assert answer.headers["x-library"] == "Riverside"
assert answer.headers["access-control-allow-origin"] == "https://riverside.example"
assert order == ["outer in", "inner in", "inner out", "outer out"]
assert desk.get("/loans/2").json() == {"seen": 2}
assert desk.get("/loans/0").json() == {"error": "no copy of Emma is left"}
assert desk.get("/loans/one").json() == {"wrong": ["number"]}
assert desk.get("/loans/-1").status_code == 500

# %%
try:
    app.add_middleware(Count, name="late")
except RuntimeError as error:
    print(error)

# %% [markdown]
# ## Templates without a folder

# %%
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from jinja2 import DictLoader, Environment

pages = {
    "page.html": "<title>Riverside</title>{% block body %}{% endblock %}",
    "book.html": """{% extends "page.html" %}
{% block body %}<a href="{{ url_for('book', title='emma') }}">{{ title }}</a>{% endblock %}""",
}
templates = Jinja2Templates(env=Environment(loader=DictLoader(pages), autoescape=True))
app = FastAPI()


@app.get("/books/{title}", response_class=HTMLResponse)
def book(request: Request, title: str):
    return templates.TemplateResponse(request, "book.html", {"title": title})


page = client(app).get("/books/<b>").text
assert '<a href="http://testserver/books/emma">&lt;b&gt;</a>' in page

# %% [markdown]
# ## Templates in a folder
#
# A project has one.

# %%
from fastapi.staticfiles import StaticFiles

from course import project

site = project(
    "site", files={"templates/hours.html": "<p>Open till {{ till }}</p>", "static/site.css": "p { color: teal }"}
)
templates = Jinja2Templates(directory=site.path / "templates")
app = FastAPI()
app.mount("/static", StaticFiles(directory=site.path / "static"), name="static")


@app.get("/hours")
def hours(request: Request):
    return templates.TemplateResponse(request, "hours.html", {"till": 18})


assert client(app).get("/hours").text == "<p>Open till 18</p>"
assert client(app).get("/static/site.css").text == "p { color: teal }\n"

# %% [markdown]
# ## One application in another

# %%
catalogue = FastAPI(title="Catalogue")


@catalogue.get("/books")
def books(request: Request):
    return {"titles": ["Emma"], "root": request.scope["root_path"]}


library = FastAPI(title="Library")
library.mount("/catalogue", catalogue)

assert client(library).get("/catalogue/books").json() == {"titles": ["Emma"], "root": "/catalogue"}
assert sorted(client(library).get("/catalogue/openapi.json").json()["paths"]) == ["/books"]

# %% [markdown]
# ## A model that is defined again
#
# A route keeps the model that it was made with.


# %%
class Card(BaseModel):
    name: str


app = FastAPI()


@app.post("/cards")
def add_card(card: Card) -> Card:
    return card


class Card(BaseModel):
    name: str
    branch: str


assert client(app).post("/cards", json={"name": "ada"}).json() == {"name": "ada"}
