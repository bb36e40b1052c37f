# ---
# title: One client for three frameworks
# minutes: 5
# ---

# %% [markdown]
# # One client for three frameworks
#
# The Riverside Library lends books in Flask, in Django and in FastAPI. One client asks all three.

# %%
import json
import sqlite3
from contextlib import asynccontextmanager

from django.http import JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect as django_redirect
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from fastapi import BackgroundTasks, FastAPI, Request, WebSocket
from fastapi.responses import RedirectResponse, StreamingResponse
from flask import Flask, Response, redirect, request

from course import client, django_app

BOOKS = {7: "Dune", 8: "Emma"}


def loans():
    number = 0
    while True:
        number += 1
        yield f"data: loan {number}\n\n"


# %%
flask_app = Flask("library")


@flask_app.get("/books/<int:number>")
async def flask_book(number):
    return {"title": BOOKS[number]}


@flask_app.post("/books")
def flask_add():
    return {"got": request.get_json()}, 201


@flask_app.get("/newest")
def flask_newest():
    return redirect("/books/8")


@flask_app.get("/loans")
def flask_loans():
    return Response(loans(), mimetype="text/event-stream")


# %%
async def django_book(request, number):
    return JsonResponse({"title": BOOKS[number]})


@csrf_exempt
def django_add(request):
    return JsonResponse({"got": json.loads(request.body)}, status=201)


table = [
    path("books/<int:number>", django_book),
    path("books", django_add),
    path("newest", lambda request: django_redirect("/books/8")),
    path("loans", lambda request: StreamingHttpResponse(loans(), content_type="text/event-stream")),
]
django_site = django_app(table)

# %%
fastapi_app = FastAPI()


@fastapi_app.get("/books/{number}")
async def fastapi_book(number: int):
    return {"title": BOOKS[number]}


@fastapi_app.post("/books", status_code=201)
def fastapi_add(book: dict):
    return {"got": book}


@fastapi_app.get("/newest")
def fastapi_newest():
    return RedirectResponse("/books/8", status_code=302)


@fastapi_app.get("/loans")
def fastapi_loans():
    return StreamingResponse(loans(), media_type="text/event-stream")


# %% [markdown]
# ## The same requests, the same answers

# %%
apps = {"Flask": flask_app, "Django": django_site, "FastAPI": fastapi_app}
for name, app in apps.items():
    session = client(app)
    assert session.get("/books/7").json() == {"title": "Dune"}
    assert session.get("/nowhere").status_code == 404
    assert session.post("/books", json={"title": "Ulysses"}).json() == {"got": {"title": "Ulysses"}}
    assert session.get("/newest").headers["location"] == "/books/8"
    assert session.get("/newest", follow_redirects=True).json() == {"title": "Emma"}
    with session.sse("/loans") as events:
        print(name, [event.data for event, _ in zip(events, range(3), strict=False)])

# %% [markdown]
# ## A view that raises is a 500, and one message

# %%
for app in apps.values():
    response = client(app).get("/books/9")
    assert response.status_code == 500
    assert isinstance(response.extensions["failure"].exception, KeyError)

# %%
for app in apps.values():
    try:
        client(app, raise_exceptions=True).get("/books/9")
    except KeyError as error:
        print("raised here:", error)

# %% [markdown]
# ## What a cell has opened, a view can use

# %%
shelf = sqlite3.connect(":memory:")
shelf.execute("CREATE TABLE book (title TEXT)")
shelf.execute("INSERT INTO book VALUES ('Dune')")
counting = Flask("counting")
counting.add_url_rule("/", "count", lambda: str(shelf.execute("SELECT count(*) FROM book").fetchone()[0]))
print(client(counting).get("/").text)
shelf.close()

# %% [markdown]
# ## Lifespan, background tasks, WebSockets


# %%
@asynccontextmanager
async def lifespan(app):
    yield {"members": ["Ada", "Grace"]}
    print("closed")


house = FastAPI(lifespan=lifespan)


@house.get("/members")
def members(request: Request):
    return request.state.members


@house.post("/letters")
def write(tasks: BackgroundTasks):
    tasks.add_task(send_letter)
    return "sent"


def send_letter():
    raise ConnectionError("the printer is off")


@house.websocket("/talk")
async def talk(socket: WebSocket):
    await socket.accept()
    await socket.send_text(f"Welcome, {await socket.receive_text()}")


client(house).get("/members")
with client(house) as session:
    print(session.get("/members").json())
    print(session.post("/letters").json())
    with session.websocket_connect("/talk") as socket:
        socket.send_text("Ada")
        print(socket.receive_text())

# %% [markdown]
# ## What is no application is named

# %%
for thing in (None, "main:app", Flask, table, fastapi_book, members):
    try:
        client(thing)
    except TypeError as error:
        print(str(error).partition("django_app(urlpatterns). ")[2])
