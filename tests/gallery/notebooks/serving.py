# ---
# title: Real servers
# minutes: 5
# ---

# %% [markdown]
# # Real servers
#
# The Riverside Library opens its doors: each application listens on a port of its own until its cell is run again.

# %%
import os

import httpx2

from course import django_app, serve

# %% [markdown]
# ## Flask

# %%
from flask import Flask, redirect, session

desk = Flask("desk")
desk.secret_key = "only for this notebook"


@desk.get("/visits")
def visits():
    session["visits"] = session.get("visits", 0) + 1
    return f"visit {session['visits']}"


@desk.get("/")
def home():
    return redirect("/visits")


desk_server = serve(desk)
with httpx2.Client(base_url=desk_server.url, follow_redirects=True) as browser:
    print(browser.get("/").text, "then", browser.get("/").text)

# %% tags=["varies"]
desk_server

# %% tags=["varies"]
desk_server.show("/visits", height=120)

# %% [markdown]
# ## FastAPI, with a lifespan and a WebSocket

# %%
from contextlib import asynccontextmanager

from fastapi import FastAPI, WebSocket
from websockets.sync.client import connect

catalogue = {}


@asynccontextmanager
async def lifespan(app):
    catalogue["Emma"] = "Jane Austen"
    yield
    catalogue.clear()


api = FastAPI(lifespan=lifespan)


@api.get("/books/{title}")
def book(title: str):
    return {"title": title, "author": catalogue[title]}


@api.websocket("/ask")
async def ask(websocket: WebSocket):
    await websocket.accept()
    async for title in websocket.iter_text():
        await websocket.send_text("on the shelf" if title in catalogue else "not here")


api_server = serve(api)
print(httpx2.get(api_server.url + "/books/Emma").json())
with connect(api_server.url.replace("http", "ws") + "/ask") as librarian:
    for title in ("Emma", "Persuasion"):
        librarian.send(title)
        print(title, "is", librarian.recv())

# %% [markdown]
# A view that raises is told in one message, and the server goes on.

# %% tags=["varies"]
answers = [httpx2.get(api_server.url + "/books/Persuasion").status_code for _ in range(3)]

# %%
print(answers, [repr(failure.exception) for failure in api_server.failures])
assert answers == [500, 500, 500]
assert len(api_server.failures) == 3

# %% tags=["varies"]
api_server.show("/docs")

# %% [markdown]
# ## Django

# %%
from django.http import HttpResponse
from django.urls import path, reverse

branch_server = serve(
    django_app(
        [
            path(
                "branches/<str:name>/",
                lambda request, name: HttpResponse(reverse("branch", args=[name])),
                name="branch",
            )
        ]
    )
)
print(httpx2.get(branch_server.url + "/branches/north", follow_redirects=True).text)

# %% [markdown]
# ## A taken port, and a lifespan that fails

# %%
from course.frameworks.serve import NotStarted, PortTaken

try:
    serve(desk, port=api_server.port)
except PortTaken as error:
    print(str(error).replace(str(api_server.port), "N"))


@asynccontextmanager
async def no_catalogue(app):
    raise ConnectionError("the catalogue does not answer")
    yield


try:
    serve(FastAPI(lifespan=no_catalogue))
except NotStarted as error:
    print(str(error).splitlines()[:2])

# %% [markdown]
# ## Under a hub, in a block

# %%
os.environ["JUPYTERHUB_SERVICE_PREFIX"] = "/user/ada/"
try:
    with serve(desk) as server:
        below = server.link("/")
        answer = httpx2.get(server.url + below)
        print(answer.headers["location"].replace(str(server.port), "N"))
finally:
    del os.environ["JUPYTERHUB_SERVICE_PREFIX"]
print(server.running)

# %% [markdown]
# ## The end

# %%
for server in (desk_server, api_server, branch_server):
    server.stop()
assert catalogue == {}
