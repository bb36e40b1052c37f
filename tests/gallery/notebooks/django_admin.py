# ---
# title: Sessions, users and the admin of Django in a notebook
# minutes: 10
# ---

# %% [markdown]
# # Users, sessions and the admin
#
# Django is set up before anything of it is imported that has models.

# %%
from course import client, django_app, django_setup

django_setup()

import re

from django.contrib import admin
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import Permission, User
from django.contrib.auth.views import LoginView, LogoutView
from django.db import models
from django.http import HttpResponse
from django.urls import path

from course.frameworks.django import fresh_database

# %% [markdown]
# `fresh_database()` empties all tables, so that this cell may make its users again.

# %%
fresh_database()
ada = User.objects.create_user("ada", password="count-the-books")
head = User.objects.create_superuser("head", password="all-the-keys")
assert ada.pk == 1
assert authenticate(username="ada", password="count-the-books") == ada
assert authenticate(username="ada", password="guessed") is None


class Book(models.Model):
    title = models.CharField(max_length=50)
    shelf = models.CharField(max_length=5, default="A1")

    def __str__(self):
        return self.title


def submit(browser, address, **data):
    """Reads the form at an address first, and sends the token that stands in it, as a browser would."""
    token = re.search('name="csrfmiddlewaretoken" value="(.+?)"', browser.get(address).text)[1]
    return browser.post(address, data={"csrfmiddlewaretoken": token, **data})


# %% [markdown]
# ## Sessions


# %%
def visits(request):
    request.session["visits"] = request.session.get("visits", 0) + 1
    return HttpResponse(f"visit {request.session['visits']}")


@login_required
def card(request):
    return HttpResponse(f"card of {request.user.username}")


@permission_required("notebook.delete_book", raise_exception=True)
def weed_out(request):
    return HttpResponse(f"{Book.objects.all().delete()[0]} weeded out")


templates = {"registration/login.html": "<form method='post'>{% csrf_token %}{{ form }}</form>"}
desk = django_app(
    [
        path("", visits),
        path("card/", card),
        path("weed/", weed_out),
        path("login/", LoginView.as_view(next_page="/card/")),
        path("logout/", LogoutView.as_view(next_page="/")),
    ],
    templates=templates,
    LOGIN_URL="/login/",
)
reader = client(desk)
assert [reader.get("/").text for _ in range(2)] == ["visit 1", "visit 2"]
assert client(desk).get("/").text == "visit 1"

# %% [markdown]
# ## Logging in

# %%
assert reader.get("/card/").headers["location"] == "/login/?next=/card/"
assert "correct username and password" in submit(reader, "/login/", username="ada", password="guessed").text
assert submit(reader, "/login/", username="ada", password="count-the-books").headers["location"] == "/card/"
assert reader.get("/card/").text == "card of ada"
assert reader.get("/weed/").status_code == 403
ada.user_permissions.add(Permission.objects.get(codename="delete_book"))
Book.objects.create(title="Old catalogue")
assert reader.get("/weed/").text == "1 weeded out"
assert submit(reader, "/login/", username="ada", password="count-the-books").status_code == 302
ada.password.split("$")[0]

# %% [markdown]
# ## The admin


# %%
@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    list_display = ["title", "shelf"]
    search_fields = ["title"]


office = django_app([path("admin/", admin.site.urls)])
keeper = client(office, follow_redirects=True)
assert "Log in" in keeper.get("/admin/").text
assert (
    "Site administration" in submit(keeper, "/admin/login/?next=/admin/", username="head", password="all-the-keys").text
)
added = submit(keeper, "/admin/notebook/book/add/", title="Emma", shelf="B2")
assert "was added successfully" in added.text
emma = Book.objects.get()
changed = submit(keeper, f"/admin/notebook/book/{emma.pk}/change/", title="Emma", shelf="C3")
assert "was changed successfully" in changed.text
assert Book.objects.get().shelf == "C3"
assert "C3" in keeper.get("/admin/notebook/book/?q=emma").text
history = keeper.get(f"/admin/notebook/book/{emma.pk}/history/").text
assert "Added." in history
assert "Changed Shelf." in history
assert keeper.get("/static/admin/css/base.css").headers["content-type"] == "text/css"
assert "notebook" in keeper.get("/admin/").text
submit(keeper, f"/admin/notebook/book/{emma.pk}/delete/", post="yes").text.count("was deleted successfully")

# %% [markdown]
# ## Who is no member of staff

# %%
assert submit(reader, "/login/", username="ada", password="count-the-books").status_code == 302
visitor = client(office, cookies=reader.cookies)
page = visitor.get("/admin/", follow_redirects=True).text
assert "You are authenticated as ada, but are not authorized" in page
