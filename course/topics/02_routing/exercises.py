# ---
# title: 'Exercises: routing'
# minutes: 195
# ---

# %% [markdown]
# # Exercises: routing
#
# You have seen how Riverside Library builds its site. Now you build it. The first exercise only wants to be run. The next two have gaps to fill. From
# the fourth on most cells are blank. Three ask you to mend a program that somebody left behind.
#
# Allow a little over three hours for everything, in several sittings:
#
# | after lesson | exercises | minutes |
# |---|---|---|
# | [1, How a request finds its handler](1_matching.ipynb) | 1, 2 | 15 |
# | [2, Values in the path](2_parameters.ipynb) | 3 to 8 | 80 |
# | [3, Names instead of paths](3_reversing.ipynb) | 9 | 30 |
# | [4, Many routes, many files](4_growing.ipynb) | 10, 11 | 45 |
# | [5, One table, three frameworks](5_translating.ipynb) | 12 | 25 |
#
# **How to work**
#
# 1. Write where you see `# YOUR CODE HERE`, and delete the line `raise NotImplementedError()` below it.
# 2. Run your cell, then the test cells under it. A test that says nothing has passed. One that fails says what was asked, what came back and what was
#    expected.
# 3. Stuck? The cell `hint("…")` helps in three steps. Think after each one.
# 4. After each change run your cell again. It makes a new app, and the tests ask the new one.
# 5. The exercises do not need each other. To go on another day, run the next cell and the exercise that you want. (*Run All* would stop at the first
#    cell that is not done.)
#
# When your work is graded, some tests also try values that you do not see here. They ask for nothing that the text does not say.
#
# Run this cell first. It holds all the imports that you need.

# %%
from typing import Annotated

from asgiref.wsgi import WsgiToAsgi
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect as django_redirect
from django.urls import include, path, re_path, register_converter, reverse
from django.urls.converters import REGISTERED_CONVERTERS
from django.views import View
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Path, Query, Request
from fastapi.responses import RedirectResponse
from flask import Blueprint, Flask, abort, g, redirect, request, url_for
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.routing import BaseConverter

from course import client, django_app, grade, hint

# %% [markdown] objectives=["flask-route-decorator"]
# ## 1. A worked example: the branches
#
# There is nothing to write here. Read the job, the answer and the tests, and run them.
#
# **The job.** Write a Flask app named `branches_site`:
#
# | request | answer |
# |---|---|
# | `GET /branches` | 200, `North, South, East, West` |
# | `POST /branches` | 201, `branch opened` |
# | any other method at `/branches` | 405 |
#
# **The answer.** The app and its routes stand in one cell, so that the cell can be run again.

# %% objectives=["flask-route-decorator", "flask-route-methods"]
branches_site = Flask("branches")


@branches_site.get("/branches")
def list_branches():
    return "North, South, East, West"


@branches_site.post("/branches")
def open_branch():
    return "branch opened", 201


# %% [markdown] objectives=["flask-route-methods"]
# **A test.** It sends a request through `client`, which plays the browser, and compares. It passes, so it says nothing.

# %% objectives=["flask-route-methods"]
response = client(branches_site).post("/branches")
assert response.status_code == 201, f"POST /branches answered {response.status_code}; expected 201."
assert response.text == "branch opened", f"POST /branches answered {response.text!r}; expected 'branch opened'."

# %% [markdown] objectives=["flask-route-methods"]
# **A test that fails.** Here it asks an app whose author forgot the second route. Read the message from left to right: the request, the answer, what
# was expected.

# %% objectives=["flask-route-methods"]
half_a_site = Flask("half-a-site")


@half_a_site.get("/branches")
def half_a_list():
    return "North, South, East, West"


try:
    response = client(half_a_site).post("/branches")
    assert response.status_code == 201, f"POST /branches answered {response.status_code}; expected 201."
except AssertionError as error:
    print("AssertionError:", error)

# %% [markdown]
# 405 and not 404: the path is known, the method is not. That already tells you where to look. Now it is your turn.

# %% [markdown] objectives=["flask-route-decorator", "flask-route-methods"]
# ## 2. Fill the gaps: what's on (Flask)
#
# The library tells its readers what is on, and lets them book a place. The functions are there. What is missing is how requests find them.
#
# Fill the four gaps in the Flask app `events_site`:
#
# | request | answer |
# |---|---|
# | `GET /events` and `GET /whats-on` | 200, `Story hour, Chess club`, both from the function `events` |
# | `POST /bookings` | 201, `booked` |
# | `GET /guests` | 200, `Ada, Ben` |
# | `PUT /guests` | 200, `list replaced` |
# | any other method at `/bookings` or `/guests` | 405 |
#
# The function `guests` answers both of its methods. No address ends in a slash. (Flask adds `HEAD` and `OPTIONS` by itself; leave them as they are.)

# %% tags=["answer:routing-whats-on"] objectives=["flask-route-decorator", "flask-route-methods"]
events_site = Flask("events")


@events_site.get("/")
def welcome():
    return "Welcome to the Riverside Library"


### BEGIN SOLUTION
@events_site.get("/events")
@events_site.get("/whats-on")
### END SOLUTION
def events():
    return "Story hour, Chess club"


### BEGIN SOLUTION
@events_site.post("/bookings")
### END SOLUTION
def book_place():
    return "booked", 201


### BEGIN SOLUTION
@events_site.route("/guests", methods=["GET", "PUT"])
### END SOLUTION
def guests():
    ### BEGIN SOLUTION
    if request.method == "PUT":
        return "list replaced"
    return "Ada, Ben"
    ### END SOLUTION


# %%
hint("routing-whats-on")

# %% tags=["test:routing-whats-on:addresses:1"] objectives=["flask-route-decorator"]
for address in ["/events", "/whats-on"]:
    response = client(events_site).get(address)
    assert response.status_code == 200, (
        f"GET {address} answered {response.status_code}; expected 200. Which decorator above `events` says {address!r}?"
    )
    assert response.text == "Story hour, Chess club", (
        f"GET {address} answered {response.text!r}; expected 'Story hour, Chess club'."
    )

# %% tags=["test:routing-whats-on:bookings:1"] objectives=["flask-route-methods"]
response = client(events_site).post("/bookings")
assert response.status_code == 201, f"POST /bookings answered {response.status_code}; expected 201."
assert response.text == "booked", f"POST /bookings answered {response.text!r}; expected 'booked'."

for method in ["GET", "DELETE"]:
    response = client(events_site).request(method, "/bookings")
    assert response.status_code == 405, (
        f"{method} /bookings answered {response.status_code}; expected 405, because this address takes POST alone."
    )

# %% tags=["test:routing-whats-on:guests:2"] objectives=["flask-route-methods"]
for method, expected in [("GET", "Ada, Ben"), ("PUT", "list replaced")]:
    response = client(events_site).request(method, "/guests")
    assert response.status_code == 200, f"{method} /guests answered {response.status_code}; expected 200."
    assert response.text == expected, f"{method} /guests answered {response.text!r}; expected {expected!r}."
### BEGIN HIDDEN TESTS
for method in ["POST", "DELETE", "PATCH"]:
    response = client(events_site).request(method, "/guests")
    assert response.status_code == 405, (
        f"{method} /guests answered {response.status_code}; expected 405, because only GET and PUT were asked for."
    )
### END HIDDEN TESTS

# %% [markdown] tags=["hint:routing-whats-on"]
# Look at the function `welcome`. What stands above it makes it reachable. Each of the three functions below it needs something of that kind, and one
# of them needs it twice.

# %% [markdown] tags=["hint:routing-whats-on"]
# - Two addresses for one function: two decorators, one above the other.
# - `get`, `post`, `put` are decorators for one method.
# - For several methods there is `route`, with a list named `methods`.

# %% [markdown] tags=["hint:routing-whats-on"]
# The last decorator is `@events_site.route(…, methods=[…, …])`. Inside `guests` look at `request.method`: it is the string `"GET"` or `"PUT"`. Return
# a different text for each.

# %% tags=["wrong:routing-whats-on:no-methods"]
# shows: POST /bookings answered 405; expected 201.
events_site = Flask("events")


@events_site.get("/")
def welcome():
    return "Welcome to the Riverside Library"


@events_site.route("/events")
@events_site.route("/whats-on")
def events():
    return "Story hour, Chess club"


@events_site.route("/bookings")
def book_place():
    return "booked", 201


@events_site.route("/guests")
def guests():
    if request.method == "PUT":
        return "list replaced"
    return "Ada, Ben"


# %% tags=["wrong:routing-whats-on:trailing-slash"]
# shows: GET /events answered 308; expected 200.
events_site = Flask("events")


@events_site.get("/")
def welcome():
    return "Welcome to the Riverside Library"


@events_site.get("/events/")
@events_site.get("/whats-on/")
def events():
    return "Story hour, Chess club"


@events_site.post("/bookings")
def book_place():
    return "booked", 201


@events_site.route("/guests", methods=["GET", "PUT"])
def guests():
    if request.method == "PUT":
        return "list replaced"
    return "Ada, Ben"


# %% tags=["wrong:routing-whats-on:all-methods"]
# shows: POST /guests answered 200; expected 405, because only GET and PUT were asked for.
events_site = Flask("events")


@events_site.get("/")
def welcome():
    return "Welcome to the Riverside Library"


@events_site.get("/events")
@events_site.get("/whats-on")
def events():
    return "Story hour, Chess club"


@events_site.post("/bookings")
def book_place():
    return "booked", 201


@events_site.route("/guests", methods=["GET", "POST", "PUT", "DELETE"])
def guests():
    if request.method == "PUT":
        return "list replaced"
    return "Ada, Ben"


# %% [markdown] objectives=["django-urlconf", "django-path-converters"]
# ## 3. Fill the gaps: the reading room (Django)
#
# The reading room has 40 seats. Readers look whether a seat is free, and book it.
#
# Two views are there, `room` and `neighbour`. Write the class-based view `Seat`, and the list `reading_room_urls` with three routes. The last line
# makes the site `reading_room` of it.
#
# | request | answer | view |
# |---|---|---|
# | `GET /` | 200, `The reading room has 40 seats` | `room` |
# | `GET /seats/4/` | 200, `seat 4 is free` | `Seat` |
# | `POST /seats/4/` | 201, `seat 4 is booked` | `Seat` |
# | `DELETE /seats/4/` | 405 | `Seat` |
# | `GET /seats/4/neighbour/` | 200, `next to seat 4 is seat 5` | `neighbour` |
# | `GET /seats/window/` | 404 | none |
#
# `4` stands for any number, and `/seats/007/` is seat 7. The views get it under the name `number`. All addresses end in a slash.
# `HttpResponse("…", status=201)` sets the status. `MIDDLEWARE=[]` lets a `POST` in that does not come from a form of this site.

# %% tags=["answer:routing-reading-room"] objectives=["django-urlconf", "django-path-converters"]
def room(request):
    return HttpResponse("The reading room has 40 seats")


def neighbour(request, number):
    return HttpResponse(f"next to seat {number} is seat {number + 1}")


class Seat(View):
    ### BEGIN SOLUTION
    def get(self, request, number):
        return HttpResponse(f"seat {number} is free")

    def post(self, request, number):
        return HttpResponse(f"seat {number} is booked", status=201)
    ### END SOLUTION


### BEGIN SOLUTION
reading_room_urls = [
    path("", room),
    path("seats/<int:number>/", Seat.as_view()),
    path("seats/<int:number>/neighbour/", neighbour),
]
### END SOLUTION

reading_room = django_app(reading_room_urls, MIDDLEWARE=[])

# %%
hint("routing-reading-room")

# %% tags=["test:routing-reading-room:pages:1"] objectives=["django-urlconf"]
for address, expected in [("/", "The reading room has 40 seats"), ("/seats/4/neighbour/", "next to seat 4 is seat 5")]:
    response = client(reading_room).get(address)
    assert response.status_code == 200, (
        f"GET {address} answered {response.status_code}; expected 200. 404 means that no route fits, 500 that a view raised an error."
    )
    assert response.text == expected, f"GET {address} answered {response.text!r}; expected {expected!r}."

# %% tags=["test:routing-reading-room:methods:2"] objectives=["django-urlconf"]
for method, status, expected in [("GET", 200, "seat 4 is free"), ("POST", 201, "seat 4 is booked")]:
    response = client(reading_room).request(method, "/seats/4/")
    assert response.status_code == status, f"{method} /seats/4/ answered {response.status_code}; expected {status}."
    assert response.text == expected, f"{method} /seats/4/ answered {response.text!r}; expected {expected!r}."

response = client(reading_room).delete("/seats/4/")
assert response.status_code == 405, f"DELETE /seats/4/ answered {response.status_code}; expected 405."
### BEGIN HIDDEN TESTS
for method, status, expected in [("GET", 200, "seat 31 is free"), ("POST", 201, "seat 31 is booked")]:
    response = client(reading_room).request(method, "/seats/31/")
    assert response.status_code == status, f"{method} /seats/31/ answered {response.status_code}; expected {status}."
    assert response.text == expected, f"{method} /seats/31/ answered {response.text!r}; expected {expected!r}."
### END HIDDEN TESTS

# %% tags=["test:routing-reading-room:numbers:1"] objectives=["django-path-converters"]
response = client(reading_room).get("/seats/007/")
assert response.status_code == 200, f"GET /seats/007/ answered {response.status_code}; expected 200."
assert response.text == "seat 7 is free", (
    f"GET /seats/007/ answered {response.text!r}; expected 'seat 7 is free'. Does the view get a number or a string?"
)

response = client(reading_room).get("/seats/window/")
assert response.status_code == 404, (
    f"GET /seats/window/ answered {response.status_code}; expected 404, because `window` is no number."
)


# %% [markdown] tags=["hint:routing-reading-room"]
# Begin with the list. For each line of the table ask: what is the path, without the first slash, and which view answers? `GET` and `POST` of a seat
# are one route, because Django's router does not look at the method.

# %% [markdown] tags=["hint:routing-reading-room"]
# - A captured value is written `<converter:name>`. The converter for digits gives the view an `int`.
# - A class-based view has a function for each method, named like it in small letters: `def get(self, request, …)`.
# - A route takes a function. What makes a function of the class?

# %% [markdown] tags=["hint:routing-reading-room"]
# The route of a seat is `path("seats/<…:number>/", Seat.as_view())`, and the neighbour's goes on after it. In the class both functions have the
# arguments `self`, `request` and `number`. A method that you do not write gets its 405 from `View`.

# %% tags=["wrong:routing-reading-room:no-converter"]
# shows: GET /seats/4/neighbour/ answered 500; expected 200.
def room(request):
    return HttpResponse("The reading room has 40 seats")


def neighbour(request, number):
    return HttpResponse(f"next to seat {number} is seat {number + 1}")


class Seat(View):
    def get(self, request, number):
        return HttpResponse(f"seat {number} is free")

    def post(self, request, number):
        return HttpResponse(f"seat {number} is booked", status=201)


reading_room_urls = [
    path("", room),
    path("seats/<number>/", Seat.as_view()),
    path("seats/<number>/neighbour/", neighbour),
]

reading_room = django_app(reading_room_urls, MIDDLEWARE=[])


# %% tags=["wrong:routing-reading-room:leading-slash"]
# shows: GET /seats/4/neighbour/ answered 404; expected 200.
def room(request):
    return HttpResponse("The reading room has 40 seats")


def neighbour(request, number):
    return HttpResponse(f"next to seat {number} is seat {number + 1}")


class Seat(View):
    def get(self, request, number):
        return HttpResponse(f"seat {number} is free")

    def post(self, request, number):
        return HttpResponse(f"seat {number} is booked", status=201)


reading_room_urls = [
    path("", room),
    path("/seats/<int:number>/", Seat.as_view()),
    path("/seats/<int:number>/neighbour/", neighbour),
]

reading_room = django_app(reading_room_urls, MIDDLEWARE=[])


# %% tags=["wrong:routing-reading-room:no-as-view"]
# shows: GET /seats/4/ answered 500; expected 200.
def room(request):
    return HttpResponse("The reading room has 40 seats")


def neighbour(request, number):
    return HttpResponse(f"next to seat {number} is seat {number + 1}")


class Seat(View):
    def get(self, request, number):
        return HttpResponse(f"seat {number} is free")

    def post(self, request, number):
        return HttpResponse(f"seat {number} is booked", status=201)


reading_room_urls = [
    path("", room),
    path("seats/<int:number>/", Seat),
    path("seats/<int:number>/neighbour/", neighbour),
]

reading_room = django_app(reading_room_urls, MIDDLEWARE=[])


# %% tags=["wrong:routing-reading-room:fixed-number"]
# shows: GET /seats/31/ answered 404; expected 200.
def room(request):
    return HttpResponse("The reading room has 40 seats")


def neighbour(request, number):
    return HttpResponse(f"next to seat {number} is seat {number + 1}")


class Seat(View):
    def get(self, request, number=4):
        return HttpResponse(f"seat {number} is free")

    def post(self, request, number=4):
        return HttpResponse(f"seat {number} is booked", status=201)


reading_room_urls = [
    path("", room),
    path("seats/4/", Seat.as_view()),
    path("seats/<int:number>/neighbour/", neighbour),
]

reading_room = django_app(reading_room_urls, MIDDLEWARE=[])

# %% [markdown] objectives=["fastapi-path-operations", "fastapi-path-query-params"]
# ## 4. From a blank cell: the catalogue (FastAPI)
#
# The library's app for phones asks the catalogue, and wants JSON. Write the FastAPI app `catalogue_api`. It needs no list of books: it answers with
# what it was asked.
#
# | request | answer |
# |---|---|
# | `GET /books` | 200, `{"page": 1, "author": null}` |
# | `GET /books?page=3&author=Austen` | 200, `{"page": 3, "author": "Austen"}`; each of the two may be left out |
# | `POST /books?title=Emma` | 201, `{"added": "Emma"}`; the title is required |
# | `GET /books/7` | 200, `{"book": 7}` |
# | `DELETE /books/7` | 200, `{"removed": 7}` |
#
# Whatever does not fit is a 422: a book number or a page that is no whole number, a page below 1, a `POST` without a title. (`Query` limits a query
# parameter as `Path` limits a value in the path.)

# %% tags=["answer:routing-catalogue"] objectives=["fastapi-path-operations", "fastapi-path-query-params"]
### BEGIN SOLUTION
catalogue_api = FastAPI()


@catalogue_api.get("/books")
def list_books(page: Annotated[int, Query(ge=1)] = 1, author: str | None = None):
    return {"page": page, "author": author}


@catalogue_api.post("/books", status_code=201)
def add_book(title: str):
    return {"added": title}


@catalogue_api.get("/books/{book_id}")
def read_book(book_id: int):
    return {"book": book_id}


@catalogue_api.delete("/books/{book_id}")
def remove_book(book_id: int):
    return {"removed": book_id}
### END SOLUTION


# %%
hint("routing-catalogue")

# %% tags=["test:routing-catalogue:operations:2"] objectives=["fastapi-path-operations"]
for method, address, status, expected in [
    ("POST", "/books?title=Emma", 201, {"added": "Emma"}),
    ("GET", "/books/7", 200, {"book": 7}),
    ("DELETE", "/books/7", 200, {"removed": 7}),
]:
    response = client(catalogue_api).request(method, address)
    assert response.status_code == status, (
        f"{method} {address} answered {response.status_code}; expected {status}. The body was {response.text}"
    )
    assert response.json() == expected, f"{method} {address} answered {response.json()}; expected {expected}."
### BEGIN HIDDEN TESTS
for method, address, status, expected in [
    ("POST", "/books?title=Dune", 201, {"added": "Dune"}),
    ("GET", "/books/1815", 200, {"book": 1815}),
    ("DELETE", "/books/42", 200, {"removed": 42}),
]:
    response = client(catalogue_api).request(method, address)
    assert response.status_code == status, f"{method} {address} answered {response.status_code}; expected {status}."
    assert response.json() == expected, f"{method} {address} answered {response.json()}; expected {expected}."
### END HIDDEN TESTS

# %% tags=["test:routing-catalogue:query:2"] objectives=["fastapi-path-query-params"]
for address, expected in [
    ("/books", {"page": 1, "author": None}),
    ("/books?page=3", {"page": 3, "author": None}),
    ("/books?page=3&author=Austen", {"page": 3, "author": "Austen"}),
]:
    response = client(catalogue_api).get(address)
    assert response.status_code == 200, (
        f"GET {address} answered {response.status_code}; expected 200. The body was {response.text}"
    )
    assert response.json() == expected, f"GET {address} answered {response.json()}; expected {expected}."
### BEGIN HIDDEN TESTS
response = client(catalogue_api).get("/books?author=Herbert")
assert response.status_code == 200, f"GET /books?author=Herbert answered {response.status_code}; expected 200."
assert response.json() == {"page": 1, "author": "Herbert"}, (
    f"GET /books?author=Herbert answered {response.json()}; expected {{'page': 1, 'author': 'Herbert'}}."
)
### END HIDDEN TESTS

# %% tags=["test:routing-catalogue:refused:2"] objectives=["fastapi-path-query-params"]
for method, address, reason in [
    ("GET", "/books/emma", "a book number is a whole number"),
    ("DELETE", "/books/emma", "a book number is a whole number"),
    ("GET", "/books?page=two", "a page is a whole number"),
    ("GET", "/books?page=0", "pages begin at 1"),
    ("POST", "/books", "the title is required"),
]:
    response = client(catalogue_api).request(method, address)
    assert response.status_code == 422, (
        f"{method} {address} answered {response.status_code}; expected 422, because {reason}."
    )

# %% [markdown] tags=["hint:routing-catalogue"]
# Count the path operations: a path together with a method. The table has five lines, but two of them are one operation. Each operation is one
# function with one decorator.

# %% [markdown] tags=["hint:routing-catalogue"]
# - A name in braces in the path is an argument of the same name. Every other argument is a query parameter.
# - The type hint converts, and turns away what does not fit.
# - Without a default a query parameter is required. An optional text is `str | None = None`.
# - The status of success is an argument of the decorator.

# %% [markdown] tags=["hint:routing-catalogue"]
# The page with its limit is written `page: Annotated[int, Query(ge=…)] = …`. The decorator for new books is `@catalogue_api.post(…, status_code=…)`,
# and its function has one argument, `title`, of type `str`.

# %% tags=["wrong:routing-catalogue:no-types"]
# shows: GET /books/7 answered {'book': '7'}; expected {'book': 7}.
catalogue_api = FastAPI()


@catalogue_api.get("/books")
def list_books(page: Annotated[int, Query(ge=1)] = 1, author: str | None = None):
    return {"page": page, "author": author}


@catalogue_api.post("/books", status_code=201)
def add_book(title: str):
    return {"added": title}


@catalogue_api.get("/books/{book_id}")
def read_book(book_id):
    return {"book": book_id}


@catalogue_api.delete("/books/{book_id}")
def remove_book(book_id):
    return {"removed": book_id}


# %% tags=["wrong:routing-catalogue:no-defaults"]
# shows: GET /books answered 422; expected 200.
catalogue_api = FastAPI()


@catalogue_api.get("/books")
def list_books(page: Annotated[int, Query(ge=1)], author: str | None):
    return {"page": page, "author": author}


@catalogue_api.post("/books", status_code=201)
def add_book(title: str):
    return {"added": title}


@catalogue_api.get("/books/{book_id}")
def read_book(book_id: int):
    return {"book": book_id}


@catalogue_api.delete("/books/{book_id}")
def remove_book(book_id: int):
    return {"removed": book_id}


# %% tags=["wrong:routing-catalogue:other-name"]
# shows: GET /books/7 answered 422; expected 200.
catalogue_api = FastAPI()


@catalogue_api.get("/books")
def list_books(page: Annotated[int, Query(ge=1)] = 1, author: str | None = None):
    return {"page": page, "author": author}


@catalogue_api.post("/books", status_code=201)
def add_book(title: str):
    return {"added": title}


@catalogue_api.get("/books/{id}")
def read_book(book_id: int):
    return {"book": book_id}


@catalogue_api.delete("/books/{id}")
def remove_book(book_id: int):
    return {"removed": book_id}


# %% tags=["wrong:routing-catalogue:status-and-limits"]
# shows: GET /books?page=0 answered 200; expected 422, because pages begin at 1.
catalogue_api = FastAPI()


@catalogue_api.get("/books")
def list_books(page: int = 1, author: str = None):
    return {"page": page, "author": author}


@catalogue_api.post("/books")
def add_book(title: str):
    return {"added": title}


@catalogue_api.get("/books/{book_id}")
def read_book(book_id: int):
    return {"book": book_id}


@catalogue_api.delete("/books/{book_id}")
def remove_book(book_id: int):
    return {"removed": book_id}


# %% [markdown] objectives=["route-order-shadowing", "fastapi-path-operations"]
# ## 5. Mend: pages that nobody can reach
#
# ### FastAPI: the book sale
#
# The library sells old books. The page of today's offers exists, and so does the one of the cheapest, but readers see neither. Run the program.

# %% objectives=["route-order-shadowing"]
broken_sale = FastAPI()


@broken_sale.get("/sale/{number}")
def sale_item(number: int):
    return {"item": number}


@broken_sale.get("/sale/today")
def sale_today():
    return {"items": [3, 7]}


@broken_sale.get("/sale/{number}/{detail}")
def sale_detail(number: int, detail: str):
    return {"item": number, "detail": detail}


@broken_sale.get("/sale/today/cheapest")
def sale_cheapest():
    return {"item": 3}


for address in ["/sale/7", "/sale/today", "/sale/7/price", "/sale/today/cheapest"]:
    response = client(broken_sale).get(address)
    print(f"{address:<22}{response.status_code}  {response.text[:60]}")

# %% [markdown] objectives=["route-order-shadowing"]
# Copy the program into the next cell, call the app `sale_api`, and mend it:
#
# | request | answer |
# |---|---|
# | `GET /sale/today` | 200, `{"items": [3, 7]}` |
# | `GET /sale/today/cheapest` | 200, `{"item": 3}` |
# | `GET /sale/7` | 200, `{"item": 7}`, a number |
# | `GET /sale/7/price` | 200, `{"item": 7, "detail": "price"}` |
# | `GET /sale/seven` | 422, as before |
#
# The numbers and `price` stand for any others. No function needs to change.

# %% tags=["answer:routing-sale"] objectives=["route-order-shadowing", "fastapi-path-operations"]
### BEGIN SOLUTION
sale_api = FastAPI()


@sale_api.get("/sale/today")
def sale_today():
    return {"items": [3, 7]}


@sale_api.get("/sale/today/cheapest")
def sale_cheapest():
    return {"item": 3}


@sale_api.get("/sale/{number}")
def sale_item(number: int):
    return {"item": number}


@sale_api.get("/sale/{number}/{detail}")
def sale_detail(number: int, detail: str):
    return {"item": number, "detail": detail}
### END SOLUTION


# %%
hint("routing-sale")

# %% tags=["test:routing-sale:today:1"] objectives=["route-order-shadowing"]
response = client(sale_api).get("/sale/today")
assert response.status_code == 200, (
    f"GET /sale/today answered {response.status_code}; expected 200. Which route fits this path first? The body was {response.text}"
)
assert response.json() == {"items": [3, 7]}, (
    f"GET /sale/today answered {response.json()}; expected {{'items': [3, 7]}}, from the function `sale_today`."
)

# %% tags=["test:routing-sale:cheapest:1"] objectives=["route-order-shadowing"]
response = client(sale_api).get("/sale/today/cheapest")
assert response.status_code == 200, (
    f"GET /sale/today/cheapest answered {response.status_code}; expected 200. Which route with two parts behind /sale fits first? "
    f"The body was {response.text}"
)
assert response.json() == {"item": 3}, (
    f"GET /sale/today/cheapest answered {response.json()}; expected {{'item': 3}}, from the function `sale_cheapest`."
)

# %% tags=["test:routing-sale:numbers:1"] objectives=["route-order-shadowing", "fastapi-path-query-params"]
for address, expected in [("/sale/7", {"item": 7}), ("/sale/7/price", {"item": 7, "detail": "price"})]:
    response = client(sale_api).get(address)
    assert response.status_code == 200, f"GET {address} answered {response.status_code}; expected 200, as before."
    assert response.json() == expected, f"GET {address} answered {response.json()}; expected {expected}, as before."

response = client(sale_api).get("/sale/seven")
assert response.status_code == 422, (
    f"GET /sale/seven answered {response.status_code}; expected 422, as before. The routes and their types are fine, only their order is not."
)
### BEGIN HIDDEN TESTS
for address, expected in [("/sale/12", {"item": 12}), ("/sale/12/cover", {"item": 12, "detail": "cover"})]:
    response = client(sale_api).get(address)
    assert response.status_code == 200, f"GET {address} answered {response.status_code}; expected 200, as before."
    assert response.json() == expected, f"GET {address} answered {response.json()}; expected {expected}, as before."
### END HIDDEN TESTS

# %% [markdown] tags=["hint:routing-sale"]
# Look at the body of the 422: FastAPI wanted a number and got `today`. So which function was about to answer?

# %% [markdown] tags=["hint:routing-sale"]
# FastAPI goes from top to bottom and takes the first route whose path fits. `{number}` fits any text without a slash. The type is looked at later.
# Find *both* pairs of routes that overlap.

# %% [markdown] tags=["hint:routing-sale"]
# Move two decorators, each together with its function: a path of fixed text goes above the path with braces that would fit it too. Change nothing
# else but the name of the app.

# %% tags=["wrong:routing-sale:one-pair"]
# shows: GET /sale/today/cheapest answered 422; expected 200.
sale_api = FastAPI()


@sale_api.get("/sale/today")
def sale_today():
    return {"items": [3, 7]}


@sale_api.get("/sale/{number}")
def sale_item(number: int):
    return {"item": number}


@sale_api.get("/sale/{number}/{detail}")
def sale_detail(number: int, detail: str):
    return {"item": number, "detail": detail}


@sale_api.get("/sale/today/cheapest")
def sale_cheapest():
    return {"item": 3}


# %% tags=["wrong:routing-sale:types-removed"]
# shows: GET /sale/today answered {'item': 'today'}; expected {'items': [3, 7]}
sale_api = FastAPI()


@sale_api.get("/sale/{number}")
def sale_item(number: str):
    return {"item": number}


@sale_api.get("/sale/today")
def sale_today():
    return {"items": [3, 7]}


@sale_api.get("/sale/{number}/{detail}")
def sale_detail(number: str, detail: str):
    return {"item": number, "detail": detail}


@sale_api.get("/sale/today/cheapest")
def sale_cheapest():
    return {"item": 3}


# %% tags=["wrong:routing-sale:path-converter"]
# shows: GET /sale/seven answered 404; expected 422, as before.
sale_api = FastAPI()


@sale_api.get("/sale/{number:int}")
def sale_item(number: int):
    return {"item": number}


@sale_api.get("/sale/today")
def sale_today():
    return {"items": [3, 7]}


@sale_api.get("/sale/{number:int}/{detail}")
def sale_detail(number: int, detail: str):
    return {"item": number, "detail": detail}


@sale_api.get("/sale/today/cheapest")
def sale_cheapest():
    return {"item": 3}


# %% [markdown] objectives=["route-order-shadowing", "django-path-converters"]
# ### The same in Django: the shelves
#
# Somebody wanted a friendly page for readers who are lost, and wrote its route first. Now every reader is lost.

# %% objectives=["route-order-shadowing"]
def lost(request, address):
    return HttpResponse(f"lost at {address}", status=404)


def shelf_by_name(request, shelf):
    return HttpResponse(f"shelf {shelf}")


def shelf_by_number(request, number):
    return HttpResponse(f"shelf number {number}")


def new_books(request):
    return HttpResponse("the new books")


broken_shelves = django_app(
    [
        path("<path:address>/", lost),
        path("shelves/<slug:shelf>/", shelf_by_name),
        path("shelves/<int:number>/", shelf_by_number),
        path("shelves/new/", new_books),
    ]
)

for address in ["/shelves/poetry/", "/shelves/7/", "/shelves/new/", "/cellar/"]:
    response = client(broken_shelves).get(address)
    print(f"{address:<22}{response.status_code}  {response.text}")

# %% [markdown] objectives=["route-order-shadowing"]
# Write the Django site `shelves_site` with the same four routes and the same views, so that all pages can be reached:
#
# | request | answer |
# |---|---|
# | `GET /shelves/poetry/` | 200, `shelf poetry` |
# | `GET /shelves/7/` | 200, `shelf number 7` |
# | `GET /shelves/new/` | 200, `the new books` |
# | `GET /cellar/` and `GET /cellar/stairs/` | 404, `lost at cellar` and `lost at cellar/stairs` |
#
# `poetry`, `7` and `cellar` stand for any others of their kind. The views above stay as they are. (Flask would have found every page in the old order
# too, because it weighs its rules. Django and FastAPI do not.)

# %% tags=["answer:routing-shelves"] objectives=["route-order-shadowing", "django-urlconf", "django-path-converters"]
### BEGIN SOLUTION
shelves_site = django_app(
    [
        path("shelves/new/", new_books),
        path("shelves/<int:number>/", shelf_by_number),
        path("shelves/<slug:shelf>/", shelf_by_name),
        path("<path:address>/", lost),
    ]
)
### END SOLUTION

# %%
hint("routing-shelves")

# %% tags=["test:routing-shelves:new:1"] objectives=["route-order-shadowing"]
response = client(shelves_site).get("/shelves/new/")
assert response.status_code == 200, f"GET /shelves/new/ answered {response.status_code}; expected 200."
assert response.text == "the new books", (
    f"GET /shelves/new/ answered {response.text!r}; expected 'the new books'. Which other route fits `new`, and stands above?"
)

# %% tags=["test:routing-shelves:shelves:1"] objectives=["route-order-shadowing", "django-path-converters"]
for address, expected in [("/shelves/poetry/", "shelf poetry"), ("/shelves/7/", "shelf number 7")]:
    response = client(shelves_site).get(address)
    assert response.status_code == 200, f"GET {address} answered {response.status_code}; expected 200."
    assert response.text == expected, (
        f"GET {address} answered {response.text!r}; expected {expected!r}. Which other route fits too, and stands above?"
    )
### BEGIN HIDDEN TESTS
for address, expected in [("/shelves/sea-stories/", "shelf sea-stories"), ("/shelves/40/", "shelf number 40")]:
    response = client(shelves_site).get(address)
    assert response.status_code == 200, f"GET {address} answered {response.status_code}; expected 200."
    assert response.text == expected, f"GET {address} answered {response.text!r}; expected {expected!r}."
### END HIDDEN TESTS

# %% tags=["test:routing-shelves:lost:1"] objectives=["route-order-shadowing"]
for address, expected in [("/cellar/", "lost at cellar"), ("/cellar/stairs/", "lost at cellar/stairs")]:
    response = client(shelves_site).get(address)
    assert response.text == expected, (
        f"GET {address} answered {response.status_code} and {response.text[:80]!r}; expected 404 and {expected!r}."
    )
    assert response.status_code == 404, f"GET {address} answered {response.status_code}; expected 404."
### BEGIN HIDDEN TESTS
response = client(shelves_site).get("/shelves/a/b/c/")
assert response.text == "lost at shelves/a/b/c", (
    f"GET /shelves/a/b/c/ answered {response.text[:80]!r}; expected 'lost at shelves/a/b/c'."
)
### END HIDDEN TESTS

# %% [markdown] tags=["hint:routing-shelves"]
# Sort the routes by how much they let through. The one that lets nearly everything through must be asked last.

# %% [markdown] tags=["hint:routing-shelves"]
# `slug` lets letters, digits, `-` and `_` through. So it also fits `7` and `new`. `int` fits `7` alone, and fixed text fits only itself.

# %% [markdown] tags=["hint:routing-shelves"]
# From top to bottom: the fixed text, the number, the name, everything else. The list has four `path(…)` lines, taken over as they are.

# %% tags=["wrong:routing-shelves:only-the-end"]
# shows: GET /shelves/7/ answered 'shelf 7'; expected 'shelf number 7'.
shelves_site = django_app(
    [
        path("shelves/<slug:shelf>/", shelf_by_name),
        path("shelves/<int:number>/", shelf_by_number),
        path("shelves/new/", new_books),
        path("<path:address>/", lost),
    ]
)

# %% tags=["wrong:routing-shelves:new-below-slug"]
# shows: GET /shelves/new/ answered 'shelf new'; expected 'the new books'.
shelves_site = django_app(
    [
        path("shelves/<int:number>/", shelf_by_number),
        path("shelves/<slug:shelf>/", shelf_by_name),
        path("shelves/new/", new_books),
        path("<path:address>/", lost),
    ]
)

# %% tags=["wrong:routing-shelves:lost-removed"]
# shows: expected 404 and 'lost at cellar'.
shelves_site = django_app(
    [
        path("shelves/new/", new_books),
        path("shelves/<int:number>/", shelf_by_number),
        path("shelves/<slug:shelf>/", shelf_by_name),
    ]
)

# %% [markdown] objectives=["flask-dynamic-rules"]
# ## 6. From a blank cell: around the house (Flask)
#
# The library puts its house on the web: lockers, floors, fines, rooms and scans. Write the Flask app `house_site` with five rules. Let the converters
# do the work. No function needs an `if`.
#
# | request | answer 200 | and 404 for |
# |---|---|---|
# | `GET /lockers/12` | `locker 12, next 13` | `/lockers/twelve` |
# | `GET /floors/2` and `GET /floors/-1` | `floor 2, above it 3` and `floor -1, above it 0` | `/floors/top` |
# | `GET /fines/7.50` | `fine 7.50, late 15.00` (twice as much, two digits after the point) | `/fines/7` |
# | `GET /rooms/music` | `room music`; also `study` and `quiet`, and no other room | `/rooms/kitchen` |
# | `GET /scans/maps/1890/east.png` | `scan maps/1890/east.png`, with any number of slashes | `/scans` |
#
# The numbers and the path of the scan stand for any others.

# %% tags=["answer:routing-house"] objectives=["flask-dynamic-rules"]
### BEGIN SOLUTION
house_site = Flask("house")


@house_site.get("/lockers/<int:number>")
def locker(number):
    return f"locker {number}, next {number + 1}"


@house_site.get("/floors/<int(signed=True):number>")
def floor(number):
    return f"floor {number}, above it {number + 1}"


@house_site.get("/fines/<float:amount>")
def fine(amount):
    return f"fine {amount:.2f}, late {amount * 2:.2f}"


@house_site.get("/rooms/<any(music, study, quiet):name>")
def house_room(name):
    return f"room {name}"


@house_site.get("/scans/<path:name>")
def scan(name):
    return f"scan {name}"
### END SOLUTION


# %%
hint("routing-house")

# %% tags=["test:routing-house:numbers:2"] objectives=["flask-dynamic-rules"]
for address, expected in [
    ("/lockers/12", "locker 12, next 13"),
    ("/floors/2", "floor 2, above it 3"),
    ("/floors/-1", "floor -1, above it 0"),
    ("/fines/7.50", "fine 7.50, late 15.00"),
]:
    response = client(house_site).get(address)
    assert response.status_code == 200, (
        f"GET {address} answered {response.status_code}; expected 200. 404 means that no rule fits, 500 that the function raised an error."
    )
    assert response.text == expected, f"GET {address} answered {response.text!r}; expected {expected!r}."
### BEGIN HIDDEN TESTS
for address, expected in [
    ("/lockers/0", "locker 0, next 1"),
    ("/floors/-3", "floor -3, above it -2"),
    ("/fines/0.35", "fine 0.35, late 0.70"),
]:
    response = client(house_site).get(address)
    assert response.status_code == 200, f"GET {address} answered {response.status_code}; expected 200."
    assert response.text == expected, f"GET {address} answered {response.text!r}; expected {expected!r}."
### END HIDDEN TESTS

# %% tags=["test:routing-house:words:2"] objectives=["flask-dynamic-rules"]
for address, expected in [("/rooms/music", "room music"), ("/scans/maps/1890/east.png", "scan maps/1890/east.png")]:
    response = client(house_site).get(address)
    assert response.status_code == 200, f"GET {address} answered {response.status_code}; expected 200. Does the converter let it through?"
    assert response.text == expected, f"GET {address} answered {response.text!r}; expected {expected!r}."
### BEGIN HIDDEN TESTS
for address, expected in [("/rooms/quiet", "room quiet"), ("/rooms/study", "room study"), ("/scans/plan.pdf", "scan plan.pdf")]:
    response = client(house_site).get(address)
    assert response.status_code == 200, f"GET {address} answered {response.status_code}; expected 200."
    assert response.text == expected, f"GET {address} answered {response.text!r}; expected {expected!r}."
### END HIDDEN TESTS

# %% tags=["test:routing-house:refused:1"] objectives=["flask-dynamic-rules"]
response = client(house_site).get("/lockers/12")
assert response.status_code == 200, f"GET /lockers/12 answered {response.status_code}; expected 200."

for address in ["/lockers/twelve", "/floors/top", "/fines/7", "/rooms/kitchen", "/scans"]:
    response = client(house_site).get(address)
    assert response.status_code == 404, (
        f"GET {address} answered {response.status_code}; expected 404. A converter that refuses the value makes that of itself."
    )

# %% [markdown] tags=["hint:routing-house"]
# In Flask a rule may say what a value looks like: `<converter:name>`. What does each of the five values look like? Which of the first three is a
# whole number, which may have a sign, which has a point?

# %% [markdown] tags=["hint:routing-house"]
# The converters that you need are `int`, `float`, `any` and `path`. Two of them take further words in brackets: `int` can be told that signs are
# allowed, `any` is told what to choose from. (See "Flask" in lesson 2.)

# %% [markdown] tags=["hint:routing-house"]
# - The rule for floors has `<int(signed=…):…>`, the one for rooms `<any(…, …, …):…>`.
# - `path` is like the default converter, but goes on over slashes.
# - `f"{amount:.2f}"` writes two digits after the point.

# %% tags=["wrong:routing-house:unsigned"]
# shows: GET /floors/-1 answered 404; expected 200.
house_site = Flask("house")


@house_site.get("/lockers/<int:number>")
def locker(number):
    return f"locker {number}, next {number + 1}"


@house_site.get("/floors/<int:number>")
def floor(number):
    return f"floor {number}, above it {number + 1}"


@house_site.get("/fines/<float:amount>")
def fine(amount):
    return f"fine {amount:.2f}, late {amount * 2:.2f}"


@house_site.get("/rooms/<any(music, study, quiet):name>")
def house_room(name):
    return f"room {name}"


@house_site.get("/scans/<path:name>")
def scan(name):
    return f"scan {name}"


# %% tags=["wrong:routing-house:hints-as-converters"]
# shows: GET /lockers/12 answered 500; expected 200.
house_site = Flask("house")


@house_site.get("/lockers/<number>")
def locker(number: int):
    return f"locker {number}, next {number + 1}"


@house_site.get("/floors/<number>")
def floor(number: int):
    return f"floor {number}, above it {number + 1}"


@house_site.get("/fines/<amount>")
def fine(amount: float):
    return f"fine {amount:.2f}, late {amount * 2:.2f}"


@house_site.get("/rooms/<any(music, study, quiet):name>")
def house_room(name):
    return f"room {name}"


@house_site.get("/scans/<path:name>")
def scan(name):
    return f"scan {name}"


# %% tags=["wrong:routing-house:string-for-path"]
# shows: GET /scans/maps/1890/east.png answered 404; expected 200.
house_site = Flask("house")


@house_site.get("/lockers/<int:number>")
def locker(number):
    return f"locker {number}, next {number + 1}"


@house_site.get("/floors/<int(signed=True):number>")
def floor(number):
    return f"floor {number}, above it {number + 1}"


@house_site.get("/fines/<float:amount>")
def fine(amount):
    return f"fine {amount:.2f}, late {amount * 2:.2f}"


@house_site.get("/rooms/<any(music, study, quiet):name>")
def house_room(name):
    return f"room {name}"


@house_site.get("/scans/<string:name>")
def scan(name):
    return f"scan {name}"


# %% tags=["wrong:routing-house:any-room"]
# shows: GET /rooms/kitchen answered 200; expected 404.
house_site = Flask("house")


@house_site.get("/lockers/<int:number>")
def locker(number):
    return f"locker {number}, next {number + 1}"


@house_site.get("/floors/<int(signed=True):number>")
def floor(number):
    return f"floor {number}, above it {number + 1}"


@house_site.get("/fines/<float:amount>")
def fine(amount):
    return f"fine {amount:.2f}, late {amount * 2:.2f}"


@house_site.get("/rooms/<name>")
def house_room(name):
    return f"room {name}"


@house_site.get("/scans/<path:name>")
def scan(name):
    return f"scan {name}"


# %% [markdown] objectives=["regex-routing"]
# ## 7. Mend: the newspaper archive (Django)
#
# The archive has old newspapers by year and month. Its author used regular expressions for everything. The readers report five faults:

# %% objectives=["regex-routing"]
def year_page(request, year):
    if year == 1936:
        return HttpResponse("1936: lost in the flood")
    return HttpResponse(f"papers of {year}")


def month_page(request, year, month):
    return HttpResponse(f"papers of {year}, month {month}")


def issue_page(request, number):
    return HttpResponse(f"issue {number}")


broken_archive = django_app(
    [
        re_path(r"archive/(?P<year>[0-9]{4})", year_page),
        re_path(r"archive/(?P<year>[0-9]{4})/(?P<month>[0-9]{2})/", month_page),
        re_path(r"issues/(?P<number>.+)/", issue_page),
    ]
)

for address in ["/archive/1890/05/", "/archive/18900/", "/old/archive/1890/", "/archive/1936/", "/issues/first/"]:
    response = client(broken_archive).get(address)
    print(f"{address:<22}{response.status_code}  {response.text}")


# %% [markdown] objectives=["regex-routing"]
# Each of the five answers is wrong. Write the Django site `archive_site` that does it right:
#
# | request | answer 200 | and 404 for |
# |---|---|---|
# | `GET /archive/1890/` | `papers of 1890` | `/archive/18900/`, `/archive/890/`, `/old/archive/1890/` |
# | `GET /archive/1936/` | `1936: lost in the flood` | |
# | `GET /archive/1890/05/` | `papers of 1890, month 05` | `/archive/1890/13/`, `/archive/1890/00/`, `/archive/1890/5/`, `/archive/1890/05/01/` |
# | `GET /issues/7/` | `issue 7` | `/issues/first/`, `/issues/7/8/` |
#
# A year has exactly four digits, any four. A month has two, from `01` to `12`. The number of an issue is any number of digits. Use a regular
# expression where no converter is enough, and a converter where one is.
#
# You may use `month_page` and `issue_page` as they are. One view must change; write it anew in your cell.

# %% tags=["answer:routing-archive"] objectives=["regex-routing", "django-path-converters"]
### BEGIN SOLUTION
def year_page(request, year):
    if year == "1936":
        return HttpResponse("1936: lost in the flood")
    return HttpResponse(f"papers of {year}")


archive_site = django_app(
    [
        re_path(r"^archive/(?P<year>[0-9]{4})/$", year_page),
        re_path(r"^archive/(?P<year>[0-9]{4})/(?P<month>0[1-9]|1[0-2])/$", month_page),
        path("issues/<int:number>/", issue_page),
    ]
)
### END SOLUTION

# %%
hint("routing-archive")

# %% tags=["test:routing-archive:years:2"] objectives=["regex-routing"]
for address, expected in [("/archive/1890/", "papers of 1890"), ("/archive/1936/", "1936: lost in the flood")]:
    response = client(archive_site).get(address)
    assert response.status_code == 200, f"GET {address} answered {response.status_code}; expected 200."
    assert response.text == expected, (
        f"GET {address} answered {response.text!r}; expected {expected!r}. A regular expression hands over a string."
    )

for address in ["/archive/18900/", "/archive/890/", "/old/archive/1890/"]:
    response = client(archive_site).get(address)
    assert response.status_code == 404, (
        f"GET {address} answered {response.status_code}; expected 404. "
        "Does the expression say where the path begins and where it ends?"
    )
### BEGIN HIDDEN TESTS
response = client(archive_site).get("/archive/2026/")
assert response.status_code == 200, f"GET /archive/2026/ answered {response.status_code}; expected 200."
assert response.text == "papers of 2026", f"GET /archive/2026/ answered {response.text!r}; expected 'papers of 2026'."
response = client(archive_site).get("/archive/1890/notes/")
assert response.status_code == 404, f"GET /archive/1890/notes/ answered {response.status_code}; expected 404."
### END HIDDEN TESTS

# %% tags=["test:routing-archive:months:2"] objectives=["regex-routing"]
for address, expected in [("/archive/1890/05/", "papers of 1890, month 05"), ("/archive/1890/12/", "papers of 1890, month 12")]:
    response = client(archive_site).get(address)
    assert response.status_code == 200, f"GET {address} answered {response.status_code}; expected 200."
    assert response.text == expected, f"GET {address} answered {response.text!r}; expected {expected!r}."

for address in ["/archive/1890/13/", "/archive/1890/00/", "/archive/1890/5/", "/archive/1890/05/01/"]:
    response = client(archive_site).get(address)
    assert response.status_code == 404, (
        f"GET {address} answered {response.status_code}; expected 404. A month is two digits, from 01 to 12, and nothing follows it."
    )
### BEGIN HIDDEN TESTS
response = client(archive_site).get("/archive/1901/10/")
assert response.text == "papers of 1901, month 10", (
    f"GET /archive/1901/10/ answered {response.status_code} and {response.text[:80]!r}; expected 200 and 'papers of 1901, month 10'."
)
for address in ["/archive/1890/19/", "/archive/1890/20/", "/old/archive/1890/05/"]:
    response = client(archive_site).get(address)
    assert response.status_code == 404, f"GET {address} answered {response.status_code}; expected 404."
### END HIDDEN TESTS

# %% tags=["test:routing-archive:issues:1"] objectives=["regex-routing", "django-path-converters"]
response = client(archive_site).get("/issues/7/")
assert response.status_code == 200, f"GET /issues/7/ answered {response.status_code}; expected 200."
assert response.text == "issue 7", f"GET /issues/7/ answered {response.text!r}; expected 'issue 7'."

for address in ["/issues/first/", "/issues/7/8/"]:
    response = client(archive_site).get(address)
    assert response.status_code == 404, f"GET {address} answered {response.status_code}; expected 404, because an issue is one number."
### BEGIN HIDDEN TESTS
response = client(archive_site).get("/issues/4711/")
assert response.text == "issue 4711", f"GET /issues/4711/ answered {response.text[:80]!r}; expected 'issue 4711'."
response = client(archive_site).get("/old/issues/7/")
assert response.status_code == 404, f"GET /old/issues/7/ answered {response.status_code}; expected 404."
### END HIDDEN TESTS

# %% [markdown] tags=["hint:routing-archive"]
# A regular expression without its marks may be found anywhere in the path, with anything before and behind. That explains three of the five faults.
# For the fourth, ask what kind of value `year` is. For the fifth, ask what `.+` lets through.

# %% [markdown] tags=["hint:routing-archive"]
# - `^` marks the beginning, `$` the end. The last slash belongs before the `$`.
# - In `a|b` either side fits. Months begin with a `0` or with a `1`, and what may follow is different.
# - `"1936"` and `1936` are not equal.
# - Digits and nothing else: that is a converter that Django has.

# %% [markdown] tags=["hint:routing-archive"]
# The year is `re_path(r"^archive/(?P<year>…)/$", …)`. The group of the month is `(?P<month>0[1-9]|…)`, where the second half fits `10`, `11` and
# `12`. The issue is a plain `path(…)` with `int`. In `year_page` compare with a string.

# %% tags=["wrong:routing-archive:no-end"]
# shows: GET /archive/1890/05/ answered 'papers of 1890'; expected 'papers of 1890, month 05'.
def year_page(request, year):
    if year == "1936":
        return HttpResponse("1936: lost in the flood")
    return HttpResponse(f"papers of {year}")


archive_site = django_app(
    [
        re_path(r"^archive/(?P<year>[0-9]{4})/", year_page),
        re_path(r"^archive/(?P<year>[0-9]{4})/(?P<month>0[1-9]|1[0-2])/", month_page),
        path("issues/<int:number>/", issue_page),
    ]
)


# %% tags=["wrong:routing-archive:only-reordered"]
# shows: GET /old/archive/1890/ answered 200; expected 404.
def year_page(request, year):
    if year == "1936":
        return HttpResponse("1936: lost in the flood")
    return HttpResponse(f"papers of {year}")


archive_site = django_app(
    [
        re_path(r"archive/(?P<year>[0-9]{4})/(?P<month>0[1-9]|1[0-2])/", month_page),
        re_path(r"archive/(?P<year>[0-9]{4})/", year_page),
        path("issues/<int:number>/", issue_page),
    ]
)

# %% tags=["wrong:routing-archive:year-as-number"]
# shows: GET /archive/1936/ answered 'papers of 1936'; expected '1936: lost in the flood'.
archive_site = django_app(
    [
        re_path(r"^archive/(?P<year>[0-9]{4})/$", year_page),
        re_path(r"^archive/(?P<year>[0-9]{4})/(?P<month>0[1-9]|1[0-2])/$", month_page),
        path("issues/<int:number>/", issue_page),
    ]
)


# %% tags=["wrong:routing-archive:any-two-digits"]
# shows: GET /archive/1890/13/ answered 200; expected 404.
def year_page(request, year):
    if year == "1936":
        return HttpResponse("1936: lost in the flood")
    return HttpResponse(f"papers of {year}")


archive_site = django_app(
    [
        re_path(r"^archive/(?P<year>[0-9]{4})/$", year_page),
        re_path(r"^archive/(?P<year>[0-9]{4})/(?P<month>[0-9]{2})/$", month_page),
        path("issues/<int:number>/", issue_page),
    ]
)


# %% tags=["wrong:routing-archive:only-converters"]
# shows: GET /archive/18900/ answered 200; expected 404.
def year_page(request, year):
    if year == 1936:
        return HttpResponse("1936: lost in the flood")
    return HttpResponse(f"papers of {year}")


archive_site = django_app(
    [
        path("archive/<int:year>/", year_page),
        path("archive/<int:year>/<int:month>/", month_page),
        path("issues/<int:number>/", issue_page),
    ]
)

# %% [markdown] objectives=["url-parameter-capture-exam"]
# ## 8. Under exam conditions: one table, three times
#
# Close the lessons, set a clock to 15 minutes, five for each framework, and leave the hints for later.
#
# The table is the same in all three. Every answer is JSON: `return {…}` in Flask and FastAPI, `return JsonResponse({…})` in Django.
#
# | `GET` | answers 200 with |
# |---|---|
# | `/events/2026/3` | `{"year": 2026, "month": 3}`, two numbers |
# | `/branches/north/rooms/12` | `{"branch": "north", "room": 12}`, any text without a slash, and a number |
# | `/files/plans/2026/roof.pdf` | `{"file": "plans/2026/roof.pdf"}`, any text, slashes too |
#
# The values stand for any others. A word in the place of a number, such as `/events/2026/march`, is a 404 in Flask and Django, and a 422 in FastAPI.
#
# - Flask: the app is `exam_flask`, with the addresses of the table.
# - Django: the site is `exam_django`. There **every address ends in a slash**: `/events/2026/3/`, `/files/plans/2026/roof.pdf/`. The slash at the end
#   is not part of the value.
# - FastAPI: the app is `exam_fastapi`, with the addresses of the table.
#
# ### Flask

# %% tags=["answer:routing-exam-flask"] objectives=["url-parameter-capture-exam", "flask-dynamic-rules"]
### BEGIN SOLUTION
exam_flask = Flask("exam")


@exam_flask.get("/events/<int:year>/<int:month>")
def exam_events(year, month):
    return {"year": year, "month": month}


@exam_flask.get("/branches/<branch>/rooms/<int:number>")
def exam_room(branch, number):
    return {"branch": branch, "room": number}


@exam_flask.get("/files/<path:name>")
def exam_file(name):
    return {"file": name}
### END SOLUTION


# %%
hint("routing-exam-flask")

# %% tags=["test:routing-exam-flask:events:1"] objectives=["url-parameter-capture-exam"]
response = client(exam_flask).get("/events/2026/3")
assert response.status_code == 200, f"GET /events/2026/3 answered {response.status_code}; expected 200."
assert "json" in response.headers["content-type"], f"GET /events/2026/3 answered {response.text!r}; expected JSON. Return a dict."
assert response.json() == {"year": 2026, "month": 3}, (
    f"GET /events/2026/3 answered {response.json()}; expected {{'year': 2026, 'month': 3}}."
)
### BEGIN HIDDEN TESTS
response = client(exam_flask).get("/events/1999/12")
assert response.status_code == 200, f"GET /events/1999/12 answered {response.status_code}; expected 200."
assert response.json() == {"year": 1999, "month": 12}, (
    f"GET /events/1999/12 answered {response.json()}; expected {{'year': 1999, 'month': 12}}."
)
for address in ["/events/2026/march", "/events/soon/3"]:
    response = client(exam_flask).get(address)
    assert response.status_code == 404, f"GET {address} answered {response.status_code}; expected 404."
### END HIDDEN TESTS

# %% tags=["test:routing-exam-flask:rooms:1"] objectives=["url-parameter-capture-exam"]
response = client(exam_flask).get("/branches/north/rooms/12")
assert response.status_code == 200, f"GET /branches/north/rooms/12 answered {response.status_code}; expected 200."
assert "json" in response.headers["content-type"], (
    f"GET /branches/north/rooms/12 answered {response.text!r}; expected JSON. Return a dict."
)
assert response.json() == {"branch": "north", "room": 12}, (
    f"GET /branches/north/rooms/12 answered {response.json()}; expected {{'branch': 'north', 'room': 12}}."
)
### BEGIN HIDDEN TESTS
response = client(exam_flask).get("/branches/old-town/rooms/3")
assert response.status_code == 200, f"GET /branches/old-town/rooms/3 answered {response.status_code}; expected 200."
assert response.json() == {"branch": "old-town", "room": 3}, (
    f"GET /branches/old-town/rooms/3 answered {response.json()}; expected {{'branch': 'old-town', 'room': 3}}."
)
for address in ["/branches/north/rooms/attic", "/branches/north/west/rooms/12"]:
    response = client(exam_flask).get(address)
    assert response.status_code == 404, f"GET {address} answered {response.status_code}; expected 404."
### END HIDDEN TESTS

# %% tags=["test:routing-exam-flask:files:1"] objectives=["url-parameter-capture-exam"]
response = client(exam_flask).get("/files/plans/2026/roof.pdf")
assert response.status_code == 200, f"GET /files/plans/2026/roof.pdf answered {response.status_code}; expected 200."
assert "json" in response.headers["content-type"], (
    f"GET /files/plans/2026/roof.pdf answered {response.text!r}; expected JSON. Return a dict."
)
assert response.json() == {"file": "plans/2026/roof.pdf"}, (
    f"GET /files/plans/2026/roof.pdf answered {response.json()}; expected {{'file': 'plans/2026/roof.pdf'}}."
)
### BEGIN HIDDEN TESTS
response = client(exam_flask).get("/files/hours.txt")
assert response.status_code == 200, f"GET /files/hours.txt answered {response.status_code}; expected 200."
assert response.json() == {"file": "hours.txt"}, (
    f"GET /files/hours.txt answered {response.json()}; expected {{'file': 'hours.txt'}}."
)
### END HIDDEN TESTS

# %% [markdown] tags=["hint:routing-exam-flask"]
# A captured value stands in angle brackets, and the function has an argument of the same name. Which two kinds of value does the table have besides
# plain text?

# %% [markdown] tags=["hint:routing-exam-flask"]
# Flask does not read type hints. The converter stands in the rule, before the name and a colon. One of them gives numbers, one goes on over slashes.

# %% [markdown] tags=["hint:routing-exam-flask"]
# The second rule is `"/branches/<branch>/rooms/<int:…>"`. The first has two of its last part, the third has `<path:…>`.

# %% tags=["wrong:routing-exam-flask:type-hints"]
# shows: GET /events/2026/3 answered {'month': '3', 'year': '2026'}; expected {'year': 2026, 'month': 3}.
exam_flask = Flask("exam")


@exam_flask.get("/events/<year>/<month>")
def exam_events(year: int, month: int):
    return {"year": year, "month": month}


@exam_flask.get("/branches/<branch>/rooms/<number>")
def exam_room(branch: str, number: int):
    return {"branch": branch, "room": number}


@exam_flask.get("/files/<path:name>")
def exam_file(name):
    return {"file": name}


# %% tags=["wrong:routing-exam-flask:converted-inside"]
# shows: GET /events/2026/march answered 500; expected 404.
exam_flask = Flask("exam")


@exam_flask.get("/events/<year>/<month>")
def exam_events(year, month):
    return {"year": int(year), "month": int(month)}


@exam_flask.get("/branches/<branch>/rooms/<number>")
def exam_room(branch, number):
    return {"branch": branch, "room": int(number)}


@exam_flask.get("/files/<path:name>")
def exam_file(name):
    return {"file": name}


# %% tags=["wrong:routing-exam-flask:no-path"]
# shows: GET /files/plans/2026/roof.pdf answered 404; expected 200.
exam_flask = Flask("exam")


@exam_flask.get("/events/<int:year>/<int:month>")
def exam_events(year, month):
    return {"year": year, "month": month}


@exam_flask.get("/branches/<branch>/rooms/<int:number>")
def exam_room(branch, number):
    return {"branch": branch, "room": number}


@exam_flask.get("/files/<name>")
def exam_file(name):
    return {"file": name}


# %% [markdown] objectives=["url-parameter-capture-exam"]
# ### Django

# %% tags=["answer:routing-exam-django"] objectives=["url-parameter-capture-exam", "django-path-converters"]
### BEGIN SOLUTION
def exam_events(request, year, month):
    return JsonResponse({"year": year, "month": month})


def exam_room(request, branch, number):
    return JsonResponse({"branch": branch, "room": number})


def exam_file(request, name):
    return JsonResponse({"file": name})


exam_django = django_app(
    [
        path("events/<int:year>/<int:month>/", exam_events),
        path("branches/<str:branch>/rooms/<int:number>/", exam_room),
        path("files/<path:name>/", exam_file),
    ]
)
### END SOLUTION

# %%
hint("routing-exam-django")

# %% tags=["test:routing-exam-django:events:1"] objectives=["url-parameter-capture-exam"]
response = client(exam_django).get("/events/2026/3/")
assert response.status_code == 200, f"GET /events/2026/3/ answered {response.status_code}; expected 200."
assert "json" in response.headers["content-type"], f"GET /events/2026/3/ answered {response.text!r}; expected JSON. Return a JsonResponse."
assert response.json() == {"year": 2026, "month": 3}, (
    f"GET /events/2026/3/ answered {response.json()}; expected {{'year': 2026, 'month': 3}}."
)
### BEGIN HIDDEN TESTS
response = client(exam_django).get("/events/1999/12/")
assert response.status_code == 200, f"GET /events/1999/12/ answered {response.status_code}; expected 200."
assert response.json() == {"year": 1999, "month": 12}, (
    f"GET /events/1999/12/ answered {response.json()}; expected {{'year': 1999, 'month': 12}}."
)
for address in ["/events/2026/march/", "/events/soon/3/"]:
    response = client(exam_django).get(address)
    assert response.status_code == 404, f"GET {address} answered {response.status_code}; expected 404."
### END HIDDEN TESTS

# %% tags=["test:routing-exam-django:rooms:1"] objectives=["url-parameter-capture-exam"]
response = client(exam_django).get("/branches/north/rooms/12/")
assert response.status_code == 200, f"GET /branches/north/rooms/12/ answered {response.status_code}; expected 200."
assert "json" in response.headers["content-type"], (
    f"GET /branches/north/rooms/12/ answered {response.text!r}; expected JSON. Return a JsonResponse."
)
assert response.json() == {"branch": "north", "room": 12}, (
    f"GET /branches/north/rooms/12/ answered {response.json()}; expected {{'branch': 'north', 'room': 12}}."
)
### BEGIN HIDDEN TESTS
response = client(exam_django).get("/branches/St. Mary/rooms/3/")
assert response.status_code == 200, f"GET /branches/St. Mary/rooms/3/ answered {response.status_code}; expected 200."
assert response.json() == {"branch": "St. Mary", "room": 3}, (
    f"GET /branches/St. Mary/rooms/3/ answered {response.json()}; expected {{'branch': 'St. Mary', 'room': 3}}."
)
for address in ["/branches/north/rooms/attic/", "/branches/north/west/rooms/12/"]:
    response = client(exam_django).get(address)
    assert response.status_code == 404, f"GET {address} answered {response.status_code}; expected 404."
### END HIDDEN TESTS

# %% tags=["test:routing-exam-django:files:1"] objectives=["url-parameter-capture-exam"]
response = client(exam_django).get("/files/plans/2026/roof.pdf/")
assert response.status_code == 200, f"GET /files/plans/2026/roof.pdf/ answered {response.status_code}; expected 200."
assert "json" in response.headers["content-type"], (
    f"GET /files/plans/2026/roof.pdf/ answered {response.text!r}; expected JSON. Return a JsonResponse."
)
assert response.json() == {"file": "plans/2026/roof.pdf"}, (
    f"GET /files/plans/2026/roof.pdf/ answered {response.json()}; expected {{'file': 'plans/2026/roof.pdf'}}."
)
### BEGIN HIDDEN TESTS
response = client(exam_django).get("/files/hours.txt/")
assert response.status_code == 200, f"GET /files/hours.txt/ answered {response.status_code}; expected 200."
assert response.json() == {"file": "hours.txt"}, (
    f"GET /files/hours.txt/ answered {response.json()}; expected {{'file': 'hours.txt'}}."
)
### END HIDDEN TESTS

# %% [markdown] tags=["hint:routing-exam-django"]
# Three views and a list of three routes. The routes look much like Flask's. What is different at their beginning and at their end?

# %% [markdown] tags=["hint:routing-exam-django"]
# - No slash in front, one at the end.
# - Each view takes `request` first, then the captured values by name.
# - `slug` would refuse a name with a space or a point. What lets any text through but a slash?

# %% [markdown] tags=["hint:routing-exam-django"]
# The second route is `path("branches/<str:branch>/rooms/<int:…>/", …)`. The third has `<path:…>/`, with the slash behind the bracket.
# `django_app([…])` makes the site.

# %% tags=["wrong:routing-exam-django:no-end-slash"]
# shows: GET /events/2026/3/ answered 404; expected 200.
def exam_events(request, year, month):
    return JsonResponse({"year": year, "month": month})


def exam_room(request, branch, number):
    return JsonResponse({"branch": branch, "room": number})


def exam_file(request, name):
    return JsonResponse({"file": name})


exam_django = django_app(
    [
        path("events/<int:year>/<int:month>", exam_events),
        path("branches/<str:branch>/rooms/<int:number>", exam_room),
        path("files/<path:name>", exam_file),
    ]
)


# %% tags=["wrong:routing-exam-django:strings"]
# shows: GET /branches/north/rooms/12/ answered {'branch': 'north', 'room': '12'}; expected {'branch': 'north', 'room': 12}.
def exam_events(request, year, month):
    return JsonResponse({"year": year, "month": month})


def exam_room(request, branch, number):
    return JsonResponse({"branch": branch, "room": number})


def exam_file(request, name):
    return JsonResponse({"file": name})


exam_django = django_app(
    [
        path("events/<year>/<month>/", exam_events),
        path("branches/<branch>/rooms/<number>/", exam_room),
        path("files/<path:name>/", exam_file),
    ]
)


# %% tags=["wrong:routing-exam-django:slug"]
# shows: GET /branches/St. Mary/rooms/3/ answered 404; expected 200.
def exam_events(request, year, month):
    return JsonResponse({"year": year, "month": month})


def exam_room(request, branch, number):
    return JsonResponse({"branch": branch, "room": number})


def exam_file(request, name):
    return JsonResponse({"file": name})


exam_django = django_app(
    [
        path("events/<int:year>/<int:month>/", exam_events),
        path("branches/<slug:branch>/rooms/<int:number>/", exam_room),
        path("files/<path:name>/", exam_file),
    ]
)


# %% tags=["wrong:routing-exam-django:text-response"]
# shows: expected JSON. Return a JsonResponse.
def exam_events(request, year, month):
    return HttpResponse({"year": year, "month": month})


def exam_room(request, branch, number):
    return HttpResponse({"branch": branch, "room": number})


def exam_file(request, name):
    return HttpResponse({"file": name})


exam_django = django_app(
    [
        path("events/<int:year>/<int:month>/", exam_events),
        path("branches/<str:branch>/rooms/<int:number>/", exam_room),
        path("files/<path:name>/", exam_file),
    ]
)

# %% [markdown] objectives=["url-parameter-capture-exam"]
# ### FastAPI

# %% tags=["answer:routing-exam-fastapi"] objectives=["url-parameter-capture-exam", "fastapi-path-query-params"]
### BEGIN SOLUTION
exam_fastapi = FastAPI()


@exam_fastapi.get("/events/{year}/{month}")
def exam_events(year: int, month: int):
    return {"year": year, "month": month}


@exam_fastapi.get("/branches/{branch}/rooms/{number}")
def exam_room(branch: str, number: int):
    return {"branch": branch, "room": number}


@exam_fastapi.get("/files/{name:path}")
def exam_file(name: str):
    return {"file": name}
### END SOLUTION


# %%
hint("routing-exam-fastapi")

# %% tags=["test:routing-exam-fastapi:events:1"] objectives=["url-parameter-capture-exam"]
response = client(exam_fastapi).get("/events/2026/3")
assert response.status_code == 200, (
    f"GET /events/2026/3 answered {response.status_code}; expected 200. The body was {response.text}"
)
assert response.json() == {"year": 2026, "month": 3}, (
    f"GET /events/2026/3 answered {response.json()}; expected {{'year': 2026, 'month': 3}}."
)
### BEGIN HIDDEN TESTS
response = client(exam_fastapi).get("/events/1999/12")
assert response.status_code == 200, f"GET /events/1999/12 answered {response.status_code}; expected 200."
assert response.json() == {"year": 1999, "month": 12}, (
    f"GET /events/1999/12 answered {response.json()}; expected {{'year': 1999, 'month': 12}}."
)
for address in ["/events/2026/march", "/events/soon/3"]:
    response = client(exam_fastapi).get(address)
    assert response.status_code == 422, f"GET {address} answered {response.status_code}; expected 422."
### END HIDDEN TESTS

# %% tags=["test:routing-exam-fastapi:rooms:1"] objectives=["url-parameter-capture-exam"]
response = client(exam_fastapi).get("/branches/north/rooms/12")
assert response.status_code == 200, (
    f"GET /branches/north/rooms/12 answered {response.status_code}; expected 200. The body was {response.text}"
)
assert response.json() == {"branch": "north", "room": 12}, (
    f"GET /branches/north/rooms/12 answered {response.json()}; expected {{'branch': 'north', 'room': 12}}."
)
### BEGIN HIDDEN TESTS
response = client(exam_fastapi).get("/branches/old-town/rooms/3")
assert response.status_code == 200, f"GET /branches/old-town/rooms/3 answered {response.status_code}; expected 200."
assert response.json() == {"branch": "old-town", "room": 3}, (
    f"GET /branches/old-town/rooms/3 answered {response.json()}; expected {{'branch': 'old-town', 'room': 3}}."
)
response = client(exam_fastapi).get("/branches/north/rooms/attic")
assert response.status_code == 422, f"GET /branches/north/rooms/attic answered {response.status_code}; expected 422."
### END HIDDEN TESTS

# %% tags=["test:routing-exam-fastapi:files:1"] objectives=["url-parameter-capture-exam"]
response = client(exam_fastapi).get("/files/plans/2026/roof.pdf")
assert response.status_code == 200, (
    f"GET /files/plans/2026/roof.pdf answered {response.status_code}; expected 200. The body was {response.text}"
)
assert response.json() == {"file": "plans/2026/roof.pdf"}, (
    f"GET /files/plans/2026/roof.pdf answered {response.json()}; expected {{'file': 'plans/2026/roof.pdf'}}."
)
### BEGIN HIDDEN TESTS
response = client(exam_fastapi).get("/files/hours.txt")
assert response.status_code == 200, f"GET /files/hours.txt answered {response.status_code}; expected 200."
assert response.json() == {"file": "hours.txt"}, (
    f"GET /files/hours.txt answered {response.json()}; expected {{'file': 'hours.txt'}}."
)
### END HIDDEN TESTS

# %% [markdown] tags=["hint:routing-exam-fastapi"]
# Braces in the path, and the same names among the arguments. Where does FastAPI take the types from?

# %% [markdown] tags=["hint:routing-exam-fastapi"]
# The type hints say what is a number, and turn words away with 422. Slashes are another matter: whether a value may hold them is decided in the path.

# %% [markdown] tags=["hint:routing-exam-fastapi"]
# The second path is `"/branches/{branch}/rooms/{…}"`, with the hint `int` for the number. In the third, `:path` stands inside the braces, *behind*
# the name.

# %% tags=["wrong:routing-exam-fastapi:no-types"]
# shows: GET /events/2026/3 answered {'year': '2026', 'month': '3'}; expected {'year': 2026, 'month': 3}.
exam_fastapi = FastAPI()


@exam_fastapi.get("/events/{year}/{month}")
def exam_events(year, month):
    return {"year": year, "month": month}


@exam_fastapi.get("/branches/{branch}/rooms/{number}")
def exam_room(branch, number):
    return {"branch": branch, "room": number}


@exam_fastapi.get("/files/{name:path}")
def exam_file(name):
    return {"file": name}


# %% tags=["wrong:routing-exam-fastapi:no-path"]
# shows: GET /files/plans/2026/roof.pdf answered 404; expected 200.
exam_fastapi = FastAPI()


@exam_fastapi.get("/events/{year}/{month}")
def exam_events(year: int, month: int):
    return {"year": year, "month": month}


@exam_fastapi.get("/branches/{branch}/rooms/{number}")
def exam_room(branch: str, number: int):
    return {"branch": branch, "room": number}


@exam_fastapi.get("/files/{name}")
def exam_file(name: str):
    return {"file": name}


# %% tags=["wrong:routing-exam-fastapi:angle-brackets"]
# shows: GET /events/2026/3 answered 404; expected 200.
exam_fastapi = FastAPI()


@exam_fastapi.get("/events/<year>/<month>")
def exam_events(year: int, month: int):
    return {"year": year, "month": month}


@exam_fastapi.get("/branches/<branch>/rooms/<number>")
def exam_room(branch: str, number: int):
    return {"branch": branch, "room": number}


@exam_fastapi.get("/files/<path:name>")
def exam_file(name: str):
    return {"file": name}


# %% [markdown] objectives=["url-reversal"]
# ## 9. Mend: links that break
#
# ### Flask: the move to the town's server
#
# The library's pages move to the town's server, under `/riverside`. There `DispatcherMiddleware` hands them every request that begins so. The pages
# still work, but their links lead nowhere. Besides, some titles never could be found. Run the program.

# %% objectives=["url-reversal"]
broken_links = Flask("broken-links")


@broken_links.get("/books/<int:book_id>")
def linked_book(book_id):
    return f"/books/{book_id + 1}"


@broken_links.get("/titles/<title>")
def linked_title(title):
    return f"title: {title}"


@broken_links.get("/find")
def find_title():
    return redirect("/titles/" + request.args["title"])


broken_in_town = DispatcherMiddleware(Flask("town"), {"/riverside": broken_links})

next_book = client(broken_in_town).get("/riverside/books/7").text
print("book 7 links to", next_book, "which answers", client(broken_in_town).get(next_book).status_code)

for title in ["Emma", "C# for Librarians", "Who Is Ada?"]:
    response = client(broken_links).get("/find", params={"title": title})
    print(f"{title:<20}{response.headers['location']:<32}{client(broken_links).get(response.headers['location']).text}")

# %% [markdown] objectives=["url-reversal"]
# Copy the program into the next cell, call the app `links_site`, and mend it so that it works wherever it is put:
#
# | request | straight to `links_site` | through `links_in_town` |
# |---|---|---|
# | `GET /books/7` | 200, `/books/8` | `GET /riverside/books/7`: 200, `/riverside/books/8` |
# | `GET /titles/Emma` | 200, `title: Emma` | `GET /riverside/titles/Emma`: the same |
# | `GET /find?title=…` | a redirect to the page of that title | `GET /riverside/find?title=…`: the same |
#
# The link of book 7 is the path alone, without a host. Following the redirect must end at `title: ` and the very title that was asked for, with
# spaces, `#` and `?` if it has them. (Titles with a slash do not occur.) The line that makes `links_in_town` is given, and stays at the end.

# %% tags=["answer:routing-links-flask"] objectives=["url-reversal"]
### BEGIN SOLUTION
links_site = Flask("links")


@links_site.get("/books/<int:book_id>")
def linked_book(book_id):
    return url_for("linked_book", book_id=book_id + 1)


@links_site.get("/titles/<title>")
def linked_title(title):
    return f"title: {title}"


@links_site.get("/find")
def find_title():
    return redirect(url_for("linked_title", title=request.args["title"]))
### END SOLUTION


links_in_town = DispatcherMiddleware(Flask("town"), {"/riverside": links_site})

# %%
hint("routing-links-flask")

# %% tags=["test:routing-links-flask:next:1"] objectives=["url-reversal"]
for name, app, address, expected in [
    ("links_site", links_site, "/books/7", "/books/8"),
    ("links_in_town", links_in_town, "/riverside/books/7", "/riverside/books/8"),
]:
    response = client(app).get(address)
    assert response.status_code == 200, f"GET {address} at {name} answered {response.status_code}; expected 200."
    assert response.text == expected, (
        f"GET {address} at {name} answered {response.text!r}; expected {expected!r}. Is the link built from the endpoint's name?"
    )
### BEGIN HIDDEN TESTS
for name, app, address, expected in [
    ("links_site", links_site, "/books/41", "/books/42"),
    ("links_in_town", links_in_town, "/riverside/books/41", "/riverside/books/42"),
]:
    response = client(app).get(address)
    assert response.status_code == 200, f"GET {address} at {name} answered {response.status_code}; expected 200."
    assert response.text == expected, f"GET {address} at {name} answered {response.text!r}; expected {expected!r}."
### END HIDDEN TESTS

# %% tags=["test:routing-links-flask:find:1"] objectives=["url-reversal"]
for name, app, prefix in [("links_site", links_site, ""), ("links_in_town", links_in_town, "/riverside")]:
    response = client(app).get(f"{prefix}/find?title=Emma")
    assert response.status_code in (301, 302, 303, 307, 308), f"GET {prefix}/find?title=Emma at {name} answered {response.status_code}; expected a redirect."
    location = response.headers["location"]
    response = client(app).get(location)
    assert response.status_code == 200, (
        f"GET {prefix}/find?title=Emma at {name} redirected to {location}, which answered {response.status_code}; expected 200."
    )
    assert response.text == "title: Emma", (
        f"GET {prefix}/find?title=Emma at {name} ended at {response.text!r}; expected 'title: Emma'."
    )

# %% tags=["test:routing-links-flask:titles:1"] objectives=["url-reversal"]
response = client(links_site).get("/find?title=C%23%20for%20Librarians")
assert response.status_code in (301, 302, 303, 307, 308), f"GET /find?title=C%23%20for%20Librarians answered {response.status_code}; expected a redirect."
location = response.headers["location"]
response = client(links_site).get(location)
assert response.text == "title: C# for Librarians", (
    f"Looking for 'C# for Librarians' was redirected to {location} and ended at {response.text[:80]!r}; expected 'title: C# for Librarians'."
)
### BEGIN HIDDEN TESTS
response = client(links_in_town).get("/riverside/find?title=Who%20Is%20Ada%3F")
assert response.status_code in (301, 302, 303, 307, 308), f"GET /riverside/find?title=Who%20Is%20Ada%3F answered {response.status_code}; expected a redirect."
location = response.headers["location"]
response = client(links_in_town).get(location)
assert response.text == "title: Who Is Ada?", (
    f"Looking for 'Who Is Ada?' was redirected to {location} and ended at {response.text[:80]!r}; expected 'title: Who Is Ada?'."
)
### END HIDDEN TESTS

# %% [markdown] tags=["hint:routing-links-flask"]
# Look for every place where an address is put together by hand. There are two. What do they not know about the place where the app runs, and what do
# they not do with a `#`?

# %% [markdown] tags=["hint:routing-links-flask"]
# `url_for` takes the name of the endpoint, which is the name of the function, and the values of the rule by name. It puts the prefix in front, and
# writes special characters in such a way that they arrive.

# %% [markdown] tags=["hint:routing-links-flask"]
# A page may link to its own endpoint, with another value: `url_for("linked_book", book_id=…)`. The redirect is `redirect(url_for(…, title=…))`. Do
# not write `/riverside` anywhere but in the last line.

# %% tags=["wrong:routing-links-flask:prefix-by-hand"]
# shows: GET /books/7 at links_site answered '/riverside/books/8'; expected '/books/8'.
links_site = Flask("links")


@links_site.get("/books/<int:book_id>")
def linked_book(book_id):
    return f"/riverside/books/{book_id + 1}"


@links_site.get("/titles/<title>")
def linked_title(title):
    return f"title: {title}"


@links_site.get("/find")
def find_title():
    return redirect("/riverside/titles/" + request.args["title"])


links_in_town = DispatcherMiddleware(Flask("town"), {"/riverside": links_site})

# %% tags=["wrong:routing-links-flask:half-built"]
# shows: Looking for 'C# for Librarians' was redirected to /titles/C#%20for%20Librarians and ended at 'title: C'
links_site = Flask("links")


@links_site.get("/books/<int:book_id>")
def linked_book(book_id):
    return url_for("linked_book", book_id=book_id + 1)


@links_site.get("/titles/<title>")
def linked_title(title):
    return f"title: {title}"


@links_site.get("/find")
def find_title():
    return redirect(request.script_root + "/titles/" + request.args["title"])


links_in_town = DispatcherMiddleware(Flask("town"), {"/riverside": links_site})

# %% tags=["wrong:routing-links-flask:path-as-name"]
# shows: GET /books/7 at links_site answered 500; expected 200.
links_site = Flask("links")


@links_site.get("/books/<int:book_id>")
def linked_book(book_id):
    return url_for("/books", book_id=book_id + 1)


@links_site.get("/titles/<title>")
def linked_title(title):
    return f"title: {title}"


@links_site.get("/find")
def find_title():
    return redirect(url_for("/titles", title=request.args["title"]))


links_in_town = DispatcherMiddleware(Flask("town"), {"/riverside": links_site})


# %% [markdown] objectives=["url-reversal"]
# ### The same in Django: a catalogue that moves
#
# Nobody knows yet whether the pages of the books will live under `books/` or under `catalogue/`. So write a function `linked_site(prefix)` that
# returns the Django site for either. With the prefix `"books"` the site answers:
#
# | request | answer |
# |---|---|
# | `GET /books/7/` | 200, `/books/8/`, the address of the next book |
# | `GET /newest/` | a redirect to book 9, with the location `/books/9/` |
# | `GET /reviews/` | 200, `/books/7/?page=2`, the second page of book 7 |
#
# With the prefix `"catalogue"`, the same under `/catalogue/`; `newest/` and `reviews/` stay where they are. In the first line `7` stands for any
# number. The prefix may stand only once in your function, in the route. All else is built from the route's name.
#
# The imports call Django's function `django_redirect`, because Flask has a `redirect` too. The two lines at the end are given.

# %% tags=["answer:routing-links-django"] objectives=["url-reversal", "django-urlconf"]
def linked_site(prefix):
    ### BEGIN SOLUTION
    def book(request, book_id):
        return HttpResponse(reverse("book", args=[book_id + 1]))

    def newest(request):
        return django_redirect("book", book_id=9)

    def reviews(request):
        return HttpResponse(reverse("book", args=[7], query={"page": 2}))

    return django_app(
        [
            path(f"{prefix}/<int:book_id>/", book, name="book"),
            path("newest/", newest),
            path("reviews/", reviews),
        ]
    )
    ### END SOLUTION


linked_books = linked_site("books")
linked_catalogue = linked_site("catalogue")

# %%
hint("routing-links-django")

# %% tags=["test:routing-links-django:next:1"] objectives=["url-reversal"]
for name, app, address, expected in [
    ("linked_books", linked_books, "/books/7/", "/books/8/"),
    ("linked_catalogue", linked_catalogue, "/catalogue/7/", "/catalogue/8/"),
]:
    response = client(app).get(address)
    assert response.status_code == 200, f"GET {address} at {name} answered {response.status_code}; expected 200."
    assert response.text == expected, f"GET {address} at {name} answered {response.text!r}; expected {expected!r}."
### BEGIN HIDDEN TESTS
for name, app, address, expected in [
    ("linked_books", linked_books, "/books/99/", "/books/100/"),
    ("linked_catalogue", linked_catalogue, "/catalogue/1/", "/catalogue/2/"),
]:
    response = client(app).get(address)
    assert response.status_code == 200, f"GET {address} at {name} answered {response.status_code}; expected 200."
    assert response.text == expected, f"GET {address} at {name} answered {response.text!r}; expected {expected!r}."
### END HIDDEN TESTS

# %% tags=["test:routing-links-django:newest:1"] objectives=["url-reversal"]
for name, app, expected in [("linked_books", linked_books, "/books/9/"), ("linked_catalogue", linked_catalogue, "/catalogue/9/")]:
    response = client(app).get("/newest/")
    assert response.status_code in (301, 302, 303, 307, 308), f"GET /newest/ at {name} answered {response.status_code}; expected a redirect."
    location = response.headers["location"]
    assert location == expected, f"GET /newest/ at {name} redirected to {location!r}; expected {expected!r}."

# %% tags=["test:routing-links-django:reviews:1"] objectives=["url-reversal"]
for name, app, expected in [
    ("linked_books", linked_books, "/books/7/?page=2"),
    ("linked_catalogue", linked_catalogue, "/catalogue/7/?page=2"),
]:
    response = client(app).get("/reviews/")
    assert response.status_code == 200, f"GET /reviews/ at {name} answered {response.status_code}; expected 200."
    assert response.text == expected, f"GET /reviews/ at {name} answered {response.text!r}; expected {expected!r}."


# %% [markdown] tags=["hint:routing-links-django"]
# The function holds three views and ends with `return django_app([…])`. Which of its routes must be found by name?

# %% [markdown] tags=["hint:routing-links-django"]
# - `path(…, name="book")` gives a route its name.
# - `reverse` takes the name and the values, as `args=[…]` or `kwargs={…}`.
# - `django_redirect` takes the name and the values too, without a list.
# - For what stands behind the question mark, `reverse` has an argument of its own since Django 5.2.

# %% [markdown] tags=["hint:routing-links-django"]
# The route is `path(f"{prefix}/<int:book_id>/", …, name=…)`. The view of a book returns `HttpResponse(reverse(…, args=[…]))`. The reviews add
# `query={…: …}` to that call.

# %% tags=["wrong:routing-links-django:by-hand"]
# shows: GET /catalogue/7/ at linked_catalogue answered '/books/8/'; expected '/catalogue/8/'.
def linked_site(prefix):
    def book(request, book_id):
        return HttpResponse(f"/books/{book_id + 1}/")

    def newest(request):
        return django_redirect("/books/9/")

    def reviews(request):
        return HttpResponse("/books/7/?page=2")

    return django_app(
        [
            path(f"{prefix}/<int:book_id>/", book, name="book"),
            path("newest/", newest),
            path("reviews/", reviews),
        ]
    )


linked_books = linked_site("books")
linked_catalogue = linked_site("catalogue")


# %% tags=["wrong:routing-links-django:no-name"]
# shows: GET /books/7/ at linked_books answered 500; expected 200.
def linked_site(prefix):
    def book(request, book_id):
        return HttpResponse(reverse("book", args=[book_id + 1]))

    def newest(request):
        return django_redirect("book", book_id=9)

    def reviews(request):
        return HttpResponse(reverse("book", args=[7], query={"page": 2}))

    return django_app(
        [
            path(f"{prefix}/<int:book_id>/", book),
            path("newest/", newest),
            path("reviews/", reviews),
        ]
    )


linked_books = linked_site("books")
linked_catalogue = linked_site("catalogue")


# %% tags=["wrong:routing-links-django:page-as-value"]
# shows: GET /reviews/ at linked_books answered 500; expected 200.
def linked_site(prefix):
    def book(request, book_id):
        return HttpResponse(reverse("book", kwargs={"book_id": book_id + 1}))

    def newest(request):
        return django_redirect("book", book_id=9)

    def reviews(request):
        return HttpResponse(reverse("book", kwargs={"book_id": 7, "page": 2}))

    return django_app(
        [
            path(f"{prefix}/<int:book_id>/", book, name="book"),
            path("newest/", newest),
            path("reviews/", reviews),
        ]
    )


linked_books = linked_site("books")
linked_catalogue = linked_site("catalogue")

# %% [markdown] objectives=["url-reversal"]
# ### The same in FastAPI: full addresses
#
# The app for phones wants full addresses, with the host. Write the FastAPI app `links_api`. The two lines at the end are given: they mount it in
# another app, under `/riverside`. In the tests the host is `http://testserver`, but your code should not know that. `7` stands for any number.
#
# | request | straight to `links_api` | through `links_api_in_town` |
# |---|---|---|
# | `GET /books/7` | 200, `{"next": "http://testserver/books/8"}` | `GET /riverside/books/7`: 200, `{"next": "http://testserver/riverside/books/8"}` |
# | `GET /newest` | a redirect to `http://testserver/books/9` | `GET /riverside/newest`: a redirect to `http://testserver/riverside/books/9` |
#
# `RedirectResponse(address)` makes a redirect.

# %% tags=["answer:routing-links-fastapi"] objectives=["url-reversal", "fastapi-path-operations"]
### BEGIN SOLUTION
links_api = FastAPI()


@links_api.get("/books/{book_id}")
def linked_book(book_id: int, request: Request):
    return {"next": str(request.url_for("linked_book", book_id=book_id + 1))}


@links_api.get("/newest")
def newest_book(request: Request):
    return RedirectResponse(request.url_for("linked_book", book_id=9))
### END SOLUTION


links_api_in_town = FastAPI()
links_api_in_town.mount("/riverside", links_api)

# %%
hint("routing-links-fastapi")

# %% tags=["test:routing-links-fastapi:next:2"] objectives=["url-reversal"]
for name, app, address, expected in [
    ("links_api", links_api, "/books/7", {"next": "http://testserver/books/8"}),
    ("links_api_in_town", links_api_in_town, "/riverside/books/7", {"next": "http://testserver/riverside/books/8"}),
]:
    response = client(app).get(address)
    assert response.status_code == 200, f"GET {address} at {name} answered {response.status_code}; expected 200."
    assert response.json() == expected, f"GET {address} at {name} answered {response.json()}; expected {expected}."
### BEGIN HIDDEN TESTS
for name, app, address, expected in [
    ("links_api", links_api, "/books/41", {"next": "http://testserver/books/42"}),
    ("links_api_in_town", links_api_in_town, "/riverside/books/41", {"next": "http://testserver/riverside/books/42"}),
]:
    response = client(app).get(address)
    assert response.status_code == 200, f"GET {address} at {name} answered {response.status_code}; expected 200."
    assert response.json() == expected, f"GET {address} at {name} answered {response.json()}; expected {expected}."
### END HIDDEN TESTS

# %% tags=["test:routing-links-fastapi:newest:1"] objectives=["url-reversal"]
for name, app, address, expected in [
    ("links_api", links_api, "/newest", "http://testserver/books/9"),
    ("links_api_in_town", links_api_in_town, "/riverside/newest", "http://testserver/riverside/books/9"),
]:
    response = client(app).get(address)
    assert response.status_code in (301, 302, 303, 307, 308), f"GET {address} at {name} answered {response.status_code}; expected a redirect."
    location = response.headers["location"]
    assert location == expected, f"GET {address} at {name} redirected to {location!r}; expected {expected!r}."

# %% [markdown] tags=["hint:routing-links-fastapi"]
# FastAPI has two ways to build an address. One knows the routes only. The other knows the request too, and so the host and the prefix. Which one do
# you need?

# %% [markdown] tags=["hint:routing-links-fastapi"]
# - A function gets the request by an argument `request: Request`.
# - `request.url_for` takes the name of the route, which is the name of its function, and the values by name.
# - What it returns is an object. In JSON you want its text.

# %% [markdown] tags=["hint:routing-links-fastapi"]
# The link is `str(request.url_for("…", book_id=…))`, with the name of the function that shows a book. The redirect is `RedirectResponse(…)` around
# such a call.

# %% tags=["wrong:routing-links-fastapi:only-path"]
# shows: GET /books/7 at links_api answered {'next': '/books/8'}; expected {'next': 'http://testserver/books/8'}.
links_api = FastAPI()


@links_api.get("/books/{book_id}")
def linked_book(book_id: int):
    return {"next": links_api.url_path_for("linked_book", book_id=book_id + 1)}


@links_api.get("/newest")
def newest_book():
    return RedirectResponse(links_api.url_path_for("linked_book", book_id=9))


links_api_in_town = FastAPI()
links_api_in_town.mount("/riverside", links_api)

# %% tags=["wrong:routing-links-fastapi:host-by-hand"]
# shows: GET /riverside/books/7 at links_api_in_town answered {'next': 'http://testserver/books/8'}
links_api = FastAPI()


@links_api.get("/books/{book_id}")
def linked_book(book_id: int):
    return {"next": f"http://testserver/books/{book_id + 1}"}


@links_api.get("/newest")
def newest_book():
    return RedirectResponse("http://testserver/books/9")


links_api_in_town = FastAPI()
links_api_in_town.mount("/riverside", links_api)

# %% tags=["wrong:routing-links-fastapi:object"]
# shows: answered {'next': {'_url': 'http://testserver/books/8'}}; expected {'next': 'http://testserver/books/8'}.
links_api = FastAPI()


@links_api.get("/books/{book_id}")
def linked_book(book_id: int, request: Request):
    return {"next": request.url_for("linked_book", book_id=book_id + 1)}


@links_api.get("/newest")
def newest_book(request: Request):
    return RedirectResponse(request.url_for("linked_book", book_id=9))


links_api_in_town = FastAPI()
links_api_in_town.mount("/riverside", links_api)


# %% [markdown] objectives=["django-url-include", "django-custom-converters-namespaces"]
# ## 10. Many routes, many files
#
# ### Django: one list for two branches
#
# The north branch and the south branch get the same pages. The list of routes is written once and included twice. In a project it would stand in
# `branch/urls.py`; here it is a pair of a list and an app name.
#
# Given are the view `branch_home` and the list `staff_urls`. Write
#
# - the view `branch_book(request, number)`,
# - the pair `branch_urls`, with the app name `branch` and two routes: the home page, named `home`, and the page of a book,
# - the list `town_urls`, which includes that pair twice, with the namespaces `north` and `south`, and the list `staff_urls` once.
#
# The last line makes the site `town_site`.
#
# | request | answer 200 |
# |---|---|
# | `GET /north/` | `north branch` |
# | `GET /south/` | `south branch` |
# | `GET /north/books/3/` | `book 3, back to /north/` |
# | `GET /south/books/3/` | `book 3, back to /south/` |
# | `GET /staff/rota/` | `the rota` |
#
# `3` stands for any number. The address behind `back to` is that of the home page *of the branch that answers*, built from its name.
# `request.resolver_match.namespace` says which branch that is.

# %% tags=["answer:routing-branches"] objectives=["django-url-include", "django-custom-converters-namespaces", "url-reversal"]
def branch_home(request):
    return HttpResponse(f"{request.resolver_match.namespace} branch")


def rota(request):
    return HttpResponse("the rota")


staff_urls = [path("rota/", rota)]

### BEGIN SOLUTION
def branch_book(request, number):
    home = reverse("branch:home", current_app=request.resolver_match.namespace)
    return HttpResponse(f"book {number}, back to {home}")


branch_urls = ([path("", branch_home, name="home"), path("books/<int:number>/", branch_book, name="book")], "branch")

town_urls = [
    path("north/", include(branch_urls, namespace="north")),
    path("south/", include(branch_urls, namespace="south")),
    path("staff/", include(staff_urls)),
]
### END SOLUTION

town_site = django_app(town_urls)

# %%
hint("routing-branches")

# %% tags=["test:routing-branches:staff:1"] objectives=["django-url-include"]
response = client(town_site).get("/staff/rota/")
assert response.status_code == 200, (
    f"GET /staff/rota/ answered {response.status_code}; expected 200. `include` cuts off what has matched; what is left for `staff_urls`?"
)
assert response.text == "the rota", f"GET /staff/rota/ answered {response.text!r}; expected 'the rota'."

# %% tags=["test:routing-branches:homes:1"] objectives=["django-url-include", "django-custom-converters-namespaces"]
for address, expected in [("/north/", "north branch"), ("/south/", "south branch")]:
    response = client(town_site).get(address)
    assert response.status_code == 200, f"GET {address} answered {response.status_code}; expected 200."
    assert response.text == expected, (
        f"GET {address} answered {response.text!r}; expected {expected!r}. Does each `include` give its copy a namespace?"
    )

# %% tags=["test:routing-branches:back:2"] objectives=["django-custom-converters-namespaces", "url-reversal"]
for address, expected in [
    ("/north/books/3/", "book 3, back to /north/"),
    ("/south/books/3/", "book 3, back to /south/"),
]:
    response = client(town_site).get(address)
    assert response.status_code == 200, f"GET {address} answered {response.status_code}; expected 200."
    assert response.text == expected, (
        f"GET {address} answered {response.text!r}; expected {expected!r}. Does `reverse` know which branch answers?"
    )
### BEGIN HIDDEN TESTS
for address, expected in [
    ("/north/books/1815/", "book 1815, back to /north/"),
    ("/south/books/42/", "book 42, back to /south/"),
]:
    response = client(town_site).get(address)
    assert response.status_code == 200, f"GET {address} answered {response.status_code}; expected 200."
    assert response.text == expected, f"GET {address} answered {response.text!r}; expected {expected!r}."
### END HIDDEN TESTS

# %% [markdown] tags=["hint:routing-branches"]
# Write the inner list first, as if the branch were alone: its home page is the empty path. Then the outer list, with three lines. The inner list
# knows nothing of `north/`.

# %% [markdown] tags=["hint:routing-branches"]
# - A pair for `include` is `([…routes…], "the app name")`.
# - `include(…, namespace="…")` names a copy. The prefix in `path` ends in a slash.
# - `branch:home` means the home page of any branch. Which one is decided by an argument of `reverse`.

# %% [markdown] tags=["hint:routing-branches"]
# The address is `reverse("branch:home", current_app=…)`, and what belongs there is `request.resolver_match.namespace`. Two lines of the outer list
# look like `path("north/", include(branch_urls, namespace=…))`, the third needs no namespace.

# %% tags=["wrong:routing-branches:no-current-app"]
# shows: GET /north/books/3/ answered 'book 3, back to /south/'; expected 'book 3, back to /north/'.
def branch_home(request):
    return HttpResponse(f"{request.resolver_match.namespace} branch")


def rota(request):
    return HttpResponse("the rota")


staff_urls = [path("rota/", rota)]


def branch_book(request, number):
    return HttpResponse(f"book {number}, back to {reverse('branch:home')}")


branch_urls = ([path("", branch_home, name="home"), path("books/<int:number>/", branch_book, name="book")], "branch")

town_urls = [
    path("north/", include(branch_urls, namespace="north")),
    path("south/", include(branch_urls, namespace="south")),
    path("staff/", include(staff_urls)),
]

town_site = django_app(town_urls)


# %% tags=["wrong:routing-branches:no-slash"]
# shows: GET /staff/rota/ answered 404; expected 200.
def branch_home(request):
    return HttpResponse(f"{request.resolver_match.namespace} branch")


def rota(request):
    return HttpResponse("the rota")


staff_urls = [path("rota/", rota)]


def branch_book(request, number):
    home = reverse("branch:home", current_app=request.resolver_match.namespace)
    return HttpResponse(f"book {number}, back to {home}")


branch_urls = ([path("", branch_home, name="home"), path("books/<int:number>/", branch_book, name="book")], "branch")

town_urls = [
    path("north", include(branch_urls, namespace="north")),
    path("south", include(branch_urls, namespace="south")),
    path("staff", include(staff_urls)),
]

town_site = django_app(town_urls)


# %% tags=["wrong:routing-branches:no-namespaces"]
# shows: GET /north/ answered 'branch branch'; expected 'north branch'.
def branch_home(request):
    return HttpResponse(f"{request.resolver_match.namespace} branch")


def rota(request):
    return HttpResponse("the rota")


staff_urls = [path("rota/", rota)]


def branch_book(request, number):
    home = reverse("branch:home", current_app=request.resolver_match.namespace)
    return HttpResponse(f"book {number}, back to {home}")


branch_urls = ([path("", branch_home, name="home"), path("books/<int:number>/", branch_book, name="book")], "branch")

town_urls = [
    path("north/", include(branch_urls)),
    path("south/", include(branch_urls)),
    path("staff/", include(staff_urls)),
]

town_site = django_app(town_urls)


# %% tags=["wrong:routing-branches:prefix-repeated"]
# shows: GET /north/books/3/ answered 404; expected 200.
def branch_home(request):
    return HttpResponse(f"{request.resolver_match.namespace} branch")


def rota(request):
    return HttpResponse("the rota")


staff_urls = [path("rota/", rota)]


def branch_book(request, number):
    home = reverse("branch:home", current_app=request.resolver_match.namespace)
    return HttpResponse(f"book {number}, back to {home}")


branch_urls = (
    [
        path("", branch_home, name="home"),
        path("north/books/<int:number>/", branch_book, name="book"),
        path("south/books/<int:number>/", branch_book, name="book"),
    ],
    "branch",
)

town_urls = [
    path("north/", include(branch_urls, namespace="north")),
    path("south/", include(branch_urls, namespace="south")),
    path("staff/", include(staff_urls)),
]

town_site = django_app(town_urls)


# %% [markdown] objectives=["apirouter-bigger-apps"]
# ### FastAPI: a router that asks for the card
#
# Loans are private: whoever asks shows a library card. The function `check_card` is given. It reads the query parameter `card` and answers 401 if it
# is wrong. (A real check comes with the topic of authentication.)
#
# Write an `APIRouter` named `loans_router`, for paths that begin with `/loans`, and the app `loans_api`, which includes it **under `/v1`**:
#
# | request | answer |
# |---|---|
# | `GET /v1/loans?card=riverside` | 200, `["Emma", "Dune"]` |
# | `GET /v1/loans/7?card=riverside` | 200, `{"loan": 7}`, for any number |
# | both without a card, or with another one | 401 |
# | `GET /status`, without a card | 200, `{"open": true}`; this one belongs to the app itself |
#
# The router, and not each operation, says three things about all its operations: the dependency on `check_card`, the tag `loans`, and the response
# 404, with the description `No such loan`. Both of its paths then show the tag and the response in the documentation, `/openapi.json`. `/status` has
# no tag.

# %% tags=["answer:routing-loans-router"] objectives=["apirouter-bigger-apps", "fastapi-path-operations"]
def check_card(card: str = ""):
    if card != "riverside":
        raise HTTPException(401)


### BEGIN SOLUTION
loans_router = APIRouter(
    prefix="/loans",
    tags=["loans"],
    dependencies=[Depends(check_card)],
    responses={404: {"description": "No such loan"}},
)


@loans_router.get("")
def list_loans():
    return ["Emma", "Dune"]


@loans_router.get("/{loan_id}")
def read_loan(loan_id: int):
    return {"loan": loan_id}


loans_api = FastAPI()
loans_api.include_router(loans_router, prefix="/v1")


@loans_api.get("/status")
def loans_status():
    return {"open": True}
### END SOLUTION


# %%
hint("routing-loans-router")

# %% tags=["test:routing-loans-router:paths:1"] objectives=["apirouter-bigger-apps"]
for address, expected in [("/v1/loans?card=riverside", ["Emma", "Dune"]), ("/v1/loans/7?card=riverside", {"loan": 7})]:
    response = client(loans_api).get(address)
    assert response.status_code == 200, (
        f"GET {address} answered {response.status_code}; expected 200. Prefixes add up, from outside to inside."
    )
    assert response.json() == expected, f"GET {address} answered {response.json()}; expected {expected}."
### BEGIN HIDDEN TESTS
response = client(loans_api).get("/v1/loans/1815?card=riverside")
assert response.status_code == 200, f"GET /v1/loans/1815?card=riverside answered {response.status_code}; expected 200."
assert response.json() == {"loan": 1815}, (
    f"GET /v1/loans/1815?card=riverside answered {response.json()}; expected {{'loan': 1815}}."
)
### END HIDDEN TESTS

# %% tags=["test:routing-loans-router:card:2"] objectives=["apirouter-bigger-apps"]
for address in ["/v1/loans", "/v1/loans/7", "/v1/loans?card=north"]:
    response = client(loans_api).get(address)
    assert response.status_code == 401, (
        f"GET {address} answered {response.status_code}; expected 401. Is the check a dependency of the router?"
    )

response = client(loans_api).get("/status")
assert response.status_code == 200, (
    f"GET /status answered {response.status_code}; expected 200. The card is asked for by the router, not by the whole app."
)
assert response.json() == {"open": True}, f"GET /status answered {response.json()}; expected {{'open': True}}."
### BEGIN HIDDEN TESTS
response = client(loans_api).get("/v1/loans/42?card=")
assert response.status_code == 401, f"GET /v1/loans/42?card= answered {response.status_code}; expected 401."
### END HIDDEN TESTS

# %% tags=["test:routing-loans-router:documentation:1"] objectives=["apirouter-bigger-apps"]
response = client(loans_api).get("/openapi.json")
assert response.status_code == 200, f"GET /openapi.json answered {response.status_code}; expected 200."
paths = response.json()["paths"]
private = [address for address in sorted(paths) if address.startswith("/v1/loans")]
assert len(private) == 2, f"/openapi.json lists {sorted(paths)}; expected two paths that begin with /v1/loans."
for address in private:
    tags = paths[address]["get"].get("tags")
    assert tags == ["loans"], f"/openapi.json gives GET {address} the tags {tags}; expected ['loans']."
    description = paths[address]["get"]["responses"].get("404", {}).get("description")
    assert description == "No such loan", (
        f"/openapi.json describes the 404 of GET {address} as {description!r}; expected 'No such loan'."
    )
tags = paths.get("/status", {}).get("get", {}).get("tags")
assert tags is None, f"/openapi.json gives GET /status the tags {tags}; expected none, because only the router has one."


# %% [markdown] tags=["hint:routing-loans-router"]
# There are two objects, a router and an app. Which lines of the table belong to which? What the whole group shares is said once, where the router is
# made.

# %% [markdown] tags=["hint:routing-loans-router"]
# - `APIRouter` takes `prefix`, `tags`, `dependencies` and `responses`.
# - A dependency is wrapped in `Depends(…)`, and `dependencies` is a list of such.
# - `responses` is a dict from the status to a dict with a `description`.
# - The page of all loans has the empty path: its address is the prefix itself, and a prefix has no slash at its end.

# %% [markdown] tags=["hint:routing-loans-router"]
# ```python
# loans_router = APIRouter(prefix=…, tags=[…], dependencies=[Depends(…)], responses={404: {"description": …}})
# ```
#
# Its decorators are `@loans_router.get("")` and one with braces. The app says `include_router(…, prefix=…)`.

# %% tags=["wrong:routing-loans-router:double-prefix"]
# shows: GET /v1/loans?card=riverside answered 404; expected 200.
def check_card(card: str = ""):
    if card != "riverside":
        raise HTTPException(401)


loans_router = APIRouter(
    prefix="/loans",
    tags=["loans"],
    dependencies=[Depends(check_card)],
    responses={404: {"description": "No such loan"}},
)


@loans_router.get("/loans")
def list_loans():
    return ["Emma", "Dune"]


@loans_router.get("/loans/{loan_id}")
def read_loan(loan_id: int):
    return {"loan": loan_id}


loans_api = FastAPI()
loans_api.include_router(loans_router, prefix="/v1")


@loans_api.get("/status")
def loans_status():
    return {"open": True}


# %% tags=["wrong:routing-loans-router:slash"]
# shows: GET /v1/loans?card=riverside answered 307; expected 200.
def check_card(card: str = ""):
    if card != "riverside":
        raise HTTPException(401)


loans_router = APIRouter(
    prefix="/loans",
    tags=["loans"],
    dependencies=[Depends(check_card)],
    responses={404: {"description": "No such loan"}},
)


@loans_router.get("/")
def list_loans():
    return ["Emma", "Dune"]


@loans_router.get("/{loan_id}")
def read_loan(loan_id: int):
    return {"loan": loan_id}


loans_api = FastAPI()
loans_api.include_router(loans_router, prefix="/v1")


@loans_api.get("/status")
def loans_status():
    return {"open": True}


# %% tags=["wrong:routing-loans-router:whole-app"]
# shows: GET /status answered 401; expected 200.
def check_card(card: str = ""):
    if card != "riverside":
        raise HTTPException(401)


loans_router = APIRouter(prefix="/loans", tags=["loans"], responses={404: {"description": "No such loan"}})


@loans_router.get("")
def list_loans():
    return ["Emma", "Dune"]


@loans_router.get("/{loan_id}")
def read_loan(loan_id: int):
    return {"loan": loan_id}


loans_api = FastAPI(dependencies=[Depends(check_card)])
loans_api.include_router(loans_router, prefix="/v1")


@loans_api.get("/status")
def loans_status():
    return {"open": True}


# %% tags=["wrong:routing-loans-router:undocumented"]
# shows: /openapi.json gives GET /v1/loans the tags None; expected ['loans'].
def check_card(card: str = ""):
    if card != "riverside":
        raise HTTPException(401)


loans_router = APIRouter(prefix="/loans", dependencies=[Depends(check_card)])


@loans_router.get("")
def list_loans():
    return ["Emma", "Dune"]


@loans_router.get("/{loan_id}")
def read_loan(loan_id: int):
    return {"loan": loan_id}


loans_api = FastAPI()
loans_api.include_router(loans_router, prefix="/v1")


@loans_api.get("/status")
def loans_status():
    return {"open": True}


# %% [markdown] objectives=["apirouter-bigger-apps", "url-reversal"]
# ### The same in Flask: a blueprint
#
# Carry the loans over to Flask. A blueprint has no dependencies, but a decorator, `before_request`: the function under it runs before each handler
# *of this blueprint*. If it returns nothing, the handler follows. `abort(401)` ends the request.
#
# Write the blueprint `loans_blueprint`, named `"loans"`, and the app `loans_site`, which registers it under `/v1/loans`:
#
# | request | answer |
# |---|---|
# | `GET /v1/loans?card=riverside` | 200, `Emma, Dune` |
# | `GET /v1/loans/7?card=riverside` | 200, `loan 7, next /v1/loans/8`, for any number |
# | both without a card, or with another one | 401 |
# | `GET /status`, without a card | 200, `open`; this one belongs to the app itself |
#
# The address behind `next` is built from the endpoint. The card is read from `request.args`.

# %% tags=["answer:routing-loans-blueprint"] objectives=["flask-route-decorator", "url-reversal", "apirouter-bigger-apps"]
### BEGIN SOLUTION
loans_blueprint = Blueprint("loans", __name__, url_prefix="/v1/loans")


@loans_blueprint.before_request
def ask_for_card():
    if request.args.get("card") != "riverside":
        abort(401)


@loans_blueprint.get("")
def list_loans():
    return "Emma, Dune"


@loans_blueprint.get("/<int:loan_id>")
def read_loan(loan_id):
    return f"loan {loan_id}, next {url_for('loans.read_loan', loan_id=loan_id + 1)}"


loans_site = Flask("loans-site")
loans_site.register_blueprint(loans_blueprint)


@loans_site.get("/status")
def loans_status():
    return "open"
### END SOLUTION


# %%
hint("routing-loans-blueprint")

# %% tags=["test:routing-loans-blueprint:list:1"] objectives=["flask-route-decorator"]
response = client(loans_site).get("/v1/loans?card=riverside")
assert response.status_code == 200, (
    f"GET /v1/loans?card=riverside answered {response.status_code}; expected 200. Does the address end in a slash that nobody asked for?"
)
assert response.text == "Emma, Dune", f"GET /v1/loans?card=riverside answered {response.text!r}; expected 'Emma, Dune'."

# %% tags=["test:routing-loans-blueprint:next:1"] objectives=["url-reversal"]
response = client(loans_site).get("/v1/loans/7?card=riverside")
assert response.status_code == 200, (
    f"GET /v1/loans/7?card=riverside answered {response.status_code}; expected 200. How is an endpoint called that belongs to a blueprint?"
)
assert response.text == "loan 7, next /v1/loans/8", (
    f"GET /v1/loans/7?card=riverside answered {response.text!r}; expected 'loan 7, next /v1/loans/8'."
)
### BEGIN HIDDEN TESTS
response = client(loans_site).get("/v1/loans/41?card=riverside")
assert response.status_code == 200, f"GET /v1/loans/41?card=riverside answered {response.status_code}; expected 200."
assert response.text == "loan 41, next /v1/loans/42", (
    f"GET /v1/loans/41?card=riverside answered {response.text!r}; expected 'loan 41, next /v1/loans/42'."
)
### END HIDDEN TESTS

# %% tags=["test:routing-loans-blueprint:card:2"] objectives=["apirouter-bigger-apps"]
for address in ["/v1/loans", "/v1/loans/7", "/v1/loans?card=north"]:
    response = client(loans_site).get(address)
    assert response.status_code == 401, f"GET {address} answered {response.status_code}; expected 401."

response = client(loans_site).get("/status")
assert response.status_code == 200, (
    f"GET /status answered {response.status_code}; expected 200. The card is asked for by the blueprint, not by the whole app."
)
assert response.text == "open", f"GET /status answered {response.text!r}; expected 'open'."
### BEGIN HIDDEN TESTS
response = client(loans_site).get("/v1/loans/42?card=")
assert response.status_code == 401, f"GET /v1/loans/42?card= answered {response.status_code}; expected 401."
### END HIDDEN TESTS

# %% [markdown] tags=["hint:routing-loans-blueprint"]
# Go through your router line by line. What is the name for each thing in Flask: the router, its prefix, its dependency, its inclusion, an `int` in
# the path?

# %% [markdown] tags=["hint:routing-loans-blueprint"]
# - `Blueprint(name, __name__, url_prefix=…)`, and `register_blueprint` on the app.
# - The blueprint's own page has the empty rule, as in FastAPI.
# - An endpoint of a blueprint has its name in front, with a point.
# - Register the blueprint after its routes.

# %% [markdown] tags=["hint:routing-loans-blueprint"]
# The check is a function under `@loans_blueprint.before_request`. It compares `request.args.get("card")`, and calls `abort(401)`. The link is
# `url_for("loans.…", loan_id=…)`, with the name of the function behind the point.

# %% tags=["wrong:routing-loans-blueprint:bare-endpoint"]
# shows: GET /v1/loans/7?card=riverside answered 500; expected 200.
loans_blueprint = Blueprint("loans", __name__, url_prefix="/v1/loans")


@loans_blueprint.before_request
def ask_for_card():
    if request.args.get("card") != "riverside":
        abort(401)


@loans_blueprint.get("")
def list_loans():
    return "Emma, Dune"


@loans_blueprint.get("/<int:loan_id>")
def read_loan(loan_id):
    return f"loan {loan_id}, next {url_for('read_loan', loan_id=loan_id + 1)}"


loans_site = Flask("loans-site")
loans_site.register_blueprint(loans_blueprint)


@loans_site.get("/status")
def loans_status():
    return "open"


# %% tags=["wrong:routing-loans-blueprint:whole-app"]
# shows: GET /status answered 401; expected 200.
loans_blueprint = Blueprint("loans", __name__, url_prefix="/v1/loans")


@loans_blueprint.get("")
def list_loans():
    return "Emma, Dune"


@loans_blueprint.get("/<int:loan_id>")
def read_loan(loan_id):
    return f"loan {loan_id}, next {url_for('loans.read_loan', loan_id=loan_id + 1)}"


loans_site = Flask("loans-site")
loans_site.register_blueprint(loans_blueprint)


@loans_site.before_request
def ask_for_card():
    if request.args.get("card") != "riverside":
        abort(401)


@loans_site.get("/status")
def loans_status():
    return "open"


# %% tags=["wrong:routing-loans-blueprint:slash"]
# shows: GET /v1/loans?card=riverside answered 308; expected 200.
loans_blueprint = Blueprint("loans", __name__, url_prefix="/v1/loans")


@loans_blueprint.before_request
def ask_for_card():
    if request.args.get("card") != "riverside":
        abort(401)


@loans_blueprint.get("/")
def list_loans():
    return "Emma, Dune"


@loans_blueprint.get("/<int:loan_id>")
def read_loan(loan_id):
    return f"loan {loan_id}, next {url_for('.read_loan', loan_id=loan_id + 1)}"


loans_site = Flask("loans-site")
loans_site.register_blueprint(loans_blueprint)


@loans_site.get("/status")
def loans_status():
    return "open"


# %% [markdown] objectives=["subapps-mounting-dispatch"]
# ## 11. One house for three sites
#
# The library has three sites by now, made by three people: the old pages in Flask, the staff's pages in Django, the service for books in FastAPI. All
# three stay as they are.

# %% objectives=["subapps-mounting-dispatch"]
old_pages = Flask("old-pages")


@old_pages.get("/hours")
def old_hours():
    return f"9 to 6, this page is {url_for('old_hours')}"


def staff_rota(request):
    return HttpResponse(f"the rota, this page is {reverse('rota')}")


staff_pages = django_app([path("rota/", staff_rota, name="rota")])

books_service = FastAPI(title="Riverside books")


@books_service.get("/books/{book_id}")
def served_book(book_id: int):
    return {"book": book_id}


print(client(old_pages).get("/hours").text)
print(client(staff_pages).get("/rota/").text)
print(client(books_service).get("/books/7").text)

# %% [markdown] objectives=["subapps-mounting-dispatch"]
# Put them under one roof, twice.
#
# **`one_house`** is a FastAPI app. It answers `/status` itself and mounts the three:
#
# | request | answer 200 |
# |---|---|
# | `GET /status` | `{"open": true}`, by `one_house` itself |
# | `GET /api/books/7` | `{"book": 7}`, by `books_service` |
# | `GET /api/openapi.json` | the documentation of `books_service`, with its title `Riverside books` |
# | `GET /openapi.json` | the documentation of `one_house`, which lists the path `/status` alone |
# | `GET /staff/rota/` | `the rota, this page is /staff/rota/`, by `staff_pages` |
# | `GET /hours` | `9 to 6, this page is /hours`, by `old_pages`, which gets **everything else** |
#
# **`wsgi_house`** is for the town's old server, which speaks only WSGI. It joins the two sites that speak it too, without FastAPI:
#
# | request | answer 200 |
# |---|---|
# | `GET /staff/rota/` | `the rota, this page is /staff/rota/`, by `staff_pages` |
# | `GET /hours` | `9 to 6, this page is /hours`, by `old_pages`, which gets everything else |
#
# Do not touch the three sites. The adapter `WsgiToAsgi` and the `DispatcherMiddleware` are imported.

# %% tags=["answer:routing-one-house"] objectives=["subapps-mounting-dispatch"]
### BEGIN SOLUTION
one_house = FastAPI()


@one_house.get("/status")
def house_status():
    return {"open": True}


one_house.mount("/api", books_service)
one_house.mount("/staff", WsgiToAsgi(staff_pages))
one_house.mount("/", WsgiToAsgi(old_pages))

wsgi_house = DispatcherMiddleware(old_pages, {"/staff": staff_pages})
### END SOLUTION

# %%
hint("routing-one-house")

# %% tags=["test:routing-one-house:service:2"] objectives=["subapps-mounting-dispatch"]
for address, expected in [("/api/books/7", {"book": 7}), ("/status", {"open": True})]:
    response = client(one_house).get(address)
    assert response.status_code == 200, (
        f"GET {address} at one_house answered {response.status_code}; expected 200. Which mount takes this path first?"
    )
    assert response.json() == expected, f"GET {address} at one_house answered {response.json()}; expected {expected}."

response = client(one_house).get("/api/openapi.json")
assert response.status_code == 200, (
    f"GET /api/openapi.json at one_house answered {response.status_code}; expected 200. A mounted app keeps its own documentation."
)
title = response.json()["info"]["title"]
assert title == "Riverside books", f"GET /api/openapi.json at one_house has the title {title!r}; expected 'Riverside books'."

response = client(one_house).get("/openapi.json")
assert response.status_code == 200, f"GET /openapi.json at one_house answered {response.status_code}; expected 200."
paths = sorted(response.json()["paths"])
assert paths == ["/status"], f"GET /openapi.json at one_house lists {paths}; expected ['/status']. Is the service mounted, or included?"
### BEGIN HIDDEN TESTS
response = client(one_house).get("/api/books/1815")
assert response.status_code == 200, f"GET /api/books/1815 at one_house answered {response.status_code}; expected 200."
assert response.json() == {"book": 1815}, f"GET /api/books/1815 at one_house answered {response.json()}; expected {{'book': 1815}}."
### END HIDDEN TESTS

# %% tags=["test:routing-one-house:adapters:1"] objectives=["subapps-mounting-dispatch"]
for address, expected in [
    ("/staff/rota/", "the rota, this page is /staff/rota/"),
    ("/hours", "9 to 6, this page is /hours"),
]:
    response = client(one_house).get(address)
    assert response.status_code == 200, f"GET {address} at one_house answered {response.status_code}; expected 200."
    assert response.text == expected, f"GET {address} at one_house answered {response.text!r}; expected {expected!r}."

# %% tags=["test:routing-one-house:dispatcher:1"] objectives=["subapps-mounting-dispatch"]
for address, expected in [
    ("/staff/rota/", "the rota, this page is /staff/rota/"),
    ("/hours", "9 to 6, this page is /hours"),
]:
    response = client(wsgi_house).get(address)
    assert response.status_code == 200, f"GET {address} at wsgi_house answered {response.status_code}; expected 200."
    assert response.text == expected, f"GET {address} at wsgi_house answered {response.text!r}; expected {expected!r}."

# %% [markdown] tags=["hint:routing-one-house"]
# Which of the three speak WSGI, and which ASGI? Where a WSGI site goes into an ASGI app, something must stand between. And when a mount takes
# everything under its prefix, what does the prefix `/` take?

# %% [markdown] tags=["hint:routing-one-house"]
# - `one_house.mount(prefix, app)`: the prefix begins with a slash and has none at its end.
# - Routes and mounts are tried from top to bottom. The most general one comes last.
# - `include_router` makes the service a part of the house, documentation and all. Mounted, it stays a site of its own.
# - `DispatcherMiddleware` takes the site for everything else, then a dict from prefixes to sites.

# %% [markdown] tags=["hint:routing-one-house"]
# First the route `/status`, then three mounts: `/api` with the service as it is, `/staff` and in the end `/` with `WsgiToAsgi(…)` around the site.
# The other house is one line: `DispatcherMiddleware(…, {"/…": …})`.

# %% tags=["wrong:routing-one-house:root-first"]
# shows: GET /api/books/7 at one_house answered 404; expected 200. Which mount takes this path first?
one_house = FastAPI()


@one_house.get("/status")
def house_status():
    return {"open": True}


one_house.mount("/", WsgiToAsgi(old_pages))
one_house.mount("/api", books_service)
one_house.mount("/staff", WsgiToAsgi(staff_pages))

wsgi_house = DispatcherMiddleware(old_pages, {"/staff": staff_pages})

# %% tags=["wrong:routing-one-house:included"]
# shows: expected ['/status']. Is the service mounted, or included?
one_house = FastAPI()


@one_house.get("/status")
def house_status():
    return {"open": True}


one_house.include_router(books_service.router, prefix="/api")
one_house.mount("/staff", WsgiToAsgi(staff_pages))
one_house.mount("/", WsgiToAsgi(old_pages))

wsgi_house = DispatcherMiddleware(old_pages, {"/staff": staff_pages})

# %% tags=["wrong:routing-one-house:no-slash"]
# shows: GET /staff/rota/ at wsgi_house answered 404; expected 200.
one_house = FastAPI()


@one_house.get("/status")
def house_status():
    return {"open": True}


one_house.mount("/api", books_service)
one_house.mount("/staff", WsgiToAsgi(staff_pages))
one_house.mount("/", WsgiToAsgi(old_pages))

wsgi_house = DispatcherMiddleware(old_pages, {"staff": staff_pages})

# %% [markdown] objectives=["flask-custom-converters"]
# ## 12. A converter of your own: shelf marks
#
# Every book has a shelf mark, such as `CR-042`: two capital letters for the room, a hyphen, three digits for the place.
#
# ### Flask: a converter and URL processors
#
# The app `marks_site` and its two pages are given. They do not run yet, because three things are missing:
#
# 1. A **converter** with the name `mark`. It lets exactly such marks through, makes of `CR-042` the pair `("CR", 42)`, and of the pair `("CR", 43)`
#    the text `CR-043`.
# 2. A URL processor that **takes out** the value `branch`, where there is one, and puts it into `g.branch`.
# 3. A URL processor that **puts back** `g.branch` into addresses that have a place for it, and into no others.
#
# | request | answer |
# |---|---|
# | `GET /marks/CR-042` | 200, `room CR, place 42` |
# | `GET /north/shelf/CR-042` | 200, `north: room CR, place 42, next /north/shelf/CR-043, mark /marks/CR-042` |
# | `GET /marks/cr-042`, `/marks/CR-42`, `/marks/CR-0042`, `/nowhere` | 404 |
#
# The branch, the room and the place stand for any others. The place after `999` is of no interest.

# %% tags=["answer:routing-marks-flask"] objectives=["flask-custom-converters", "url-reversal"]
marks_site = Flask("marks")

### BEGIN SOLUTION
class MarkConverter(BaseConverter):
    regex = "[A-Z]{2}-[0-9]{3}"

    def to_python(self, text):
        room, place = text.split("-")
        return room, int(place)

    def to_url(self, mark):
        room, place = mark
        return f"{room}-{place:03d}"


marks_site.url_map.converters["mark"] = MarkConverter


@marks_site.url_value_preprocessor
def take_branch(endpoint, values):
    if values:
        g.branch = values.pop("branch", None)


@marks_site.url_defaults
def put_branch(endpoint, values):
    if marks_site.url_map.is_endpoint_expecting(endpoint, "branch"):
        values.setdefault("branch", g.branch)
### END SOLUTION


@marks_site.get("/marks/<mark:mark>")
def mark_page(mark):
    room, place = mark
    return f"room {room}, place {place}"


@marks_site.get("/<branch>/shelf/<mark:mark>")
def shelf_page(mark):
    room, place = mark
    next_page = url_for("shelf_page", mark=(room, place + 1))
    return f"{g.branch}: room {room}, place {place}, next {next_page}, mark {url_for('mark_page', mark=mark)}"


# %%
hint("routing-marks-flask")

# %% tags=["test:routing-marks-flask:value:1"] objectives=["flask-custom-converters"]
response = client(marks_site).get("/marks/CR-042")
assert response.status_code == 200, f"GET /marks/CR-042 answered {response.status_code}; expected 200."
assert response.text == "room CR, place 42", (
    f"GET /marks/CR-042 answered {response.text!r}; expected 'room CR, place 42'. What does `to_python` return?"
)
### BEGIN HIDDEN TESTS
response = client(marks_site).get("/marks/PO-700")
assert response.status_code == 200, f"GET /marks/PO-700 answered {response.status_code}; expected 200."
assert response.text == "room PO, place 700", f"GET /marks/PO-700 answered {response.text!r}; expected 'room PO, place 700'."
### END HIDDEN TESTS

# %% tags=["test:routing-marks-flask:refused:1"] objectives=["flask-custom-converters"]
response = client(marks_site).get("/marks/CR-042")
assert response.status_code == 200, f"GET /marks/CR-042 answered {response.status_code}; expected 200."

for address in ["/marks/cr-042", "/marks/CR-42", "/marks/CR-0042", "/nowhere"]:
    response = client(marks_site).get(address)
    assert response.status_code == 404, (
        f"GET {address} answered {response.status_code}; expected 404. URL processors are called even when no rule fits, and then `values` is None."
    )

# %% tags=["test:routing-marks-flask:branch:2"] objectives=["flask-custom-converters", "url-reversal"]
expected = "north: room CR, place 42, next /north/shelf/CR-043, mark /marks/CR-042"
response = client(marks_site).get("/north/shelf/CR-042")
assert response.status_code == 200, f"GET /north/shelf/CR-042 answered {response.status_code}; expected 200."
assert response.text == expected, f"GET /north/shelf/CR-042 answered {response.text!r}; expected {expected!r}."
### BEGIN HIDDEN TESTS
expected = "south: room PO, place 9, next /south/shelf/PO-010, mark /marks/PO-009"
response = client(marks_site).get("/south/shelf/PO-009")
assert response.status_code == 200, f"GET /south/shelf/PO-009 answered {response.status_code}; expected 200."
assert response.text == expected, f"GET /south/shelf/PO-009 answered {response.text!r}; expected {expected!r}."
### END HIDDEN TESTS

# %% [markdown] tags=["hint:routing-marks-flask"]
# Do one thing after the other. With the converter alone `/marks/CR-042` answers, and the first test passes. (Its name must be known to the app before
# the rules use it, so the order in the cell is right.) Then come the two processors.

# %% [markdown] tags=["hint:routing-marks-flask"]
# - The class inherits from `BaseConverter`. `regex` says what fits, `to_python(self, text)` makes the pair, `to_url(self, mark)` the text.
# - It is entered in `marks_site.url_map.converters`, a dict.
# - The decorators are `url_value_preprocessor` and `url_defaults`. Both functions take `endpoint` and `values`.
# - `f"{7:03d}"` is `007`.

# %% [markdown] tags=["hint:routing-marks-flask"]
# - `regex` has three parts: `[A-Z]{2}`, the hyphen, and the digits in the same way. `text.split("-")` gives the two halves, and the second becomes an
#   `int`.
# - Taking out: only if there are `values`, `values.pop("branch", None)`.
# - Putting back: only if `marks_site.url_map.is_endpoint_expecting(endpoint, …)`, and with `values.setdefault(…, …)`.

# %% tags=["wrong:routing-marks-flask:no-zeros"]
# shows: next /north/shelf/CR-43, mark /marks/CR-42'; expected
marks_site = Flask("marks")


class MarkConverter(BaseConverter):
    regex = "[A-Z]{2}-[0-9]{3}"

    def to_python(self, text):
        room, place = text.split("-")
        return room, int(place)

    def to_url(self, mark):
        return f"{mark[0]}-{mark[1]}"


marks_site.url_map.converters["mark"] = MarkConverter


@marks_site.url_value_preprocessor
def take_branch(endpoint, values):
    if values:
        g.branch = values.pop("branch", None)


@marks_site.url_defaults
def put_branch(endpoint, values):
    if marks_site.url_map.is_endpoint_expecting(endpoint, "branch"):
        values.setdefault("branch", g.branch)


@marks_site.get("/marks/<mark:mark>")
def mark_page(mark):
    room, place = mark
    return f"room {room}, place {place}"


@marks_site.get("/<branch>/shelf/<mark:mark>")
def shelf_page(mark):
    room, place = mark
    next_page = url_for("shelf_page", mark=(room, place + 1))
    return f"{g.branch}: room {room}, place {place}, next {next_page}, mark {url_for('mark_page', mark=mark)}"


# %% tags=["wrong:routing-marks-flask:values-none"]
# shows: GET /marks/cr-042 answered 500; expected 404.
marks_site = Flask("marks")


class MarkConverter(BaseConverter):
    regex = "[A-Z]{2}-[0-9]{3}"

    def to_python(self, text):
        room, place = text.split("-")
        return room, int(place)

    def to_url(self, mark):
        room, place = mark
        return f"{room}-{place:03d}"


marks_site.url_map.converters["mark"] = MarkConverter


@marks_site.url_value_preprocessor
def take_branch(endpoint, values):
    g.branch = values.pop("branch", None)


@marks_site.url_defaults
def put_branch(endpoint, values):
    if marks_site.url_map.is_endpoint_expecting(endpoint, "branch"):
        values.setdefault("branch", g.branch)


@marks_site.get("/marks/<mark:mark>")
def mark_page(mark):
    room, place = mark
    return f"room {room}, place {place}"


@marks_site.get("/<branch>/shelf/<mark:mark>")
def shelf_page(mark):
    room, place = mark
    next_page = url_for("shelf_page", mark=(room, place + 1))
    return f"{g.branch}: room {room}, place {place}, next {next_page}, mark {url_for('mark_page', mark=mark)}"


# %% tags=["wrong:routing-marks-flask:branch-everywhere"]
# shows: mark /marks/CR-042?branch=north'; expected
marks_site = Flask("marks")


class MarkConverter(BaseConverter):
    regex = "[A-Z]{2}-[0-9]{3}"

    def to_python(self, text):
        room, place = text.split("-")
        return room, int(place)

    def to_url(self, mark):
        room, place = mark
        return f"{room}-{place:03d}"


marks_site.url_map.converters["mark"] = MarkConverter


@marks_site.url_value_preprocessor
def take_branch(endpoint, values):
    if values:
        g.branch = values.pop("branch", None)


@marks_site.url_defaults
def put_branch(endpoint, values):
    values.setdefault("branch", g.branch)


@marks_site.get("/marks/<mark:mark>")
def mark_page(mark):
    room, place = mark
    return f"room {room}, place {place}"


@marks_site.get("/<branch>/shelf/<mark:mark>")
def shelf_page(mark):
    room, place = mark
    next_page = url_for("shelf_page", mark=(room, place + 1))
    return f"{g.branch}: room {room}, place {place}, next {next_page}, mark {url_for('mark_page', mark=mark)}"


# %% tags=["wrong:routing-marks-flask:loose-regex"]
# shows: GET /marks/CR-42 answered 200; expected 404.
marks_site = Flask("marks")


class MarkConverter(BaseConverter):
    regex = "[A-Z]+-[0-9]+"

    def to_python(self, text):
        room, place = text.split("-")
        return room, int(place)

    def to_url(self, mark):
        room, place = mark
        return f"{room}-{place:03d}"


marks_site.url_map.converters["mark"] = MarkConverter


@marks_site.url_value_preprocessor
def take_branch(endpoint, values):
    if values:
        g.branch = values.pop("branch", None)


@marks_site.url_defaults
def put_branch(endpoint, values):
    if marks_site.url_map.is_endpoint_expecting(endpoint, "branch"):
        values.setdefault("branch", g.branch)


@marks_site.get("/marks/<mark:mark>")
def mark_page(mark):
    room, place = mark
    return f"room {room}, place {place}"


@marks_site.get("/<branch>/shelf/<mark:mark>")
def shelf_page(mark):
    room, place = mark
    next_page = url_for("shelf_page", mark=(room, place + 1))
    return f"{g.branch}: room {room}, place {place}, next {next_page}, mark {url_for('mark_page', mark=mark)}"


# %% [markdown] objectives=["django-custom-converters-namespaces"]
# ### The same in Django
#
# Carry the converter over to Django, from a blank cell. Only the rooms `CR`, `PO` and `TR` exist. A mark of another room is no mark, and the next
# route is tried.
#
# Write the converter, register it under the name `shelf_mark`, and make the Django site `marks_django`:
#
# | request | answer |
# |---|---|
# | `GET /marks/CR-042/` | 200, `room CR, place 42, next /marks/CR-043/` |
# | `GET /marks/ZZ-042/`, `GET /marks/cr-042/`, `GET /marks/emma/` | 200, `ZZ-042 is no mark`, `cr-042 is no mark`, `emma is no mark` |
#
# The view of a mark gets a room and a number, as a pair or in any other form that you like. The address behind `next` is built from the route's name.
# Whatever is no mark, and has no slash, gets the second answer.
#
# Django registers a name only once. The first line is given. It forgets what an earlier run of the cell has registered, so that you can correct your
# class and run the cell again. A project does not need it.

# %% tags=["answer:routing-marks-django"] objectives=["django-custom-converters-namespaces", "url-reversal"]
REGISTERED_CONVERTERS.pop("shelf_mark", None)

### BEGIN SOLUTION
class ShelfMark:
    regex = "(?:CR|PO|TR)-[0-9]{3}"

    def to_python(self, text):
        room, place = text.split("-")
        return room, int(place)

    def to_url(self, mark):
        room, place = mark
        return f"{room}-{place:03d}"


register_converter(ShelfMark, "shelf_mark")


def show_mark(request, mark):
    room, place = mark
    following = reverse("mark", kwargs={"mark": (room, place + 1)})
    return HttpResponse(f"room {room}, place {place}, next {following}")


def no_mark(request, text):
    return HttpResponse(f"{text} is no mark")


marks_django = django_app(
    [
        path("marks/<shelf_mark:mark>/", show_mark, name="mark"),
        path("marks/<str:text>/", no_mark),
    ]
)
### END SOLUTION

# %%
hint("routing-marks-django")

# %% tags=["test:routing-marks-django:value:2"] objectives=["django-custom-converters-namespaces", "url-reversal"]
expected = "room CR, place 42, next /marks/CR-043/"
response = client(marks_django).get("/marks/CR-042/")
assert response.status_code == 200, f"GET /marks/CR-042/ answered {response.status_code}; expected 200."
assert response.text == expected, f"GET /marks/CR-042/ answered {response.text!r}; expected {expected!r}."
### BEGIN HIDDEN TESTS
for address, expected in [
    ("/marks/TR-700/", "room TR, place 700, next /marks/TR-701/"),
    ("/marks/PO-009/", "room PO, place 9, next /marks/PO-010/"),
]:
    response = client(marks_django).get(address)
    assert response.status_code == 200, f"GET {address} answered {response.status_code}; expected 200."
    assert response.text == expected, f"GET {address} answered {response.text!r}; expected {expected!r}."
### END HIDDEN TESTS

# %% tags=["test:routing-marks-django:refused:2"] objectives=["django-custom-converters-namespaces"]
for address, expected in [
    ("/marks/ZZ-042/", "ZZ-042 is no mark"),
    ("/marks/cr-042/", "cr-042 is no mark"),
    ("/marks/emma/", "emma is no mark"),
]:
    response = client(marks_django).get(address)
    assert response.status_code == 200, (
        f"GET {address} answered {response.status_code}; expected 200. When the converter refuses, which route comes next?"
    )
    assert response.text == expected, (
        f"GET {address} answered {response.text!r}; expected {expected!r}. Does the converter refuse this value, and does the other route stand below?"
    )
### BEGIN HIDDEN TESTS
for address, expected in [("/marks/CR-0042/", "CR-0042 is no mark"), ("/marks/XCR-042/", "XCR-042 is no mark")]:
    response = client(marks_django).get(address)
    assert response.status_code == 200, f"GET {address} answered {response.status_code}; expected 200."
    assert response.text == expected, f"GET {address} answered {response.text!r}; expected {expected!r}."
### END HIDDEN TESTS

# %% [markdown] tags=["hint:routing-marks-django"]
# Put your two classes side by side: what does Django's have, and what does it not need? Then think of the routes. There are two, and their order
# matters.

# %% [markdown] tags=["hint:routing-marks-django"]
# - The class has `regex`, `to_python` and `to_url`, and inherits from nothing. `register_converter(class, name)` makes it known, before `path` uses
#   it.
# - The rooms can be named in the expression. Or `to_python` raises a `ValueError` for a room that does not exist. Both mean "try the next route".
# - In an expression `a|b` takes all that stands left or right of it. Put brackets around the rooms.

# %% [markdown] tags=["hint:routing-marks-django"]
# The expression begins with `(?:CR|…|…)` and goes on as in Flask. The routes are `path("marks/<shelf_mark:mark>/", …, name=…)` and below it one with
# `<str:…>`. The next address is `reverse(…, kwargs={"mark": …})`, with the pair as the value.

# %% tags=["wrong:routing-marks-django:any-room"]
# shows: GET /marks/ZZ-042/ answered 'room ZZ, place 42, next /marks/ZZ-043/'; expected 'ZZ-042 is no mark'.
REGISTERED_CONVERTERS.pop("shelf_mark", None)


class ShelfMark:
    regex = "[A-Z]{2}-[0-9]{3}"

    def to_python(self, text):
        room, place = text.split("-")
        return room, int(place)

    def to_url(self, mark):
        room, place = mark
        return f"{room}-{place:03d}"


register_converter(ShelfMark, "shelf_mark")


def show_mark(request, mark):
    room, place = mark
    following = reverse("mark", kwargs={"mark": (room, place + 1)})
    return HttpResponse(f"room {room}, place {place}, next {following}")


def no_mark(request, text):
    return HttpResponse(f"{text} is no mark")


marks_django = django_app(
    [
        path("marks/<shelf_mark:mark>/", show_mark, name="mark"),
        path("marks/<str:text>/", no_mark),
    ]
)

# %% tags=["wrong:routing-marks-django:wrong-order"]
# shows: GET /marks/CR-042/ answered 'CR-042 is no mark'; expected 'room CR, place 42, next /marks/CR-043/'.
REGISTERED_CONVERTERS.pop("shelf_mark", None)


class ShelfMark:
    regex = "(?:CR|PO|TR)-[0-9]{3}"

    def to_python(self, text):
        room, place = text.split("-")
        return room, int(place)

    def to_url(self, mark):
        room, place = mark
        return f"{room}-{place:03d}"


register_converter(ShelfMark, "shelf_mark")


def show_mark(request, mark):
    room, place = mark
    following = reverse("mark", kwargs={"mark": (room, place + 1)})
    return HttpResponse(f"room {room}, place {place}, next {following}")


def no_mark(request, text):
    return HttpResponse(f"{text} is no mark")


marks_django = django_app(
    [
        path("marks/<str:text>/", no_mark),
        path("marks/<shelf_mark:mark>/", show_mark, name="mark"),
    ]
)

# %% tags=["wrong:routing-marks-django:no-zeros"]
# shows: GET /marks/CR-042/ answered 500; expected 200.
REGISTERED_CONVERTERS.pop("shelf_mark", None)


class ShelfMark:
    regex = "(?:CR|PO|TR)-[0-9]{3}"

    def to_python(self, text):
        room, place = text.split("-")
        return room, int(place)

    def to_url(self, mark):
        room, place = mark
        return f"{room}-{place}"


register_converter(ShelfMark, "shelf_mark")


def show_mark(request, mark):
    room, place = mark
    following = reverse("mark", kwargs={"mark": (room, place + 1)})
    return HttpResponse(f"room {room}, place {place}, next {following}")


def no_mark(request, text):
    return HttpResponse(f"{text} is no mark")


marks_django = django_app(
    [
        path("marks/<shelf_mark:mark>/", show_mark, name="mark"),
        path("marks/<str:text>/", no_mark),
    ]
)

# %% [markdown]
# That was the last one. Choose *Run › Restart Kernel and Run All Cells* before you hand in: every test must pass from a fresh start, in the order of
# the page.
#
# Studying alone? Save, then press the button: all tests judge your work as a class's tests do, the hidden ones too, and your progress keeps the result.

# %%
grade("routing")
