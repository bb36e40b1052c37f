# ---
# title: The way of a request
# minutes: 5
# ---

# %% [markdown]
# # The way of a request
#
# `xray` sends one request and draws its way: through the middleware to the routing, to the view, to the database and
# back. With `times=False` a picture shows what happened in which order, and it is the same in each run.

# %%
import sqlite3
import threading

from django.http import JsonResponse
from django.shortcuts import render
from django.urls import include, path
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, Response
from flask import Flask, redirect, render_template_string
from pydantic import BaseModel
from sqlalchemy import StaticPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from course import client, django_app, django_setup, xray
from course.frameworks.django import fresh_database

django_setup()
fresh_database()

from django.contrib.auth.models import Group, User

readers = Group.objects.create(name="readers")
for name in ("ada", "grace", "linus"):
    User.objects.create_user(name).groups.add(readers)


def list_members(request):
    return render(request, "members.html", {"members": User.objects.order_by("id")})


def show_member(request, number):
    return JsonResponse({"per": 6 // number})


LIST = "<ul>{% for m in members %}{% include 'member.html' %}{% endfor %}</ul>"
MEMBER = "<li>{{ m.username }} {% for g in m.groups.all %}{{ g.name }}{% endfor %}</li>"
members = [path("", list_members), path("<int:number>/", show_member)]
django = django_app([path("members/", include(members))], templates={"members.html": LIST, "member.html": MEMBER})

# %% [markdown]
# ## An N+1 query

# %%
seen = xray(django, "GET", "/members/", times=False)
assert [group.times for group in seen.repeated] == [3]
assert seen.repeated[0].is_n_plus_1
seen

# %%
engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
with engine.begin() as database:
    database.execute(text("CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT, year INTEGER)"))
    for title, year in (("Emma", 1815), ("Dracula", 1897), ("Dune", 1965)):
        database.execute(text("INSERT INTO book (title, year) VALUES (:title, :year)"), {"title": title, "year": year})


def find_books(database):
    numbers = database.execute(text("SELECT id FROM book")).scalars().all()
    one = text("SELECT title, year FROM book WHERE id = :id")
    return [dict(database.execute(one, {"id": number}).one()._mapping) for number in numbers]


flask = Flask("library")


@flask.before_request
def know_the_reader():
    pass


@flask.get("/books")
def list_books():
    with engine.connect() as database:
        return render_template_string("{% for b in books %}{{ b.title }} {% endfor %}", books=find_books(database))


@flask.get("/books/<int:number>")
def show_book(number):
    return {"average": 1 / (number - 3)}


@flask.get("/shelves/")
def list_shelves():
    return "A to Z"


@flask.get("/shelves/<name>")
def show_shelf(name):
    try:
        with engine.connect() as database:
            return database.execute(text("SELECT * FROM shelf")).all()
    except SQLAlchemyError:
        return f"There is no shelf {name}.", 404


@flask.get("/old")
def old():
    return redirect("/books")


seen = xray(flask, "GET", "/books", times=False)
assert len(seen.queries) == 4
seen

# %%
fastapi = FastAPI()


class Book(BaseModel):
    title: str
    year: int


def get_database():
    with engine.connect() as database:
        yield database


@fastapi.middleware("http")
async def only_readers(request, call_next):
    if request.url.path.startswith("/vault"):
        return Response(status_code=401)
    return await call_next(request)


@fastapi.get("/books", response_model=list[Book])
def list_books_(database=Depends(get_database)):
    return find_books(database)


@fastapi.get("/books/{number}")
async def show_book_(number: int):
    if number > 3:
        raise HTTPException(404)
    return 1 / (number - 3)


@fastapi.post("/books", status_code=201)
async def add_book(book: Book, tasks: BackgroundTasks) -> Book:
    tasks.add_task(print, "a letter is written")
    return book


seen = xray(fastapi, "GET", "/books", times=False)
assert [step.name for step in seen.steps if step.kind in ("dependency", "view", "teardown")] == [
    "get_database",
    "list_books_",
    "get_database",
]
seen

# %% [markdown]
# ## Nothing fits

# %%
seen = xray(django, "GET", "/members/ada/", times=False)
assert seen.routing.view is None
assert "'ada' is nothing for <int:number>" in seen.text()
seen

# %%
xray(flask, "GET", "/members", times=False)

# %%
xray(fastapi, "DELETE", "/books", times=False)

# %% [markdown]
# ## Redirects

# %%
xray(django, "GET", "/members", times=False)

# %%
xray(flask, "GET", "/shelves", times=False)

# %%
xray(flask, "GET", "/old", times=False)

# %% [markdown]
# ## Input that is refused

# %%
seen = xray(fastapi, "POST", "/books", json={"year": "soon"}, times=False)
assert seen.status == 422
seen

# %%
from rest_framework import generics, serializers


class Member(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ("username",)


class Members(generics.ListCreateAPIView):
    queryset = User.objects.order_by("id")
    serializer_class = Member


api = django_app([path("members/", Members.as_view())])
seen = xray(api, "POST", "/members/", json={}, times=False)
assert next(step.problem for step in seen.steps if step.kind == "validation") == "username: This field is required."
seen

# %% [markdown]
# ## A statement that fails

# %%
seen = xray(flask, "GET", "/shelves/A", times=False)
assert (seen.status, seen.response.text) == (404, "There is no shelf A.")
assert [query.outcome for query in seen.queries] == ["raised"]
seen

# %% [markdown]
# ## An exception

# %%
xray(django, "GET", "/members/0/", times=False)

# %%
xray(flask, "GET", "/books/3", times=False)

# %%
seen = xray(fastapi, "GET", "/books/3", times=False)
assert "ZeroDivisionError" in str(seen.response.extensions["failure"])
seen

# %% [markdown]
# ## Middleware that answers itself, and work after the answer

# %%
xray(fastapi, "GET", "/vault", times=False)

# %%
xray(fastapi, "POST", "/books", json={"title": "Persuasion", "year": 1817}, times=False)

# %% [markdown]
# ## With times
#
# These are others each time.

# %% tags=["varies"]
seen = xray(flask, "GET", "/books")
assert 0 < seen.tree.seconds < 10
seen

# %% [markdown]
# ## Afterwards everything is as before

# %%
connect = sqlite3.connect
views = dict(flask.view_functions)
seen = []
threads = [
    threading.Thread(target=lambda: seen.append(xray(flask, "GET", "/books", times=False).text())) for _ in range(3)
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(set(seen)) == 1
assert sqlite3.connect is connect
assert flask.view_functions == views
client(flask).get("/books").text
