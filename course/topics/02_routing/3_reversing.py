# ---
# title: Names instead of paths
# minutes: 23
# ---

# %% [markdown] objectives=["url-reversal"]
# # Names instead of paths
#
# The library renames its catalogue, and every address changes. After this lesson its pages still link to each other, because no page writes
# an address by hand: the framework builds it from a name. Allow 23 minutes.

# %%
from course import cards, client, django_app, predict, quiz


def ask(app, *addresses):
    """Sends a GET request to each address and prints what comes back."""
    for address in addresses:
        response = client(app).get(address)
        answer = response.text if response.is_success else response.reason_phrase
        if "location" in response.headers:
            answer += "   Location: " + response.headers["location"]
        print(f"{address:<22}{response.status_code}  {answer}")


def attempt(call, *args, **kwargs):
    """Prints the address that a call builds, or the error that it raises."""
    try:
        print(call(*args, **kwargs))
    except Exception as error:
        print(f"{type(error).__name__}: {str(error).splitlines()[0]}")


# %% [markdown] objectives=["url-reversal-benefit"]
# ## What breaks when an address is written by hand
#
# A route leads from a path to a function. The way back, from a name to a path, is called **reversing**. In Django a route gets its name in
# `path`, and `reverse` builds the path:

# %% objectives=["url-reversal", "url-reversal-benefit"]
from django.http import HttpResponse
from django.urls import path, reverse


def book(request, book_id):
    return HttpResponse(f"book {book_id}")


def links(request):
    return HttpResponse("/books/1/ " + reverse("book", kwargs={"book_id": 2}))


library = django_app([path("links/", links), path("books/<int:book_id>/", book, name="book")])

ask(library, "/links/", "/books/1/", "/books/2/")

# %% [markdown] objectives=["url-reversal-benefit"]
# Two links, and both work. The first is written by hand, the second is built. Now the books move.

# %% objectives=["url-reversal-benefit"]
quiz("predict-moved-prefix")

# %% objectives=["url-reversal-benefit"]
library = django_app([path("links/", links), path("catalogue/<int:book_id>/", book, name="book")])

ask(library, "/links/")
ask(library, *client(library).get("/links/").text.split())

# %% [markdown] objectives=["url-reversal-benefit"]
# One line changed, in the URLconf. The built link followed. The other is dead, and nothing told the programmer.
#
# ```mermaid
# flowchart LR
#   accTitle: A name stands between the links and the address
#   accDescr: The pages, the menu and the e-mails all say the name book. Only the route says which address belongs to it. When the address changes, only the route changes.
#   page["A page"] --> name["the name: book"]
#   menu["The menu"] --> name
#   mail["An e-mail"] --> name
#   name --> route["one route"]
#   route --> address["/catalogue/7/"]
# ```
#
# In words: many places say the name, one place knows the address. That buys four things.
#
# - **Addresses can move.** One line changes, and all links follow.
# - **Mistakes are loud.** A wrong name raises an error as soon as the page is made, in your tests. A wrong address waits for a reader who
#   clicks.
# - **Values are written properly.** A space becomes `%20`, a number is checked.
# - **The whole site can be put elsewhere.** The next cell puts the whole site under `/library`, and asks the page `links` again. Its first
#   line is a question: the cell runs when you have said what you expect. (Werkzeug's `DispatcherMiddleware` sends what begins with `/library`
#   to the site, and all else to another one.)

# %% objectives=["url-reversal-benefit"]
%%predict What is the built link now? | /catalogue/2/ | /library/catalogue/2/ | /library/2/
from werkzeug.middleware.dispatcher import DispatcherMiddleware

town = DispatcherMiddleware(django_app([]), {"/library": library})
client(town).get("/library/links/").text.split()[1]

# %% [markdown] objectives=["url-reversal-benefit"]
# Whatever you predicted: no line of the site was changed. A built link knows where the site lies. (In FastAPI take `request.url_for` for that.)

# %% objectives=["url-reversal-benefit"]
quiz("hardcoded-fails-late")

# %% [markdown] objectives=["url-reversal"]
# ## Flask: url_for
#
# In Flask the name is the endpoint, which is the name of the function.

# %% objectives=["url-reversal"]
quiz("predict-flask-url-for-home")

# %% objectives=["url-reversal"]
from flask import Flask, url_for

library = Flask("library")


@library.get("/welcome")
def home():
    return url_for("home")


ask(library, "/welcome")

# %% [markdown] objectives=["url-reversal"]
# > **Often said, and wrong:** "`url_for('home')` gives `/home`."
# >
# > The argument is the name of the endpoint, not a piece of the address. What comes out is whatever rule is registered for it, here
# > `/welcome`. In a blueprint, a group of routes that [the next lesson](4_growing.ipynb) introduces, the endpoint is called `loans.home`. And
# > `url_for` needs a context, as you will see.
#
# Values for the rule are passed by name. What happens to values that the rule does not have?

# %% objectives=["url-reversal"]
quiz("predict-flask-url-for-extra")

# %% objectives=["url-reversal"]
library = Flask("library")


@library.get("/branches/<name>/books")
def books(name):
    return url_for("books", name="harbour", page=2)


@library.get("/books/<int:book_id>")
def book(book_id):
    return f"book {book_id}"


ask(library, "/branches/north/books")

with library.test_request_context():
    attempt(url_for, "book", book_id=7)
    attempt(url_for, "books", name="North End")
    attempt(url_for, "book", book_id=7, _anchor="reviews")
    attempt(url_for, "book", book_id=7, _external=True)
    attempt(url_for, "book")
    attempt(url_for, "shelf")

# %% [markdown] objectives=["url-reversal"]
# Extra values go into the query string. Words with an underscore in front are orders to `url_for` itself: `_anchor`, or `_external` for the
# full address. A missing value and an unknown name raise `BuildError`.
#
# `test_request_context` pretended that a request was going on. That matters. A script that sends e-mails at night has no request:

# %% objectives=["url-reversal"]
attempt(url_for, "book", book_id=7)

for server_name in [None, "library.example"]:
    library.config["SERVER_NAME"] = server_name
    with library.app_context():
        attempt(url_for, "book", book_id=7)

# %% [markdown] objectives=["url-reversal"]
# 1. Without a context `url_for` does not know which site you mean.
# 2. With the context of an application it knows the site, but not its host. Outside a request it builds full addresses, so it needs one.
# 3. With `SERVER_NAME` it has both.
#
# Inside a request all of that is given.

# %% objectives=["url-reversal"]
quiz("flask-url-for-outside-request")

# %% [markdown] objectives=["url-reversal"]
# ## Django and FastAPI: reverse and url_path_for
#
# ### Django
#
# Django's `reverse` takes the values in `args`, in order, or in `kwargs`, by name. What does it do with a value that the converter refuses?

# %% objectives=["url-reversal"]
quiz("predict-django-reverse-wrong-type")

# %% objectives=["url-reversal"]
from django.shortcuts import redirect
from django.template import Context, Template


def book(request, book_id):
    template = Template("next: {% url 'book' book_id=next %}")
    return HttpResponse(template.render(Context({"next": book_id + 1})))


def newest(request):
    return redirect("book", book_id=9)


library = django_app([path("books/<int:book_id>/", book, name="book"), path("newest/", newest)])

ask(library, "/books/7/", "/newest/")

attempt(reverse, "book", args=[7])
attempt(reverse, "book", args=[7], query={"page": 2}, fragment="reviews")
attempt(reverse, "book", kwargs={"book_id": "dune"})
attempt(reverse, "newest")

# %% [markdown] objectives=["url-reversal"]
# - A name, with values that fit: `reverse` in code, `{% url %}` in templates, `redirect` for an answer that sends the reader on.
# - `query` and `fragment` exist since Django 5.2.
# - A refused value, a missing value, an unknown name: `NoReverseMatch`. The last call fails because the route `newest/` was given no `name`.
#
# `reverse` needs the URLconf to be loaded. Where that is too early, such as in an attribute of a class, use `reverse_lazy`.
#
# ### FastAPI
#
# In FastAPI the name is the name of the function, unless the decorator says `name="…"`.

# %% objectives=["url-reversal"]
quiz("predict-fastapi-url-path-for")

# %% objectives=["url-reversal"]
from fastapi import FastAPI, Request

library = FastAPI()


@library.get("/catalogue/{book_id}")
def read_book(book_id: int):
    return book_id


@library.get("/links")
def links(request: Request):
    link = request.url_for("read_book", book_id=7)
    return [str(link), str(link.include_query_params(page=2))]


attempt(library.url_path_for, "read_book", book_id=7)
attempt(library.url_path_for, "book", book_id=7)
ask(library, "/links")

# %% [markdown] objectives=["url-reversal"]
# There are two ways. `library.url_path_for` gives the path and works anywhere. But it knows nothing of a prefix under which the site is
# served. `request.url_for` needs a request, and gives the full address, with the host and any such prefix. Neither makes a query string of
# extra values. `include_query_params` adds them.
#
# ### How careful are they?
#
# Four bad calls, the same in each framework: a word for a number, a value too many, a space, and a slash inside a value. Begin with the
# first.

# %% objectives=["url-reversal"]
quiz("reversal-three-calls")

# %% objectives=["url-reversal"]
calls = [
    ("book", {"book_id": "dune"}),
    ("book", {"book_id": 7, "page": 2}),
    ("branch", {"name": "North End"}),
    ("branch", {"name": "a/b"}),
]

flask_site = Flask("library")
flask_site.add_url_rule("/books/<int:book_id>", "book")
flask_site.add_url_rule("/branches/<name>", "branch")

print("Flask")
with flask_site.test_request_context():
    for name, values in calls:
        attempt(url_for, name, **values)


def view(request, **values):
    return HttpResponse()


django_app([path("books/<int:book_id>/", view, name="book"), path("branches/<str:name>/", view, name="branch")])

print("\nDjango")
for name, values in calls:
    attempt(reverse, name, kwargs=values)

fastapi_site = FastAPI()


@fastapi_site.get("/books/{book_id}")
def book(book_id: int):
    return book_id


@fastapi_site.get("/branches/{name}")
def branch(name: str):
    return name


print("\nFastAPI")
for name, values in calls:
    attempt(fastapi_site.url_path_for, name, **values)

# %% [markdown] objectives=["url-reversal"]
# - **Django** is strict. What it builds must fit the route.
# - **Flask** converts the value, which `dune` does not survive. But it does not check the result: `/branches/a/b` fits no rule of this site.
# - **FastAPI** does not ask the type hint. `/books/dune` is a link to a 422. And it leaves the space as it is.
#
# | | Flask | Django | FastAPI |
# |---|---|---|---|
# | the name | the function's | `name=` in `path` | the function's, or `name=` |
# | the path | `url_for` | `reverse` | `app.url_path_for` |
# | the full address | `url_for(…, _external=True)` | `request.build_absolute_uri(reverse(…))` | `request.url_for` |
# | a query string | extra values | `query={…}` | `.include_query_params(…)` |
# | in a template | `{{ url_for('book', book_id=7) }}` | `{% url 'book' 7 %}` | `{{ url_for('book', book_id=7) }}` |
# | an unknown name raises | `BuildError` | `NoReverseMatch` | `NoMatchFound` |

# %% objectives=["url-reversal"]
quiz("reversal-full-address")

# %% [markdown] objectives=["url-reversal", "url-reversal-benefit"]
# ## Keep it
#
# The cards of this lesson. Some of the earlier ones may be due as well: those wait for you on **Start**.

# %% objectives=["url-reversal", "url-reversal-benefit"]
cards("url-reversal", "url-reversal-benefit")

# %% [markdown] objectives=["url-reversal", "url-reversal-benefit"]
# ## What you can do now
#
# - Say what breaks when addresses are written by hand, and who notices.
# - Build addresses from names in all three frameworks, with values, with a query string, with the host.
# - Explain why `url_for('home')` need not be `/home`, and why `url_for` wants a context.
# - Say which mistakes each framework catches, and which it lets through.
#
# Next: [Many routes, many files](4_growing.ipynb), where the site outgrows its one file.
