# ---
# title: Answers side by side
# minutes: 5
# ---

# %% [markdown]
# # Answers side by side
#
# `compare` sends the same request to several applications, and shows what they answer, what differs, and their code.

# %%
import json

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect as django_redirect
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse
from flask import Flask, jsonify, redirect, request
from IPython.display import display
from pydantic import BaseModel

from course import compare, django_app

BOOKS = [{"id": 1, "title": "Middlemarch"}, {"id": 2, "title": "Dracula"}]

# %% [markdown]
# The library's three sites:

# %%
flask = Flask("library")


@flask.get("/books")
def list_books():
    return jsonify(BOOKS)


@flask.post("/loans")
def lend():
    if not isinstance(request.get_json().get("days"), int):
        return {"errors": {"days": ["must be a whole number"]}}, 400
    return request.get_json(), 201


@flask.get("/old")
def old():
    return redirect("/books")


@flask.get("/hours")
def hours():
    return "<h1>Hours</h1><ul><li>Monday: 9 to 6</li><li>Sunday: closed</li></ul>"


@flask.get("/fees")
def fees():
    return {"fee": 10 / 0}


# %%
fastapi = FastAPI()


class Loan(BaseModel):
    book: int
    days: int


@fastapi.get("/books")
def list_books():
    return BOOKS


@fastapi.post("/loans", status_code=201)
def lend(loan: Loan):
    return loan


@fastapi.get("/old")
def old():
    return RedirectResponse("/books")


@fastapi.get("/hours", response_class=HTMLResponse)
def hours():
    return "<h1>Hours</h1>\n<ul>\n<li>Monday: 9 to 6</li>\n<li>Sunday: 10 to 12</li>\n</ul>"


@fastapi.get("/fees")
def fees():
    return {"fee": 10 / 0}


# %%
def list_books(request):
    return JsonResponse(BOOKS, safe=False)


@csrf_exempt
def lend(request):
    loan = json.loads(request.body)
    if not isinstance(loan.get("days"), int):
        return JsonResponse({"errors": {"days": ["must be a whole number"]}}, status=400)
    return JsonResponse(loan, status=201)


def old(request):
    return django_redirect("/books")


def hours(request):
    return HttpResponse("<h1>Hours</h1>\n<ul>\n<li>Monday: 9 to 6</li>\n<li>Sunday: closed</li>\n</ul>")


def fees(request):
    return JsonResponse({"fee": 10 / 0})


django = django_app(
    [path(view.__name__ if view is not list_books else "books", view) for view in (list_books, old, hours, fees)]
    + [path("loans", lend)]
)
sites = {"flask": flask, "django": django, "fastapi": fastapi}

# %% [markdown]
# ## The same answer

# %%
shown = compare("/books", **sites)
assert shown.same_status
assert shown.same_body
assert shown.summary.startswith("All three answer 200 OK; the bodies say the same; Django adds ")
assert all(response.json() == BOOKS for response in shown.responses.values())
assert "Flask: /books -> list_books, 3 lines\n@flask.get" in repr(shown)
assert "FastAPI: /books -> list_books, 3 lines\n@fastapi.get" in repr(shown)
assert "Django: books -> list_books, 2 lines\ndef list_books(request)" in repr(shown)
display(shown)

# %% [markdown]
# ## A miss, a redirect, values that do not pass the checks, an exception

# %%
shown = compare("/nowhere", **sites)
assert shown.same_status
assert not shown.same_body
assert "body: Flask and Django HTML, FastAPI JSON" in shown.differences
display(shown)

# %%
shown = compare("/old", **sites)
assert shown.differences[0] == "status: Flask and Django 302, FastAPI 307"
assert compare("/old", **sites, follow_redirects=True).same_body
display(shown)

# %%
shown = compare("/loans", method="POST", json={"book": 1, "days": "many"}, **sites)
assert shown.differences[0] == "status: Flask and Django 400, FastAPI 422"
assert any(line.startswith("body.errors: ") for line in shown.differences)
assert compare("/loans", method="POST", json={"book": 1, "days": 14}, **sites).same_body
display(shown)

# %%
shown = compare("/fees", flask=flask, fastapi=fastapi)
assert shown.summary.startswith("Flask and FastAPI raised ZeroDivisionError: division by zero; both answer 500")
display(shown)

# %% [markdown]
# ## Pages, by their tags; any names will do

# %%
shown = compare("/hours", today=flask, proposed=fastapi)
assert shown.differences == ["body: 2 lines of today and proposed differ"]
assert compare("/hours", flask=flask, django=django).same_body
display(shown)

# %% [markdown]
# ## Mistakes

# %%
for given in ({"flask": flask}, {"flask": flask, "django": None}, {**sites, "param": {"page": 2}}):
    try:
        compare("/books", **given)
    except TypeError as error:
        print(error)

# %%
try:
    compare("/books", flask, fastapi)
except TypeError as error:
    print(error)
