# ---
# title: One table, three frameworks
# minutes: 30
# ---

# %% [markdown] objectives=["routing-across-frameworks"]
# # One table, three frameworks
#
# The library writes its addresses down once, and builds the site in all three frameworks. After this lesson you can carry a table of routes
# from one framework to another, and name the places where the copy will not behave like the original. You also teach the site a kind of value
# of your own: the number of a week. Allow 30 minutes.

# %%
from course import cards, client, compare, django_app, exam, interview, mistakes, quiz, xray


def statuses(*requests, **sites):
    """Sends each request to each site and prints the statuses side by side."""
    print(" " * 28 + "".join(f"{name:>9}" for name in sites))
    for request in requests:
        method, address = request.split()
        answers = [client(site).request(method, address) for site in sites.values()]
        print(f"{request:<28}" + "".join(f"{answer.status_code:>9}" for answer in answers))


# %% [markdown] objectives=["routing-across-frameworks"]
# ## The same table three times
#
# This is the table:
#
# | method and path | handler |
# |---|---|
# | `GET /books` | the list of books |
# | `POST /books` | adds a book |
# | `GET /books/new` | the form for a new book |
# | `GET /books/7` | one book, by its number |
# | `GET /branches/north/books` | the books of a branch |
#
# In Flask:

# %% objectives=["routing-across-frameworks"]
from flask import Flask

flask_site = Flask("library")


@flask_site.get("/books")
def list_books():
    return "all books"


@flask_site.post("/books")
def add_book():
    return "book added"


@flask_site.get("/books/new")
def new_book():
    return "the form"


@flask_site.get("/books/<int:book_id>")
def book(book_id):
    return f"book {book_id}"


@flask_site.get("/branches/<branch>/books")
def branch_books(branch):
    return f"books of {branch}"


statuses("GET /books", "POST /books", "GET /books/new", Flask=flask_site)

# %% [markdown] objectives=["routing-across-frameworks"]
# In Django. The two handlers for `/books` become one class, because a path has one view. The addresses do without the last slash here, so
# that they are the same in all three:

# %% objectives=["routing-across-frameworks"]
from django.http import HttpResponse
from django.urls import path
from django.views import View
from django.views.decorators.http import require_safe


class Books(View):
    def get(self, request):
        return HttpResponse("all books")

    def post(self, request):
        return HttpResponse("book added")


@require_safe
def new_book(request):
    return HttpResponse("the form")


@require_safe
def book(request, book_id):
    return HttpResponse(f"book {book_id}")


@require_safe
def branch_books(request, branch):
    return HttpResponse(f"books of {branch}")


django_site = django_app(
    [
        path("books", Books.as_view(), name="books"),
        path("books/new", new_book, name="new-book"),
        path("books/<int:book_id>", book, name="book"),
        path("branches/<str:branch>/books", branch_books, name="branch-books"),
    ],
    MIDDLEWARE=[],
)

# %% [markdown] objectives=["routing-across-frameworks"]
# (`require_safe` lets `GET` and `HEAD` through. `require_GET` would refuse `HEAD`.) And in FastAPI, where the form must stand above the book:

# %% objectives=["routing-across-frameworks"]
from fastapi import FastAPI

fastapi_site = FastAPI()


@fastapi_site.get("/books")
def list_books():
    return "all books"


@fastapi_site.post("/books")
def add_book():
    return "book added"


@fastapi_site.get("/books/new")
def new_book():
    return "the form"


@fastapi_site.get("/books/{book_id}")
def book(book_id: int):
    return f"book {book_id}"


@fastapi_site.get("/branches/{branch}/books")
def branch_books(branch: str):
    return f"books of {branch}"


# %% [markdown] objectives=["routing-across-frameworks"]
# Is that the same site three times? Nearly.

# %% objectives=["routing-across-frameworks"]
quiz("predict-abc-in-three")

# %% objectives=["routing-across-frameworks"]
sites = {"Flask": flask_site, "Django": django_site, "FastAPI": fastapi_site}

statuses("GET /books", "POST /books", "GET /books/new", "GET /books/7", "GET /branches/north/books", **sites)
statuses("GET /books/abc", "GET /books/-7", "HEAD /books/7", "DELETE /books", "GET /members", **sites)

# %% [markdown] objectives=["routing-across-frameworks"]
# What the table says is the same everywhere. What it does not say differs: a word instead of a number, a negative number, a `HEAD` request.
#
# `compare` sends one request to all of them, and marks where the answers differ. At the end it shows the code that made each.

# %% objectives=["routing-across-frameworks"]
compare("/books/abc", Flask=flask_site, Django=django_site, FastAPI=fastapi_site)

# %% [markdown] objectives=["routing-across-frameworks"]
# Flask and Django found no route. FastAPI found one, and says what is wrong with the value.
#
# | | Flask | Django | FastAPI |
# |---|---|---|---|
# | route | `@app.get("/books")` | `path("books", view)` | `@app.get("/books")` |
# | a number | `<int:book_id>` | `<int:book_id>` | `{book_id}` and `book_id: int` |
# | a wrong value | next rule, in the end 404 | next route, in the end 404 | 422 |
# | overlapping routes | fixed text first | first in the list | first in the list |
# | methods | `methods=[…]`, `get`, `post` | the view decides | `get`, `post`, … |
# | `HEAD` where there is a `GET` | answered | the view decides | 405 |
# | build a path | `url_for("book", book_id=7)` | `reverse("book", args=[7])` | `app.url_path_for("book", book_id=7)` |
# | a group | `Blueprint` | `include` | `APIRouter` |
# | a name in a group | `loans.index` | `loans:index` | `index` |

# %% objectives=["routing-across-frameworks"]
quiz("translate-int-to-fastapi")

# %% [markdown] objectives=["routing-across-frameworks"]
# ## What happens to a missing slash
#
# A reader types `/branches`. The route says `/branches/`. All three frameworks help, and each in its own way.

# %% objectives=["routing-across-frameworks"]
quiz("predict-slash-in-three")

# %% objectives=["routing-across-frameworks"]
flask_slash = Flask("library")
flask_slash.add_url_rule("/branches/", "branches", lambda: "four branches")
flask_slash.add_url_rule("/hours", "hours", lambda: "9 to 6")

django_slash = django_app(
    [
        path("branches/", lambda request: HttpResponse("four branches")),
        path("hours", lambda request: HttpResponse("9 to 6")),
    ]
)

fastapi_slash = FastAPI()
fastapi_slash.add_api_route("/branches/", lambda: "four branches")
fastapi_slash.add_api_route("/hours", lambda: "9 to 6")

slash = {"Flask": flask_slash, "Django": django_slash, "FastAPI": fastapi_slash}
statuses("GET /branches/", "GET /branches", "GET /hours", "GET /hours/", **slash)

# %% [markdown] objectives=["routing-across-frameworks"]
# - **A slash too few** is a redirect everywhere: 308 in Flask, 301 in Django, 307 in FastAPI. Django's comes from a setting, `APPEND_SLASH`,
#   and the `CommonMiddleware`.
# - **A slash too many** is a 404 in Flask and Django. FastAPI redirects that too.
#
# Where does Django's redirect come from? Not from the router, as its way shows:

# %% objectives=["routing-across-frameworks"]
xray(django_slash, "GET", "/branches", times=False)

# %% [markdown] objectives=["routing-across-frameworks"]
# `CommonMiddleware` saw the 404, looked whether the address with a slash has a route, and sent the redirect in its place.
#
# The numbers matter for `POST`. After 307 and 308 a browser sends the `POST` again. After 301 most send a `GET`, and the form's content is
# lost. So Django refuses to redirect a `POST` while `DEBUG` is on, and raises an error that says so. Let forms post to built addresses, and
# this never happens.
#
# To switch the help off: `strict_slashes=False` on a Flask rule (both addresses then answer directly), `APPEND_SLASH = False` in Django,
# `FastAPI(redirect_slashes=False)`.

# %% objectives=["routing-across-frameworks"]
quiz("predict-django-missing-slash")

# %% [markdown] objectives=["django-custom-converters-namespaces", "flask-custom-converters"]
# ## A converter of your own
#
# The library has story hours, and an address for each week: `/events/07`. A week is two digits, from 01 to 53. Django has no converter for
# that. (Flask has: `int(fixed_digits=2, min=1, max=53)`. You write one all the same, to see how it is done.)
#
# ### Django
#
# A converter is a class with three parts: `regex` says what fits, `to_python` makes a value of the text, `to_url` makes text of the value
# when an address is built. `60` fits the expression, but it is no week. What then?

# %% objectives=["django-custom-converters-namespaces"]
quiz("predict-django-converter-refuses")

# %% objectives=["django-custom-converters-namespaces"]
from django.urls import register_converter, reverse
from django.urls.converters import get_converters


class Week:
    regex = "[0-9]{2}"

    def to_python(self, text):
        week = int(text)
        if not 1 <= week <= 53:
            raise ValueError(f"no such week: {week}")
        return week

    def to_url(self, week):
        return f"{week:02d}"


if "week" not in get_converters():  # a name may be registered once, and a cell may run twice
    register_converter(Week, "week")


def events(request, week):
    return HttpResponse(f"events of week {week}")


def events_at(request, place):
    return HttpResponse(f"events at {place}")


django_site = django_app(
    [
        path("events/<week:week>", events, name="events"),
        path("events/<str:place>", events_at),
    ]
)

for address in ["/events/07", "/events/60", "/events/harbour"]:
    print(address, client(django_site).get(address).text)
print(reverse("events", args=[7]))

# %% [markdown] objectives=["django-custom-converters-namespaces"]
# A `ValueError` in `to_python` means "does not fit". Django goes on to the next route, which takes `60` for a place. Without that route the
# answer would be 404.
#
# (Registering a name twice gives a warning in Django 5.2 and an error from 6.0. If you change the class `Week` here, restart the kernel.)
#
# ### Flask
#
# The class has the same three parts. It inherits from `BaseConverter`, and says no with `ValidationError`. The name is entered in the site's
# own table:

# %% objectives=["flask-custom-converters"]
from flask import url_for
from werkzeug.routing import BaseConverter, ValidationError


class WeekConverter(BaseConverter):
    regex = "[0-9]{2}"

    def to_python(self, text):
        week = int(text)
        if not 1 <= week <= 53:
            raise ValidationError(f"no such week: {week}")
        return week

    def to_url(self, week):
        return f"{week:02d}"


flask_site = Flask("library")
flask_site.url_map.converters["week"] = WeekConverter


@flask_site.get("/events/<week:week>")
def events(week):
    return f"events of week {week}, next {url_for('events', week=week + 1)}"


@flask_site.get("/events/<place>")
def events_at(place):
    return f"events at {place}"


for address in ["/events/07", "/events/60", "/events/harbour"]:
    response = client(flask_site).get(address)
    print(address, response.status_code, response.text if response.is_success else response.reason_phrase)

# %% [markdown] objectives=["flask-custom-converters"]
# Look at `/events/60`: 404, though the rule for places would take it. In Flask a refusing **`regex`** means "try the next rule". A
# **`ValidationError`** ends the search. So say as much as you can in `regex`, such as `0[1-9]|[1-4][0-9]|5[0-3]`. And it must be a
# `ValidationError`: a plain `ValueError` gives a 500.
#
# ### FastAPI
#
# Here it is a matter of types. Give the type a name, with its limits, and use it wherever a week occurs:

# %% objectives=["routing-across-frameworks"]
from typing import Annotated

from fastapi import Path

WeekNumber = Annotated[int, Path(ge=1, le=53)]

fastapi_site = FastAPI()


@fastapi_site.get("/events/{week}")
def events(week: WeekNumber):
    return f"events of week {week}"


statuses("GET /events/07", "GET /events/60", Flask=flask_site, Django=django_site, FastAPI=fastapi_site)

# %% objectives=["flask-custom-converters"]
quiz("flask-converter-refuses")

# %% [markdown] objectives=["flask-custom-converters"]
# ## A value that every address has
#
# Each branch gets its own pages: `/north/books`, `/north/loans`, and so on. Every function would have to take `branch`, and every `url_for`
# to pass it on. Flask can do both in one place, with two **URL processors**. One takes the value out before the handler is called. The other
# puts it back when an address is built. Read `books` below: it takes no argument, and says nothing of a branch to `url_for`. What will
# `/north/books` answer?

# %% objectives=["flask-custom-converters"]
from flask import g

flask_site = Flask("library")


@flask_site.url_value_preprocessor
def take_branch(endpoint, values):
    if values:
        g.branch = values.pop("branch", None)


@flask_site.url_defaults
def add_branch(endpoint, values):
    if flask_site.url_map.is_endpoint_expecting(endpoint, "branch"):
        values.setdefault("branch", g.branch)


@flask_site.get("/<branch>/books")
def books():
    return f"books of {g.branch}, loans at {url_for('loans')}"


@flask_site.get("/<branch>/loans")
def loans():
    return f"loans of {g.branch}, books of the south at {url_for('books', branch='south')}"


print(client(flask_site).get("/north/books").text)
print(client(flask_site).get("/north/loans").text)

# %% [markdown] objectives=["flask-custom-converters"]
# Neither function mentions `branch`, and the links stay in the branch. `g` is Flask's box for one request. `setdefault` lets a link to
# another branch through. A blueprint has the same two decorators, for its own rules.
#
# Django and FastAPI have no such pair. There the value stands in the prefix, `path("<slug:branch>/", include(…))` or
# `APIRouter(prefix="/{branch}")`, each handler may take it, and each link passes it on.

# %% objectives=["flask-custom-converters"]
quiz("flask-url-defaults")

# %% [markdown] objectives=["routing-across-frameworks"]
# ## Keep it
#
# The cards of this lesson. Some of the earlier ones may be due as well: those wait for you on **Start**.

# %% objectives=["routing-across-frameworks"]
cards("routing-across-frameworks")

# %% [markdown] objectives=["routing-across-frameworks"]
# ## Key points
#
# - A route joins a path and methods to a handler. No path: 404. A path, but not the method: 405.
# - Flask and FastAPI write routes above functions, Django in a list. Django's router does not look at methods.
# - Django and FastAPI take the first route that fits. Flask tries fixed text first.
# - In Flask and Django a converter is part of the match. In FastAPI the type is checked after it, and a wrong value is a 422.
# - Build addresses from names. Then they can move, and mistakes show at once.
# - `include`, `Blueprint` and `APIRouter` divide a site. A mount puts a whole second site inside.
# - FastAPI's `app.routes` is a tree. Walk it with `iter_route_contexts`.
#
# ## How would X do this?
#
# Three tasks, each solved in one framework. Say how the other two would do it, aloud or on paper. Then run the cell below it.
#
# **1.** Flask shows two shelves and no others: `/shelves/<any(crime, poetry):shelf>`. How would Django and FastAPI do this?

# %% objectives=["routing-across-frameworks"]
from typing import Literal

from django.urls import re_path

flask_site = Flask("library")


@flask_site.get("/shelves/<any(crime, poetry):shelf>")
def shelf(shelf):
    return shelf


django_site = django_app([re_path(r"^shelves/(?P<shelf>crime|poetry)$", lambda request, shelf: HttpResponse(shelf))])

fastapi_site = FastAPI()


@fastapi_site.get("/shelves/{shelf}")
def shelf(shelf: Literal["crime", "poetry"]):
    return shelf


statuses("GET /shelves/crime", "GET /shelves/cooking", Flask=flask_site, Django=django_site, FastAPI=fastapi_site)

# %% [markdown] objectives=["routing-across-frameworks", "django-custom-converters-namespaces"]
# **2.** Django serves one list of routes for two branches, and `reverse("north:desk")` finds the northern desk. How would Flask and FastAPI
# do this?

# %% objectives=["routing-across-frameworks", "django-custom-converters-namespaces"]
from django.urls import include
from fastapi import APIRouter
from flask import Blueprint

desk_urls = ([path("desk", lambda request: HttpResponse("desk"), name="desk")], "branch")
django_app([path("north/", include(desk_urls, namespace="north")), path("south/", include(desk_urls, namespace="south"))])
print("Django ", reverse("north:desk"))

branch = Blueprint("branch", __name__)
branch.add_url_rule("/desk", "desk", lambda: "desk")
flask_site = Flask("library")
flask_site.register_blueprint(branch, name="north", url_prefix="/north")
flask_site.register_blueprint(branch, name="south", url_prefix="/south")
with flask_site.test_request_context():
    print("Flask  ", url_for("north.desk"))


def branch_router(name):
    router = APIRouter(prefix=f"/{name}")
    router.add_api_route("/desk", lambda: "desk", name=f"{name}-desk")
    return router


fastapi_site = FastAPI()
fastapi_site.include_router(branch_router("north"))
fastapi_site.include_router(branch_router("south"))
print("FastAPI", fastapi_site.url_path_for("north-desk"))

# %% [markdown] objectives=["routing-across-frameworks"]
# FastAPI has no namespaces, so a function makes a router per branch, and the names of the routes carry the branch.
#
# **3.** FastAPI requires a page number from 1 up: `page: Annotated[int, Query(ge=1)]`. A wrong one is a 422. How would Flask and Django
# refuse it?

# %% objectives=["routing-across-frameworks", "fastapi-path-query-params"]
from fastapi import Query
from flask import abort, request

fastapi_site = FastAPI()


@fastapi_site.get("/books")
def books(page: Annotated[int, Query(ge=1)]):
    return page


def read_page(text):
    """The page number that `text` says, or None."""
    return int(text) if text.isdecimal() and int(text) >= 1 else None


flask_site = Flask("library")


@flask_site.get("/books")
def books():
    page = read_page(request.args.get("page", ""))
    if page is None:
        abort(400)
    return str(page)


def books(request):
    page = read_page(request.GET.get("page", ""))
    return HttpResponse("Bad page", status=400) if page is None else HttpResponse(page)


django_site = django_app([path("books", books)])

statuses("GET /books?page=2", "GET /books?page=0", "GET /books?page=two", "GET /books", Flask=flask_site, Django=django_site, FastAPI=fastapi_site)

# %% [markdown] objectives=["routing-across-frameworks"]
# In Flask and Django the handler checks by itself, and 400 Bad Request is the usual answer. Later topics bring better tools for that: forms
# and serializers.
#
# ## Are you ready?
#
# Do the [exercises](exercises.ipynb) first. Then come back on another day, and see what is left:

# %% objectives=["routing-across-frameworks"]
mistakes()

# %% [markdown] objectives=["routing-across-frameworks"]
# An exam without notes, a quarter of an hour. Its report says what to read again:

# %% objectives=["routing-across-frameworks"]
exam("quick-check")

# %% [markdown] objectives=["routing-across-frameworks"]
# And questions to answer aloud, as somebody who wants to hire you would ask them:

# %% objectives=["routing-across-frameworks"]
interview(topic="routing", minutes=20)

# %% [markdown] objectives=["routing-across-frameworks"]
# ## Official pages
#
# - Django: [URL dispatcher](https://docs.djangoproject.com/en/5.2/topics/http/urls/), which also covers converters, `include` and namespaces
# - Django: [functions such as path, re_path and include](https://docs.djangoproject.com/en/5.2/ref/urls/) and [functions such as
#   reverse](https://docs.djangoproject.com/en/5.2/ref/urlresolvers/)
# - Flask: [routing in the quickstart](https://flask.palletsprojects.com/en/stable/quickstart/#routing),
#   [blueprints](https://flask.palletsprojects.com/en/stable/blueprints/), [URL
#   processors](https://flask.palletsprojects.com/en/stable/patterns/urlprocessors/) and [combining
#   applications](https://flask.palletsprojects.com/en/stable/patterns/appdispatch/)
# - Werkzeug, the library under Flask: [rules, converters and their weights](https://werkzeug.palletsprojects.com/en/stable/routing/)
# - FastAPI: [path parameters](https://fastapi.tiangolo.com/tutorial/path-params/), [query
#   parameters](https://fastapi.tiangolo.com/tutorial/query-params/), [APIRouter and bigger
#   applications](https://fastapi.tiangolo.com/tutorial/bigger-applications/) and [mounted
#   sub-applications](https://fastapi.tiangolo.com/advanced/sub-applications/)
# - Starlette, the library under FastAPI: [routing, converters and mounts](https://starlette.dev/routing/)
