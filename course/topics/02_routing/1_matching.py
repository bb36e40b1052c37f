# ---
# title: How a request finds its handler
# minutes: 34
# ---

# %% [markdown] objectives=["routing-concept"]
# # How a request finds its handler
#
# The Riverside Library has books, members and four branches, but no website yet. After this lesson it has one, three times over: in Flask, in
# Django and in FastAPI. It shows its books, takes new ones, and says clearly what it does not do. Allow 34 minutes.
#
# Run the first cell. It fetches what this notebook needs and defines `ask`, which sends requests to a site and prints the answers.

# %%
from course import cards, client, django_app, quiz, show, xray


def ask(app, *requests):
    """Sends requests such as "GET /books" and prints what comes back."""
    for request in requests:
        method, address = request.split()
        response = client(app).request(method, address)
        answer = response.text if response.is_success else response.reason_phrase
        if "allow" in response.headers:
            answer += "   Allow: " + ", ".join(sorted(response.headers["allow"].split(", ")))
        print(f"{request:<24}{response.status_code}  {answer}")


# %% [markdown] objectives=["routing-concept"]
# ## A path and a method choose the handler
#
# Here is the library's first site, in Flask:

# %% objectives=["routing-concept", "flask-route-decorator"]
from flask import Flask

library = Flask("library")


@library.get("/books")
def list_books():
    return "all books"


ask(library, "GET /books", "GET /books?sort=title", "GET /branches")

# %% [markdown] objectives=["routing-concept"]
# Every request begins with a **method** (what to do: `GET` reads, `POST` adds) and a **path** (to what: `/books`). A web framework keeps a
# table of **routes**. A route joins a path and its methods to a function, the **handler**. Finding the handler is called **routing**.
#
# What follows a `?`, the query string, takes no part in it: the first two requests reached the same function. No route has the path
# `/branches`, so the third got **404 Not Found**.
#
# `ask` is brief. To look at an answer as a browser gets it, with its headers and its page, there is `show`:

# %% objectives=["routing-concept"]
show(client(library).get("/branches"))

# %% [markdown] objectives=["routing-concept"]
# Now a second function, at the same path.

# %% objectives=["routing-concept"]
quiz("predict-two-handlers-one-path")

# %% objectives=["routing-concept", "flask-route-decorator"]
library = Flask("library")


@library.get("/books")
def list_books():
    return "all books"


@library.post("/books")
def add_book():
    return "book added"


ask(library, "GET /books", "POST /books", "DELETE /books")

# %% [markdown] objectives=["routing-concept"]
# Same path, another method, another handler. And `DELETE` shows a second way to say no. **405 Method Not Allowed** means: a route has this
# path, but none takes this method. The header `Allow` lists the methods that would work.
#
# ```mermaid
# flowchart LR
#   accTitle: How a path and a method choose a handler
#   accDescr: The path is compared first. If no route has it, the answer is 404. Then the method is compared. If no route takes it, the answer is 405. Otherwise the handler runs.
#   request["Request"] --> path{"Does a route have this path?"}
#   path -->|"no"| notfound["404 Not Found"]
#   path -->|"yes"| method{"Does it take this method?"}
#   method -->|"no"| notallowed["405 Method Not Allowed"]
#   method -->|"yes"| handler["The handler runs"]
# ```
#
# In words: the path is compared first, and without a match the answer is 404. Then the method is compared, and without a match the answer is
# 405. Only then does a handler run. In Flask and FastAPI the router asks both questions. Django's router asks only the first, and leaves the
#      second to the handler. You will see what that changes.

# %% objectives=["routing-concept"]
quiz("routing-404-or-405")

# %% [markdown] objectives=["flask-route-decorator"]
# ## Where the routes are written
#
# ### Flask: above the function
#
# In Flask a decorator makes the route. May a function have two?

# %% objectives=["flask-route-decorator"]
quiz("predict-flask-stacked-routes")

# %% objectives=["flask-route-decorator"]
library = Flask("library")


@library.route("/")
def home():
    return "Welcome to Riverside"


@library.route("/opening-hours")
@library.route("/hours")
def hours():
    return "9 to 6"


ask(library, "GET /", "GET /hours", "GET /opening-hours")

for rule in library.url_map.iter_rules():
    print(f"{rule.rule:<24}{rule.endpoint}")

# %% [markdown] objectives=["flask-route-decorator"]
# Each decorator adds a rule to the site's table, `url_map`, and hands the function back unchanged. (`route` without further words means
# `GET`, like `get`.)
#
# The right column is the **endpoint**, Flask's name for what a rule leads to. It is the name of the function unless you give another one. The
# first row is for files such as style sheets. Flask makes it by itself.
#
# "Unchanged" has a consequence where a second decorator is at work.

# %% objectives=["flask-route-decorator"]
quiz("predict-flask-decorator-order")

# %% objectives=["flask-route-decorator"]
from functools import wraps

library = Flask("library")


def shout(view):
    @wraps(view)
    def louder():
        return view().upper()

    return louder


@shout
@library.get("/welcome")
def welcome():
    return "welcome to riverside"


@library.get("/goodbye")
@shout
def goodbye():
    return "goodbye from riverside"


ask(library, "GET /welcome", "GET /goodbye")

# %% [markdown] objectives=["flask-route-decorator"]
# Decorators work from the bottom up, and a rule keeps the function that it was given. In `welcome` that happened before `shout` came. So the
# route decorator belongs on top. If the other one asks for a login, the wrong order leaves the page open to everybody.
#
# What if two functions have the same name?

# %% objectives=["flask-route-decorator"]
quiz("flask-same-function-name")

# %% objectives=["flask-route-decorator"]
library = Flask("library")


@library.get("/books")
def overview():
    return "books"


try:

    @library.get("/members")
    def overview():
        return "members"

except AssertionError as error:
    print("AssertionError:", error)

# %% [markdown] objectives=["django-urlconf"]
# An endpoint leads to one function only. Here we caught the error. In a real project it stops the start of the site, and the cause is nearly
# always copy and paste.
#
# ### Django: in a list of their own
#
# Django keeps the routes apart from the functions, in a list named `urlpatterns` in a file named `urls.py`. The list is the **URLconf**. The
# functions are called **views**. Every view takes the request as its first argument and returns a response.
#
# In this course `django_app` turns such a list into a site. In a project the setting `ROOT_URLCONF` names the file.

# %% objectives=["django-urlconf"]
from django.http import HttpResponse
from django.urls import path


def home(request):
    return HttpResponse("Welcome to Riverside")


def hours(request):
    return HttpResponse("9 to 6")


urlpatterns = [
    path("", home),
    path("hours/", hours),
    path("opening-hours/", hours),
    path("/members/", home),  # a mistake, see below
]

ask(django_app(urlpatterns), "GET /", "GET /hours/", "GET /opening-hours/", "GET /members/")

# %% [markdown] objectives=["django-urlconf"]
# - **No slash in front.** Django takes the first slash off before it compares. `path("/members/", …)` can never fit a normal address.
#   (`manage.py check` warns you: `urls.W002`.)
# - The home page is the empty path, `""`.
# - `hours` is handed over without brackets. Django calls it later, once per request.
#
# Django projects end their addresses in a slash. Flask and FastAPI projects mostly leave it off. [Lesson 5](5_translating.ipynb) shows what
# happens to a reader who forgets it.
#
# ### FastAPI: above the function
#
# FastAPI uses decorators too. It calls a path with a method a **path operation**. The function returns plain data, which FastAPI sends as
# JSON.

# %% objectives=["fastapi-path-operations"]
from fastapi import FastAPI

library = FastAPI()


@library.get("/")
def home():
    return {"message": "Welcome to Riverside"}


@library.get("/opening-hours")
@library.get("/hours")
def hours():
    return "9 to 6"


ask(library, "GET /", "GET /hours", "GET /opening-hours")
print(sorted(library.openapi()["paths"]))

# %% [markdown] objectives=["flask-route-decorator", "django-urlconf", "fastapi-path-operations"]
# The last line asks FastAPI for its own description of the site, in the OpenAPI format. The page `/docs` is drawn from it.
#
# | | Flask | Django | FastAPI |
# |---|---|---|---|
# | a route is written | above the function | in `urlpatterns` | above the function |
# | the path begins with | `/` | no `/` | `/` |
# | the function gets | nothing extra | `request` | nothing extra |
# | the function returns | text, a dict, a response | a response | data, sent as JSON |

# %% objectives=["django-urlconf"]
quiz("django-leading-slash")

# %% [markdown] objectives=["flask-route-methods"]
# ## Which methods a route takes
#
# ### Flask: a list in the decorator
#
# Lending a book changes something, so it is a `POST`. What does a curious reader get who types that address into a browser?

# %% objectives=["flask-route-methods"]
quiz("predict-flask-post-only")

# %% objectives=["flask-route-methods"]
from flask import request

library = Flask("library")


@library.route("/loans", methods=["POST"])
def lend():
    return "lent"


@library.route("/members", methods=["GET", "POST"])
def members():
    if request.method == "POST":
        return "member added"
    return "Ada, Ben"


ask(library, "POST /loans", "GET /loans", "GET /members", "POST /members", "PUT /members")

# %% [markdown] objectives=["flask-route-methods"]
# `methods=[…]` lists what a rule takes, and only that. `library.get` and `library.post` are short for lists of one.
#
# Look at the `Allow` headers. They name methods that nobody wrote. Flask adds `OPTIONS` to every rule, and `HEAD` to every rule with `GET`.
# It answers both by itself: `OPTIONS` asks what is allowed, `HEAD` is a `GET` whose answer has no body.

# %% objectives=["flask-route-methods"]
quiz("flask-405-names-allow")

# %% [markdown] objectives=["django-urlconf"]
# ### Django: a matter for the view
#
# A URLconf has no place for methods. What does a view do with a method that it never thought of?

# %% objectives=["django-urlconf"]
quiz("predict-django-post-function-view")

# %% [markdown] objectives=["django-urlconf"]
# The site below has such a view. It also has two routes that share a path, one for `GET` and one for `POST`, as in Flask. Do they work?
# (`MIDDLEWARE=[]` leaves out what Django does to each request beforehand. Part of it refuses a `POST` that does not come from a form of this
# very site. The topic on forms explains it.)

# %% objectives=["django-urlconf"]
from django.views.decorators.http import require_GET, require_POST


def branches(request):
    return HttpResponse("North, South, East, West")


@require_GET
def list_books(request):
    return HttpResponse("all books")


@require_POST
def add_book(request):
    return HttpResponse("book added")


library = django_app([path("branches/", branches), path("books/", list_books), path("books/", add_book)], MIDDLEWARE=[])

ask(library, "POST /branches/", "GET /books/", "POST /books/")

# %% [markdown] objectives=["django-urlconf"]
# A plain view gets **every** method, so even `POST /branches/` succeeds. `require_GET` and `require_POST` make a view refuse the others. But
# the router knows nothing of them. It takes the first route whose path fits, `list_books`, and that view says 405. `add_book` is never asked.
#
# In Django one path needs one view. A **class-based view** has a function per method, and `as_view()` makes a view of the class:

# %% objectives=["django-urlconf"]
from django.views import View


class Books(View):
    def get(self, request):
        return HttpResponse("all books")

    def post(self, request):
        return HttpResponse("book added")


library = django_app([path("books/", Books.as_view())], MIDDLEWARE=[])

ask(library, "GET /books/", "POST /books/", "DELETE /books/", "OPTIONS /books/")

# %% [markdown] objectives=["django-urlconf"]
# `View` calls the function that is named like the method. If there is none, it answers 405 with the right `Allow`. It adds `OPTIONS`, and
# `HEAD` where there is a `get`. A plain view can do the same work with `if request.method == "POST":`.

# %% objectives=["django-urlconf"]
quiz("django-class-without-as-view")

# %% [markdown] objectives=["fastapi-path-operations"]
# ### FastAPI: a decorator per method
#
# Flask answers `HEAD` by itself, and so does Django's `View`. What does FastAPI do?

# %% objectives=["fastapi-path-operations"]
quiz("predict-fastapi-head")

# %% objectives=["fastapi-path-operations"]
library = FastAPI()


@library.get("/loans")
def list_loans():
    return []


@library.post("/loans", status_code=201)
def lend():
    return {"loan": 1}


ask(library, "GET /loans", "POST /loans", "HEAD /loans", "DELETE /loans")

# %% [markdown] objectives=["fastapi-path-operations"]
# `get` means `GET` and nothing else. There is a decorator for each method: `get`, `post`, `put`, `patch`, `delete`, `head`, `options`.
# (`status_code` sets the status of success.)
#
# The 405 deserves a second look. `POST /loans` works, yet `Allow` names only `GET`. Each path operation is a route of its own, and the 405
# comes from the first one whose path fits. Do not rely on this header with FastAPI.

# %% objectives=["fastapi-path-operations"]
quiz("fastapi-put-and-patch")

# %% [markdown] objectives=["route-order-shadowing"]
# ## When two routes fit
#
# Each book gets a page: `/books/emma`, `/books/dracula`. And there is a form for new books at `/books/new`. In the code, `<title>` stands for
# any text; [the next lesson](2_parameters.ipynb) is about such parts. Here it makes a problem, because `/books/new` fits both routes.

# %% objectives=["route-order-shadowing"]
quiz("predict-order-in-three")

# %% objectives=["route-order-shadowing"]
flask_site = Flask("library")


@flask_site.get("/books/<title>")
def book(title):
    return f"the book {title}"


@flask_site.get("/books/new")
def new_book():
    return "the form"


ask(flask_site, "GET /books/emma", "GET /books/new")


# %% objectives=["route-order-shadowing"]
def book(request, title):
    return HttpResponse(f"the book {title}")


def new_book(request):
    return HttpResponse("the form")


django_site = django_app([path("books/<str:title>/", book), path("books/new/", new_book)])

ask(django_site, "GET /books/emma/", "GET /books/new/")

# %% objectives=["route-order-shadowing"]
fastapi_site = FastAPI()


@fastapi_site.get("/books/{title}")
def book(title):
    return f"the book {title}"


@fastapi_site.get("/books/new")
def new_book():
    return "the form"


ask(fastapi_site, "GET /books/emma", "GET /books/new")

# %% [markdown] objectives=["route-order-shadowing"]
# **Django and FastAPI go through their routes from top to bottom and take the first that fits.** The form is *shadowed*. It is in the table,
# nothing complains, and no reader ever sees it.
#
# **Flask weighs its rules.** Fixed text goes before a variable, wherever it was written, and a number such as `<int:number>` before any text.
# Only between rules of equal weight does the order count.
#
# Two notes. If the very same route is written twice, the first one wins in all three. And in Flask and FastAPI only routes that take the
# method are in the way: a `POST` route shadows no `GET` route. In Django it does, as you saw.
#
# ```mermaid
# flowchart LR
#   accTitle: Who answers GET /books/new when the route with a variable was written first
#   accDescr: Django and FastAPI take the first route in the list, which is the page of a book. Flask tries fixed text first, which is the form for a new book.
#   request["GET /books/new"] --> listed["Django, FastAPI: first in the list"]
#   request --> weighed["Flask: fixed text first"]
#   listed --> page["the page of a book named new"]
#   weighed --> form["the form"]
# ```
#
# `xray` sends a request and draws its way: inwards on the left, outwards on the right. Here is the shadowed form in FastAPI. Which route was
# asked, which took the request, and which was never asked?

# %% objectives=["route-order-shadowing"]
xray(fastapi_site, "GET", "/books/new", times=False)

# %% [markdown] objectives=["route-order-shadowing"]
# The cure in Django and FastAPI is to write the particular route above the general one. In Flask it does no harm. Make it your habit
# everywhere.

# %% objectives=["route-order-shadowing"]
quiz("predict-flask-literal-wins")

# %% [markdown] objectives=["routing-concept", "flask-route-decorator", "django-urlconf", "fastapi-path-operations", "flask-route-methods", "route-order-shadowing"]
# ## Keep it
#
# What is not used is forgotten. These cards ask for what this lesson taught. Think of the answer, press **Space**, and
# say with **1** to **4** how well you knew it. Each comes back on **Start** when you are about to forget it.

# %% objectives=["routing-concept", "flask-route-decorator", "django-urlconf", "fastapi-path-operations", "flask-route-methods", "route-order-shadowing"]
cards("routing-concept", "flask-route-decorator", "django-urlconf", "fastapi-path-operations", "flask-route-methods", "route-order-shadowing")

# %% [markdown] objectives=["routing-concept"]
# ## What you can do now
#
# - Say which handler a request reaches, and tell 404 (no such path) from 405 (the path is known, the method is not).
# - Write routes with decorators in Flask and FastAPI, and with `urlpatterns`, function views and class-based views in Django.
# - Choose the methods of a route, and say who adds `HEAD` and `OPTIONS`.
# - Predict which of two overlapping routes wins, and order them so that it does not matter.
#
# Next: [Values in the path](2_parameters.ipynb), where `/books/7` becomes a number in your function.
