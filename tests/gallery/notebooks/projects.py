# ---
# title: Real projects
# minutes: 5
# ---

# %% [markdown]
# # Real projects
#
# A project is a folder of real files; commands run in it as in a terminal.

# %%
import httpx2

from course import project

# %% [markdown]
# ## Django: migrations, forth and back

# %%
library = project("library")
library.run("django-admin startproject config .")
library.run("python manage.py startapp books")
settings = library.read("config/settings.py")
library.write("config/settings.py", settings.replace("INSTALLED_APPS = [", 'INSTALLED_APPS = [\n    "books",'))
library.write(
    "books/models.py",
    """
    from django.db import models


    class Book(models.Model):
        title = models.CharField(max_length=200)
""",
)
library.run("python manage.py makemigrations books")

# %%
library.run("python manage.py sqlmigrate books 0001")

# %%
library.run("python manage.py migrate")
library.run("python manage.py migrate books zero")

# %% tags=["varies"]
library.show("books/models.py", "books/migrations")  # Django writes the minute into a migration

# %% tags=["varies"]
library

# %% [markdown]
# A command that fails is one message.

# %%
from course.frameworks.project import CommandFailed

try:
    library.run("python manage.py migrate shelves")
except CommandFailed as error:
    print(error)

# %% [markdown]
# The project is served with its settings and its static files, in a process of its own.

# %%
site = library.serve("config.wsgi:application")
page = httpx2.get(site.url + "/admin/login/").text
print("css/base.css" in page, httpx2.get(site.url + "/static/admin/css/base.css").status_code)

# %% tags=["varies"]
site.show("/admin/")

# %%
site.stop()

# %% [markdown]
# ## Flask and FastAPI

# %%
desk = project(
    "desk",
    {
        "desk.py": """
        from flask import Flask

        app = Flask("desk")

        @app.get("/")
        def home():
            return "The desk is open."
    """,
        "api.py": """
        from fastapi import FastAPI

        app = FastAPI()

        @app.get("/")
        def home():
            return "The API is open."
    """,
    },
)
with desk.start("flask --app desk run --port {port}") as flask, desk.start("uvicorn api:app --port {port}") as api:
    print(httpx2.get(flask.url).text)
    print(httpx2.get(api.url).json())
    print("GET / HTTP/1.1" in flask.log)
