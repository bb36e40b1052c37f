# ---
# title: Values in the path
# minutes: 29
# ---

# %% [markdown] objectives=["flask-dynamic-rules"]
# # Values in the path
#
# The library owns 40,000 books and will not write 40,000 routes. After this lesson one route shows any book by its number, others find books
# by year and ISBN, and the site knows what to do with an address that makes no sense. Allow 29 minutes.

# %%
from course import cards, client, django_app, quiz


def ask(app, *addresses):
    """Sends a GET request to each address and prints what comes back."""
    for address in addresses:
        response = client(app).get(address)
        answer = response.text if response.is_success else response.reason_phrase
        print(f"{address:<32}{response.status_code}  {answer}")


# %% [markdown] objectives=["flask-dynamic-rules"]
# ## A part of the path becomes an argument
#
# ### Flask
#
# In Flask, a name in angle brackets stands for a part of the path. The function gets what stands there, under that name.

# %% objectives=["flask-dynamic-rules"]
from flask import Flask

library = Flask("library")


@library.get("/branches/<branch>")
def show_branch(branch):
    return f"branch {branch!r}"


ask(library, "/branches/north", "/branches/7", "/branches/north/floor")

# %% [markdown] objectives=["flask-dynamic-rules"]
# A value ends at the next slash, so the last address fits no rule. And every value is a string, `'7'` too. Does a type hint change that?

# %% objectives=["flask-dynamic-rules"]
quiz("predict-flask-hint-not-converter")

# %% objectives=["flask-dynamic-rules"]
library = Flask("library")


@library.get("/hinted/<number>")
def hinted(number: int):
    return f"{number!r} twice is {number * 2!r}"


@library.get("/books/<int:number>")
def book(number):
    return f"{number!r} twice is {number * 2!r}"


ask(library, "/hinted/7", "/books/7", "/books/emma")

# %% [markdown] objectives=["flask-dynamic-rules"]
# Flask does not read type hints. What counts is the **converter** before the name, `int:`. It does two jobs. It lets only digits through, and
# it hands over a number. For `emma` the rule does not fit at all. No other rule does, so the answer is 404, and `book` need not check
# anything.

# %% objectives=["flask-dynamic-rules", "django-path-converters"]
quiz("predict-int-refuses-minus")

# %% [markdown] objectives=["flask-dynamic-rules"]
# The next cell decides it for Flask, and tries one address or two for each of the other converters. (`add_url_rule` does what the decorator
# does. It is handy in a loop.)

# %% objectives=["flask-dynamic-rules"]
library = Flask("library")


def show(value):
    return repr(value)


for rule in [
    "/floors/<int:value>",
    "/signed/<int(signed=True):value>",
    "/fines/<float:value>",
    "/files/<path:value>",
    "/isbn/<string(length=13):value>",
    "/cards/<uuid:value>",
    "/shelves/<any(crime, poetry):value>",
]:
    library.add_url_rule(rule, endpoint=rule, view_func=show)

ask(library, "/floors/-1", "/signed/-1", "/fines/7.50", "/fines/7", "/files/maps/north.png")
ask(library, "/isbn/9780141439587", "/shelves/crime", "/shelves/cooking")

# %% [markdown] objectives=["flask-dynamic-rules"]
# - `int` takes digits without a sign, unless you write `signed=True`.
# - `float` wants the point: `7` does not fit.
# - `path` goes on over slashes. `string`, which is what you get without a converter, does not.
# - `any` takes the words in its list. `uuid` takes a UUID.
#
# ### Django
#
# Django writes captured values the same way. The view gets them after the request. What exactly does it get for `/books/007/`?

# %% objectives=["django-path-converters"]
quiz("predict-django-int-value")

# %% objectives=["django-path-converters"]
from django.http import HttpResponse
from django.urls import path


def by_number(request, number):
    return HttpResponse(f"number {number!r}")


library = django_app([path("books/<int:number>/", by_number)])

ask(library, "/books/7/", "/books/007/", "/books/emma/")

# %% [markdown] objectives=["django-path-converters"]
# A number again. Now the library adds a page per shelf, such as `/books/sea-stories/`. The converter `slug` takes letters, digits, `-` and
# `_`.

# %% objectives=["django-path-converters"]
quiz("predict-django-next-pattern")


# %% objectives=["django-path-converters"]
def by_shelf(request, shelf):
    return HttpResponse(f"shelf {shelf!r}")


library = django_app([path("books/<int:number>/", by_number), path("books/<slug:shelf>/", by_shelf)])

ask(library, "/books/7/", "/books/sea-stories/", "/books/-7/", "/books/sea.stories/")

# %% [markdown] objectives=["django-path-converters"]
# **A converter that refuses does not end the search.** Django tries the next route. Only when every route has refused is the answer 404.
#
# | Django | lets through | the view gets | in Flask |
# |---|---|---|---|
# | `str`, or none | anything but `/` | a string | `string` |
# | `int` | digits | an `int` | `int` |
# | `slug` | letters, digits, `-`, `_` | a string | none |
# | `uuid` | a UUID, in small letters | a `UUID` | `uuid`, capitals too |
# | `path` | anything, `/` too | a string | `path` |
# | none | | | `float`, `any` |
#
# In both frameworks the name in the route and the name of the argument must be the same.

# %% objectives=["flask-dynamic-rules"]
quiz("flask-variable-name-mismatch")

# %% [markdown] objectives=["regex-routing"]
# ## When no converter fits: regular expressions
#
# The library wants an address per year, `/year/1815/`, with exactly four digits. `<int:year>` would take `/year/7/` too. Django's `re_path`
# takes a regular expression instead. Each named group, `(?P<year>…)`, becomes an argument.

# %% objectives=["regex-routing"]
quiz("predict-django-regex-text")

# %% objectives=["regex-routing"]
from django.urls import re_path


def show_year(request, year):
    return HttpResponse(f"year {year!r}")


library = django_app([re_path(r"^year/(?P<year>[0-9]{4})/$", show_year)])

ask(library, "/year/1815/", "/year/7/", "/year/20261/")

# %% [markdown] objectives=["regex-routing"]
# A string. A regular expression chooses, but it does not convert: `int(year)` is left to you.
#
# It brings a second duty. `^` marks the beginning of the path and `$` its end. What if both are forgotten?

# %% objectives=["regex-routing"]
quiz("predict-django-regex-unanchored")

# %% objectives=["regex-routing"]
library = django_app([re_path(r"year/(?P<year>[0-9]{4})", show_year)])

ask(library, "/year/1815/", "/year/20261/", "/old/year/20261/notes")

# %% [markdown] objectives=["regex-routing"]
# Without its marks the expression is found anywhere, with anything around it. `path()` always compares the whole.
#
# **When is a converter enough?** Nearly always.
#
# - A built-in converter says what you mean: `path()`.
# - A shape that no converter has, in one route: `re_path()`.
# - Such a shape in several routes: a converter of your own, as in [lesson 5](5_translating.ipynb).
# - A question about data ("do we own this book?"): no route can answer it. Ask in the view.
#
# A rule in Flask cannot be a regular expression; there you write a converter. In FastAPI a pattern is put on the value, as you will see now.

# %% objectives=["regex-routing"]
quiz("django-regex-or-converter")

# %% [markdown] objectives=["fastapi-path-query-params"]
# ## FastAPI: the type of the argument decides
#
# FastAPI writes `{member_id}`, and takes the type from where Python puts it: the type hint. That looks like a detail. Look closely at the
# next question.

# %% objectives=["route-order-shadowing", "fastapi-path-query-params"]
quiz("predict-fastapi-shadowed-me")

# %% objectives=["fastapi-path-query-params"]
from fastapi import FastAPI

library = FastAPI()


@library.get("/members/{member_id}")
def member(member_id: int):
    return {"member": member_id}


@library.get("/members/me")
def me():
    return {"member": "you"}


ask(library, "/members/7", "/members/007", "/members/-7", "/members/me")
print(client(library).get("/members/me").json()["detail"][0])

# %% [markdown] objectives=["fastapi-path-query-params"]
# Not the second route, and not 404, but **422**. FastAPI takes two steps. First the path chooses a route, and `{member_id}` fits any text up
# to the next slash. Then the value is converted to the type of the argument. If that fails, the search is over. The answer says what is
# wrong: `loc` is the place, `msg` the reason, `input` what came.
#
# ```mermaid
# flowchart LR
#   accTitle: What becomes of a value that is not a number
#   accDescr: In Flask and Django the converter is part of the match. The route does not fit, the next ones are tried, and without a match the answer is 404. In FastAPI the route fits, then the value is checked, and the answer is 422.
#   request["GET /members/me"] --> converter["Flask, Django: does the route fit?"]
#   converter -->|"no, try the next"| notfound["404 if none fits"]
#   request --> template["FastAPI: does the route fit?"]
#   template -->|"yes"| value["Is the value an int?"]
#   value -->|"no"| invalid["422 with a reason"]
# ```
#
# In words: in Flask and Django the converter takes part in the match, so a wrong value means "not this route, try the next". In FastAPI the
# route is already chosen, so a wrong value means "this request is faulty".
#
# Negative numbers pass here, because Python's `int` has them. Limits and patterns are declared with `Path`. And if you do want Flask's way,
# Starlette, the library under FastAPI, has converters as well. They stand inside the braces, behind the name:

# %% objectives=["fastapi-path-query-params", "regex-routing"]
from typing import Annotated

from fastapi import Path

library = FastAPI()


@library.get("/books/{number}")
def book(number: Annotated[int, Path(ge=1)]):
    return {"book": number}


@library.get("/year/{year}")
def show_year(year: Annotated[str, Path(pattern="^[0-9]{4}$")]):
    return {"year": year}


@library.get("/floors/{floor:int}")
def show_floor(floor: int):
    return {"floor": floor}


@library.get("/files/{name:path}")
def show_file(name: str):
    return {"file": name}


ask(library, "/books/7", "/books/-7", "/year/1815", "/year/7", "/floors/2", "/floors/top", "/files/maps/north.png")

# %% [markdown] objectives=["fastapi-path-query-params"]
# `/floors/top` is a 404 now, since `{floor:int}` takes part in the match. `{name:path}` goes on over slashes.
#
# One slip is easy to make, and FastAPI cannot see it. Compare the two names:

# %% objectives=["fastapi-path-query-params"]
library = FastAPI()


@library.get("/books/{book_id}")
def book(book: int):
    return {"book": book}


ask(library, "/books/7", "/books/7?book=9")
print(client(library).get("/books/7").json()["detail"][0])

# %% [markdown] objectives=["fastapi-path-query-params"]
# An argument whose name is not in the path is looked for elsewhere: behind the question mark. The error gives the slip away. Its `loc` says
# `query` where you expected `path`.

# %% objectives=["fastapi-path-query-params"]
quiz("fastapi-name-decides-source")

# %% [markdown] objectives=["routing-concept", "fastapi-path-query-params"]
# ## Behind the question mark: query parameters
#
# `/books?branch=north&page=2` has a path, `/books`, and two query parameters. Can a route ask for them?

# %% objectives=["routing-concept"]
quiz("routing-query-in-rule")

# %% objectives=["routing-concept", "flask-dynamic-rules"]
from flask import request

library = Flask("library")


@library.get("/books?sort=title")
def never():
    return "sorted by title"


@library.get("/members")
def members():
    return str([request.args.get("branch"), request.args.get("page", 1, type=int)])


ask(library, "/books?sort=title", "/members?branch=north&page=2", "/members?page=two", "/members")


def members(request):
    return HttpResponse(str([request.GET.get("branch"), request.GET.get("page", "1")]))


ask(django_app([path("members/", members)]), "/members/?branch=north&page=2", "/members/?page=two")

# %% [markdown] objectives=["fastapi-path-query-params"]
# Query parameters never choose the handler. In Flask the handler reads them from `request.args`, in Django from `request.GET`. Every value is
# a string. Flask's `type=int` converts, and takes the default, `1`, when it cannot. Neither of them refused `two`. That is left to you.
#
# In FastAPI they are arguments, converted and checked like the values in the path:

# %% objectives=["fastapi-path-query-params"]
quiz("predict-fastapi-query-default")

# %% objectives=["fastapi-path-query-params"]
library = FastAPI()


@library.get("/branches/{branch}/books")
def books(branch: str, page: int = 1):
    return [branch, page]


@library.get("/search")
def search(title: str, new: bool = False):
    return [title, new]


ask(library, "/branches/north/books", "/branches/north/books?page=3", "/branches/north/books?page=two")
ask(library, "/search?title=emma&new=yes", "/search?title=emma&sort=up", "/search")

# %% [markdown] objectives=["fastapi-path-query-params"]
# - With a default value a parameter is optional. Without one it is required, and leaving it out is a 422.
# - A value of the wrong type is a 422.
# - Parameters that nobody declared, such as `sort`, are ignored.

# %% objectives=["fastapi-path-query-params"]
quiz("fastapi-optional-needs-default")

# %% [markdown] objectives=["flask-dynamic-rules", "django-path-converters", "regex-routing", "fastapi-path-query-params"]
# ## Keep it
#
# The cards of this lesson. Some of the earlier ones may be due as well: those wait for you on **Start**.

# %% objectives=["flask-dynamic-rules", "django-path-converters", "regex-routing", "fastapi-path-query-params"]
cards("flask-dynamic-rules", "django-path-converters", "regex-routing", "fastapi-path-query-params")

# %% [markdown] objectives=["flask-dynamic-rules", "django-path-converters", "regex-routing", "fastapi-path-query-params"]
# ## What you can do now
#
# - Capture values with a type: `<int:number>` in Flask and Django, `{number}` and `number: int` in FastAPI.
# - Say where a value that does not fit leads: to the next route and in the end to 404, or in FastAPI to 422.
# - Write a route as a regular expression, and know that it gives strings and needs `^` and `$`.
# - Read query parameters, and make them required or optional.
#
# Next: [Names instead of paths](3_reversing.ipynb), where the library moves a page and no link breaks.
