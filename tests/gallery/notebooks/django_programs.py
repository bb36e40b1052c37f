# ---
# title: Django programs in a notebook
# minutes: 10
# ---

# %% [markdown]
# # Django programs in a notebook
#
# Two branches of the Riverside Library have a site each, in one notebook.

# %%
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path, reverse

from course import client, django_app


def welcome(request):
    return HttpResponse(f"Welcome to {reverse('books')}")


def books(request):
    return JsonResponse({"books": ["Emma", "Dracula"]})


north = django_app([path("", welcome), path("north/books/", books, name="books")])
south = django_app([path("", welcome), path("south/books/", books, name="books")])

assert client(north).get("/").text == "Welcome to /north/books/"
assert client(south).get("/").text == "Welcome to /south/books/"
assert client(north).get("/south/books/").status_code == 404
assert reverse("books") == "/south/books/"
south

# %% [markdown]
# ## What a project does, this does
#
# A `POST` without a token is refused, and a missing slash is added.

# %%
response = client(north).post("/north/books/")
assert response.status_code == 403
assert "CSRF verification failed" in response.text
assert client(north).get("/north/books").headers["location"] == "/north/books/"
assert client(north).get("/").headers["x-frame-options"] == "SAMEORIGIN"

# %% [markdown]
# ## Settings for one program

# %%
from django.conf import settings


def about(request):
    return JsonResponse({"debug": settings.DEBUG, "language": settings.LANGUAGE_CODE})


def lost(request, exception):
    return HttpResponse("This page is not on our shelves", status=404)


quiet = django_app([path("about/", about)], DEBUG=False, LANGUAGE_CODE="de", handler404=lost)
loud = django_app([path("about/", about)])
assert client(quiet).get("/about/").json() == {"debug": False, "language": "de"}
assert client(loud).get("/about/").json() == {"debug": True, "language": "en-us"}
assert client(quiet).get("/nowhere/").text == "This page is not on our shelves"
assert "DEBUG = True" in client(loud).get("/nowhere/").text
assert settings.DEBUG
quiet

# %% [markdown]
# ## Middleware of this notebook


# %%
def stamped(get_response):
    def middleware(request):
        response = get_response(request)
        response["X-Library"] = "Riverside"
        return response

    return middleware


class Closed:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith("/archive/"):
            return HttpResponse("The archive is closed", status=503)
        return self.get_response(request)


stamping = django_app([path("", books)], MIDDLEWARE=[stamped, Closed, "django.middleware.common.CommonMiddleware"])
assert client(stamping).get("/").headers["x-library"] == "Riverside"
assert client(stamping).get("/archive/1890/").status_code == 503
assert "x-library" not in client(north).get("/").headers
by_path = django_app([path("", books)], MIDDLEWARE=["__main__.stamped"])
assert client(by_path).get("/").headers["x-library"] == "Riverside"
stamping

# %% [markdown]
# ## ASGI and streams


# %%
async def shelf(request):
    return HttpResponse("a view that awaits")


def catalogue(request):
    return StreamingHttpResponse(f"{settings.LANGUAGE_CODE} {title}\n" for title in ("Emma", "Dracula"))


modern = django_app([path("shelf/", shelf), path("books/", books)], asgi=True)
assert client(modern).get("/shelf/").text == "a view that awaits"
assert client(modern).get("/books/").json() == {"books": ["Emma", "Dracula"]}
assert client(modern).get("/static/admin/css/base.css").status_code == 200
streamed = django_app([path("", catalogue)], LANGUAGE_CODE="fr")
assert client(streamed).get("/").text == "fr Emma\nfr Dracula\n"

# %% [markdown]
# ## Which Django it is, is said

# %%
from course import django_setup

django_setup()
for wrong in (
    lambda: django_setup(LANGUAGE_CODE="fr"),
    lambda: django_app([], INSTALLED_APPS=[]),
    lambda: django_app([welcome]),
    lambda: settings.configure(DEBUG=False),
):
    try:
        wrong()
    except (RuntimeError, TypeError) as error:
        print(str(error).split(" at 0x")[0], *getattr(error, "__notes__", []))
    else:
        raise AssertionError("nothing was said")
