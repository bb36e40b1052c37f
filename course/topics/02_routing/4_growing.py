# ---
# title: Many routes, many files
# minutes: 30
# ---

# %% [markdown] objectives=["django-url-include"]
# # Many routes, many files
#
# The library's site has grown to sixty routes in one file. After this lesson loans, books and the staff desk have a file each and an address
# prefix each. The same group can serve two branches, and a second site can live inside the first. Allow 30 minutes.
#
# A notebook has no files, so each cell says in a comment which file its lines would stand in.

# %%
from course import cards, client, django_app, quiz, serve


def ask(app, *addresses):
    """Sends a GET request to each address and prints what comes back."""
    for address in addresses:
        response = client(app).get(address)
        answer = response.text if response.is_success else response.reason_phrase
        print(f"{address:<26}{response.status_code}  {answer}")


def attempt(call, *args, **kwargs):
    """Prints what a call returns, or the error that it raises."""
    try:
        print(call(*args, **kwargs))
    except Exception as error:
        print(f"{type(error).__name__}: {str(error).splitlines()[0]}")


# %% [markdown] objectives=["django-url-include"]
# ## A group of routes under a prefix
#
# ### Django: include
#
# Everything about loans gets its own list of routes. The project's list says where that group begins, with `include`.

# %% objectives=["django-url-include"]
from django.http import HttpResponse
from django.urls import include, path, reverse


# loans/views.py
def all_loans(request):
    return HttpResponse("all loans")


def new_loan(request):
    return HttpResponse("new loan")


# loans/urls.py
loan_patterns = [path("", all_loans), path("new/", new_loan)]

# library/urls.py
library = django_app([path("loans/", include(loan_patterns))])

ask(library, "/loans/", "/loans/new/")

# %% [markdown] objectives=["django-url-include"]
# Suppose the writer of `loans/urls.py` did not trust that, and repeated the prefix.

# %% objectives=["django-url-include"]
quiz("predict-django-include-prefix")

# %% objectives=["django-url-include"]
library = django_app([path("loans/", include([path("loans/new/", new_loan)]))])

ask(library, "/loans/new/", "/new/", "/loans/loans/new/")

# %% [markdown] objectives=["django-url-include"]
# `include` **cuts off what has matched and hands the rest to the inner list**. The inner list does not know its prefix, and that is the
# point: it can be moved. In a project the inner list lives in another file, and you write `include("loans.urls")`.
#
# What if the rest fits nothing in the inner list? Is the search over?

# %% objectives=["django-url-include"]
quiz("predict-django-include-falls-through")


# %% objectives=["django-url-include", "route-order-shadowing"]
def book(request, slug):
    return HttpResponse(f"the book {slug}")


def new_book(request):
    return HttpResponse("a new book")


def branch_loans(request, branch):
    return HttpResponse(f"loans of {branch}")


library = django_app(
    [
        path("books/", include([path("new/", new_book)])),
        path("books/<slug:slug>/", book),
        path("branches/<slug:branch>/", include([path("loans/", branch_loans)])),
    ]
)

ask(library, "/books/new/", "/books/dune/", "/branches/north/loans/")

# %% [markdown] objectives=["django-url-include"]
# It is not over. Django leaves the group again and goes on below it. And a value captured in the prefix, `<slug:branch>`, is passed on to
# every view in the group.
#
# ### Flask: blueprints
#
# A `Blueprint` is a group of rules that waits. It becomes part of a site when the site registers it.

# %% objectives=["flask-route-decorator", "url-reversal"]
from flask import Blueprint, Flask, url_for

# loans.py
loans = Blueprint("loans", __name__, url_prefix="/loans")


@loans.get("/")
def index():
    return f"all loans, new ones at {url_for('.new')}"


@loans.get("/new")
def new():
    return f"new loan, all at {url_for('loans.index')}"


# app.py
library = Flask("library")
library.register_blueprint(loans)

ask(library, "/loans/", "/loans/new")
print([rule.endpoint for rule in library.url_map.iter_rules()])

with library.test_request_context():
    attempt(url_for, "index")

# %% [markdown] objectives=["flask-route-decorator", "url-reversal"]
# The prefix stands in `url_prefix`, and may also be given when registering. Endpoints get the name of the blueprint in front: `loans.index`.
# Inside the blueprint a leading dot, `.new`, means "of this blueprint". Once it is registered, a blueprint takes no further rules: it raises
# an `AssertionError`.
#
# FastAPI has such a group too. It can do a little more, so it gets a section.

# %% objectives=["django-url-include"]
quiz("django-include-missing-slash")

# %% [markdown] objectives=["apirouter-bigger-apps"]
# ## FastAPI: a router per file
#
# An `APIRouter` is a group with a `prefix`. Besides, it can carry what all its operations share: `tags` for headings in the documentation,
# `responses` for answers to document, and `dependencies`, functions to call before each operation. This one lets only staff pass. (How to do
# that properly comes with authentication.)

# %% objectives=["apirouter-bigger-apps"]
quiz("predict-apirouter-dependency")

# %% objectives=["apirouter-bigger-apps"]
from fastapi import APIRouter, Depends, FastAPI, HTTPException


# dependencies.py
def staff_only(badge: str = ""):
    if badge != "staff":
        raise HTTPException(403)


# stock.py
stock = APIRouter(
    prefix="/stock",
    tags=["stock"],
    dependencies=[Depends(staff_only)],
    responses={403: {"description": "For staff only"}},
)


@stock.get("/count")
def count():
    return 4200


# books.py
books = APIRouter(prefix="/books", tags=["books"])


@books.get("")
def list_books():
    return ["Dune", "Emma"]


# main.py
divided = FastAPI()
divided.include_router(stock)
divided.include_router(books)
divided.include_router(books, prefix="/v2")

ask(divided, "/stock/count", "/stock/count?badge=staff", "/books", "/v2/books")

for address, operations in divided.openapi()["paths"].items():
    print(address, operations["get"]["tags"], list(operations["get"]["responses"]))

# %% [markdown] objectives=["apirouter-bigger-apps"]
# - **Prefixes add up**, from outside to inside: `/v2` + `/books`. A prefix begins with a slash and does not end in one. The router's own page
#   then has the empty path, `""`.
# - **Dependencies run before every operation** of the router, and only there. `/books` asked nobody for a badge.
# - The list of answers in the documentation has 403 wherever `stock` says so. (422 is listed because `badge` is a parameter.)
# - Tags, dependencies and responses can also be given to `include_router`, if a file does not belong to you.
#
# What are the tags for? `serve` starts the site on a real server, as long as this notebook runs. Look at its documentation page, and try a
# request there: open `GET /stock/count`, press *Try it out*, write `staff` for the badge, then *Execute*. Without the badge it is a 403.

# %% tags=["varies"] objectives=["apirouter-bigger-apps"]
serve(divided).show("/docs", height=520)

# %% objectives=["apirouter-bigger-apps"]
quiz("predict-apirouter-double-prefix")

# %% [markdown] objectives=["fastapi-router-tree"]
# ## FastAPI keeps a tree
#
# What does `include_router` do: copy the routes, or remember the router? A route that comes too late gives it away.

# %% objectives=["fastapi-router-tree"]
quiz("predict-fastapi-late-route")

# %% objectives=["fastapi-router-tree"]
library = FastAPI()
events = APIRouter(prefix="/events")
library.include_router(events)


@events.get("/today")
def today():
    return "story hour"


ask(library, "/events/today")
print([type(route).__name__ for route in library.routes])

# %% [markdown] objectives=["fastapi-router-tree"]
# It remembers. Until version 0.136 FastAPI copied the routes, and `/events/today` would have been a 404. Since 0.137 the router itself is
# kept, as one entry in `library.routes`. The four others are for the documentation.
#
# ```mermaid
# flowchart LR
#   accTitle: The routes of a FastAPI site since version 0.137
#   accDescr: The site holds its own routes and an entry for each included router. That entry leads to the router, which holds its routes and may hold entries for further routers. So it is a tree and not a flat list.
#   site["FastAPI"] --> docs["/docs and three more"]
#   site --> entry["entry: included router"]
#   entry --> router["router with prefix /events"]
#   router --> today["/today"]
#   router --> more["entries for further routers"]
# ```
#
# In words: the list of a site may hold routers, which hold routes and further routers. It is a tree. Old code that takes it for a flat list
# breaks in one of two ways, loudly or silently:

# %% objectives=["fastapi-router-tree"]
from fastapi.routing import APIRoute, iter_route_contexts

attempt(lambda: [route.path for route in library.routes])
print([route.path for route in library.routes if isinstance(route, APIRoute)])

print([context.path for context in iter_route_contexts(library.routes)][-1])
print(list(library.openapi()["paths"]))

# %% [markdown] objectives=["fastapi-router-tree"]
# - The first line fails, because an included router has no `path`.
# - The second finds no route at all, and no error. A test that counts routes this way now counts nothing.
# - `iter_route_contexts`, new in 0.137.2, walks the whole tree. It gives each route with its full path, methods and name. It is for reading.
# - `openapi()["paths"]` works in every version. It has what is documented, and nothing else.
#
# Code that *changed* routes in such a loop needs another cure: give the setting to the site or the router. The best-known case gives each
# operation the name of its function, for generated clients:

# %% objectives=["fastapi-router-tree"]
library = FastAPI(generate_unique_id_function=lambda route: route.name)
library.include_router(events)

print(library.openapi()["paths"]["/events/today"]["get"]["operationId"])

# %% objectives=["fastapi-router-tree"]
quiz("fastapi-routes-list-is-a-tree")

# %% [markdown] objectives=["django-custom-converters-namespaces"]
# ## The same group twice: namespaces
#
# Loans have an `index`, books have an `index`, members too. Whose page is `reverse("index")`? In Django a group can carry an **app name**. It
# is the second part of a pair, behind the list of routes. (In a file `urls.py` it is the line `app_name = "desk"`.)

# %% objectives=["django-custom-converters-namespaces"]
quiz("predict-django-bare-namespace")


# %% objectives=["django-custom-converters-namespaces", "url-reversal"]
def desk(request):
    here = request.resolver_match.namespace
    return HttpResponse(f"{here} desk, {reverse('desk:index', current_app=here)}")


desk_urls = ([path("", desk, name="index")], "desk")

django_app([path("desk/", include(desk_urls))])
attempt(reverse, "index")
attempt(reverse, "desk:index")

library = django_app(
    [
        path("north/", include(desk_urls, namespace="north")),
        path("south/", include(desk_urls, namespace="south")),
    ]
)

attempt(reverse, "north:index")
attempt(reverse, "south:index")
attempt(reverse, "desk:index")
ask(library, "/north/", "/south/")

# %% [markdown] objectives=["django-custom-converters-namespaces"]
# The same list is included twice, so it needs two names. `namespace="north"` is an **instance namespace**: this copy. `desk` is the **app
# namespace**: any copy.
#
# - `north:index` always means the northern desk.
# - `desk:index` means "the desk where I am", if `current_app` says where that is. (In templates `{% url %}` takes it from the request.)
#   Without it, as in the fifth line, Django takes the copy that was included last.
#
# **Flask** does the same with blueprints: `register_blueprint(loans, name="north_loans", url_prefix="/north")`. `url_for(".index")` stays in
# the copy that answers. **FastAPI** has no namespaces. If two routes have one name, `url_path_for` finds the first. Give them names with
# `name=`.

# %% objectives=["django-custom-converters-namespaces"]
quiz("django-two-instances")

# %% [markdown] objectives=["subapps-mounting-dispatch"]
# ## One site inside another
#
# A router is a part of a site. Sometimes you want the opposite: a second site, complete with its own documentation and errors, under a prefix
# of the first. That is **mounting**. The staff get an API of their own:

# %% objectives=["subapps-mounting-dispatch"]
quiz("predict-mount-path")

# %% objectives=["subapps-mounting-dispatch"]
from fastapi import Request

staff = FastAPI()


@staff.get("/books")
def staff_books(request: Request):
    return {"prefix": request.scope["root_path"], "address": request.url.path}


def closed():
    raise HTTPException(403)


library = FastAPI(dependencies=[Depends(closed)])


@library.get("/books")
def public_books():
    return "all books"


library.mount("/staff", staff)

ask(library, "/books", "/staff/books", "/staff/staff/books")
print(list(library.openapi()["paths"]), list(staff.openapi()["paths"]))

# %% [markdown] objectives=["subapps-mounting-dispatch"]
# The prefix is cut off once more: inside, the route is `/books`, and the mounted site is told its prefix. Everything else is apart. The
# dependency that closes the outer site does not guard the inner one, and the outer documentation does not list it.
#
# The inner site may be made with another framework. Flask and Django speak **WSGI**, FastAPI speaks **ASGI**, so an adapter stands between.
# And two WSGI sites are joined by Werkzeug's `DispatcherMiddleware`:

# %% objectives=["subapps-mounting-dispatch"]
from asgiref.wsgi import WsgiToAsgi
from flask import request
from werkzeug.middleware.dispatcher import DispatcherMiddleware

old_site = Flask("old_site")


@old_site.get("/books")
def old_books():
    return f"old books, {request.script_root} + {request.path}, link {url_for('old_books')}"


archive = django_app([path("papers/", lambda request: HttpResponse(f"papers at {request.path}"))])

outer = FastAPI()
outer.mount("/old", WsgiToAsgi(old_site))
outer.mount("/archive", WsgiToAsgi(archive))
ask(outer, "/old/books", "/archive/papers/")

joined = DispatcherMiddleware(old_site, {"/archive": archive})
ask(joined, "/books", "/archive/papers/")

# %% [markdown] objectives=["subapps-mounting-dispatch"]
# ```mermaid
# flowchart LR
#   accTitle: A FastAPI site with a Flask and a Django site inside
#   accDescr: Requests that begin with /old go through an adapter to Flask, and those with /archive through an adapter to Django. All others are answered by the FastAPI site.
#   request["Request"] --> outer["FastAPI, ASGI"]
#   outer -->|"/old"| adapter1["adapter"]
#   outer -->|"/archive"| adapter2["adapter"]
#   adapter1 --> flask["Flask, WSGI"]
#   adapter2 --> django["Django, WSGI"]
# ```
#
# In words: the outer site looks at the beginning of the path. `/old` goes through an adapter to Flask, `/archive` through another to Django,
# and each inner site sees the rest. Built links are right inside as well, because they begin with the prefix: that is why Flask's says
# `/old/books`.
#
# - `WsgiToAsgi` is in `asgiref`, which Django brings along. FastAPI's documentation uses the package `a2wsgi` for the same. The former
#   `fastapi.middleware.wsgi` is deprecated.
# - A mount takes everything under its prefix. `mount("/", …)` before other routes shadows them all.

# %% objectives=["subapps-mounting-dispatch"]
quiz("mount-or-include")

# %% [markdown] objectives=["django-url-include", "apirouter-bigger-apps", "fastapi-router-tree"]
# ## Keep it
#
# The cards of this lesson. Some of the earlier ones may be due as well: those wait for you on **Start**.

# %% objectives=["django-url-include", "apirouter-bigger-apps", "fastapi-router-tree"]
cards("django-url-include", "apirouter-bigger-apps", "fastapi-router-tree")

# %% [markdown] objectives=["django-url-include", "apirouter-bigger-apps", "subapps-mounting-dispatch"]
# ## What you can do now
#
# - Split a site by subject: `include` in Django, blueprints in Flask, `APIRouter` in FastAPI.
# - Use one group twice and still build the right links.
# - Repair code that took FastAPI's routes for a flat list.
# - Mount one site in another, across frameworks, and say what the two share: nothing but the prefix.
#
# Next: [One table, three frameworks](5_translating.ipynb), where you carry a whole site from one framework to the others.
