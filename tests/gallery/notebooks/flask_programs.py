# ---
# title: Flask programs
# minutes: 5
# ---

# %% [markdown]
# # Flask programs
#
# The Riverside Library as a Flask application: a factory, blueprints, configuration, errors, sessions, templates,
# streams, async views and commands.

# %%
# %% [markdown]
# ## A factory and its blueprints
# %%
from flask import Blueprint, Flask, abort, current_app, g, jsonify, request, url_for

from course import client


def create_app(**config):
    app = Flask("library")
    app.config.from_mapping(SECRET_KEY="riverside", LOAN_DAYS=14, BOOKS={1: "Emma", 2: "Dracula"})
    app.config.from_mapping(config)
    app.config.from_prefixed_env("RIVERSIDE")
    app.register_blueprint(make_books(), url_prefix="/books")
    app.register_blueprint(make_books(), url_prefix="/archive", name="archive")
    return app


def make_books():
    books = Blueprint("books", "library")

    @books.before_request
    def note_the_branch():
        g.branch = request.headers.get("X-Branch", "North")

    @books.get("/")
    def shelf():
        return {"branch": g.branch, "days": current_app.config["LOAN_DAYS"], "self": url_for(".shelf")}

    @books.get("/<int:number>")
    def book(number):
        title = current_app.config["BOOKS"].get(number) or abort(404, description=f"There is no book {number}.")
        return {"title": title}

    @books.errorhandler(404)
    def lost(error):
        return jsonify(error=error.description), 404

    return books


app, patient = create_app(), create_app(LOAN_DAYS=28)
assert client(app).get("/books/").json() == {"branch": "North", "days": 14, "self": "/books/"}
assert client(patient).get("/archive/", headers={"X-Branch": "South"}).json() == {
    "branch": "South",
    "days": 28,
    "self": "/archive/",
}
missing = client(app).get("/books/9")
assert (missing.status_code, missing.json()) == (404, {"error": "There is no book 9."})
assert client(app).get("/nowhere").headers["content-type"].startswith("text/html")

# %%
import os

os.environ["RIVERSIDE_LOAN_DAYS"] = "7"
try:
    assert client(create_app()).get("/books/").json()["days"] == 7
finally:
    del os.environ["RIVERSIDE_LOAN_DAYS"]
assert client(create_app()).get("/books/").json()["days"] == 14

# %% [markdown]
# A route after the first request, and a name that is taken: Flask says so itself.

# %%
try:

    @app.get("/late")
    def late():
        return "too late"

except AssertionError as error:
    print(str(error).splitlines()[0])

try:
    app.register_blueprint(make_books())
except AssertionError as error:
    print(str(error).splitlines()[0])

try:
    fresh = create_app()
    fresh.register_blueprint(make_books())
except ValueError as error:
    print(error)

# %% [markdown]
# ## Errors

# %%
from werkzeug.exceptions import HTTPException, UnprocessableEntity


class NoCopyLeft(Exception):
    pass


app = Flask("library")


@app.errorhandler(NoCopyLeft)
def no_copy_left(error):
    return {"error": f"no copy of {error} is left"}, 409


@app.errorhandler(HTTPException)
def as_json(error):
    return {"error": error.name}, error.code


@app.post("/loans/<title>")
def lend(title):
    if not request.is_json:
        raise UnprocessableEntity
    raise NoCopyLeft(title)


desk = client(app)
assert desk.post("/loans/Emma", json={}).json() == {"error": "no copy of Emma is left"}
assert desk.post("/loans/Emma").json() == {"error": "Unprocessable Entity"}
assert desk.get("/loans/Emma").status_code == 405
assert desk.get("/nowhere").json() == {"error": "Not Found"}

# %%
from flask import got_request_exception

app = Flask("library")
reported = []
got_request_exception.connect(lambda sender, exception: reported.append(exception), app, weak=False)


@app.get("/shelves/<int:number>")
def shelf(number):
    return str(120 // number)


@app.errorhandler(500)
def sorry(error):
    return f"sorry: {type(error.original_exception).__name__}", 500


assert client(app).get("/shelves/4").text == "30"
answer = client(app).get("/shelves/0")
assert (answer.status_code, answer.text) == (500, "sorry: ZeroDivisionError")
assert [type(error) for error in reported] == [ZeroDivisionError]

# %% [markdown]
# ## Sessions, cookies and flashed messages

# %%
from flask import flash, get_flashed_messages, make_response, redirect, session

app = Flask("library")
app.secret_key = "riverside"


@app.post("/login")
def login():
    session["member"] = request.form["member"]
    flash("Welcome back")
    return redirect(url_for("me"))


@app.get("/me")
def me():
    return {"member": session.get("member"), "messages": get_flashed_messages()}


@app.post("/logout")
def logout():
    session.clear()
    answer = make_response("", 204)
    answer.set_cookie("last_visit", "today", httponly=True, samesite="Lax")
    return answer


desk, other = client(app), client(app)
answer = desk.post("/login", data={"member": "ada"})
assert (answer.status_code, answer.headers["location"]) == (302, "/me")
assert desk.get("/me").json() == {"member": "ada", "messages": ["Welcome back"]}
assert desk.get("/me").json() == {"member": "ada", "messages": []}
assert other.get("/me").json()["member"] is None
assert "HttpOnly" in desk.post("/logout").headers["set-cookie"].split("last_visit")[1]
assert desk.get("/me").json()["member"] is None
assert "session" not in desk.cookies

# %%
desk = client(app)
desk.cookies.set("session", "forged.by.a-stranger")
assert desk.get("/me").json()["member"] is None

app.secret_key = None
assert client(app).get("/me").json() == {"member": None, "messages": []}

# %% [markdown]
# ## Templates without a folder

# %%
from flask import render_template, render_template_string
from jinja2 import DictLoader

app = Flask("library")
app.jinja_loader = DictLoader(
    {
        "page.html": "<title>{% block title %}Riverside{% endblock %}</title>{% block body %}{% endblock %}",
        "books.html": """{% extends "page.html" %}
{% block title %}Books - {{ super() }}{% endblock %}
{% block body %}{% for book in books %}<a href="{{ url_for('book', title=book) }}">{{ book|title_case }}</a>{% endfor %}
{% include "foot.html" %}{% endblock %}""",
        "foot.html": "<footer>{{ branches }} branches</footer>",
    }
)
app.add_template_filter(str.title, "title_case")
app.context_processor(lambda: {"branches": 4})


@app.get("/")
def books():
    return render_template("books.html", books=["emma", "<dracula>"])


@app.get("/books/<title>")
def book(title):
    return render_template_string("<h1>{{ title }}</h1>", title=title)


page = client(app).get("/").text
assert '<a href="/books/emma">Emma</a>' in page
assert "&lt;Dracula&gt;" in page
assert "<title>Books - Riverside</title>" in page
assert "<footer>4 branches</footer>" in page
assert client(app).get("/books/<b>").text == "<h1>&lt;b&gt;</h1>"

# %% [markdown]
# ## Templates in a folder
#
# A project has one.

# %%
from course import project

site = project(
    "site", files={"templates/hours.html": "<p>Open till {{ till }}</p>", "static/site.css": "p { color: teal }"}
)
app = Flask("library", root_path=site.path)


@app.get("/hours")
def hours():
    return render_template("hours.html", till=18)


assert client(app).get("/hours").text == "<p>Open till 18</p>"
assert client(app).get("/static/site.css").text == "p { color: teal }\n"

# %% [markdown]
# ## Streams, files and uploads

# %%
import io

from flask import Response, send_file, stream_with_context

app = Flask("library")
closed = []


@app.get("/loans.csv")
def export():
    def lines():
        try:
            yield "book,member\n"
            for number in range(1, 4):
                yield f"{number},{request.args['member']}\n"
        finally:
            closed.append("loans.csv")

    return Response(stream_with_context(lines()), mimetype="text/csv")


@app.get("/card")
def card():
    return send_file(io.BytesIO(b"member card"), mimetype="text/plain", download_name="card.txt", as_attachment=True)


@app.post("/covers")
def cover():
    image = request.files["cover"]
    return {"name": image.filename, "size": len(image.read()), "book": request.form["book"]}


with client(app).stream("GET", "/loans.csv", params={"member": "ada"}) as answer:
    assert list(answer.iter_lines()) == ["book,member", "1,ada", "2,ada", "3,ada"]
assert closed.pop() == "loans.csv"

answer = client(app).get("/card")
assert answer.content == b"member card"
assert answer.headers["content-disposition"] == "attachment; filename=card.txt"

answer = client(app).post("/covers", data={"book": "Emma"}, files={"cover": ("emma.png", b"\x89PNG", "image/png")})
assert answer.json() == {"name": "emma.png", "size": 4, "book": "Emma"}

# %% [markdown]
# ## Views that wait

# %%
import asyncio

app = Flask("library")


@app.get("/branches")
async def branches():
    async def ask(branch):
        await asyncio.sleep(0)
        return f"{branch}: open"

    return list(await asyncio.gather(*(ask(branch) for branch in ("North", "South"))))


assert client(app).get("/branches").json() == ["North: open", "South: open"]

# %% [markdown]
# ## Views as classes, converters, hooks

# %%
from flask.views import MethodView
from werkzeug.routing import BaseConverter


class ShelfMark(BaseConverter):
    regex = "[A-Z]{2}[0-9]+"

    def to_python(self, value):
        return value[:2], int(value[2:])


class Shelf(MethodView):
    init_every_request = False

    def __init__(self, books):
        self.books = books

    def get(self, mark):
        return {"row": mark[0], "place": mark[1]}

    def put(self, mark):
        self.books[mark] = request.get_json()["title"]
        return "", 204


app = Flask("library")
app.url_map.converters["mark"] = ShelfMark
app.add_url_rule("/shelf/<mark:mark>", view_func=Shelf.as_view("shelf", books={}))
order = []
app.before_request(lambda: order.append("before"))
app.teardown_request(lambda error: order.append("teardown"))


@app.after_request
def after(response):
    order.append("after")
    response.headers["X-Library"] = "Riverside"
    return response


desk = client(app)
assert desk.get("/shelf/AB12").json() == {"row": "AB", "place": 12}
assert desk.put("/shelf/AB12", json={"title": "Emma"}).status_code == 204
assert desk.get("/shelf/12AB").status_code == 404
assert desk.delete("/shelf/AB12").status_code == 405
assert order[:3] == ["before", "after", "teardown"]
assert desk.get("/shelf/AB12").headers["x-library"] == "Riverside"

# %% [markdown]
# ## Contexts and commands

# %%
import click
from flask.cli import AppGroup

app = Flask("library")
shelves = AppGroup("books", help="The library's books.")


@shelves.command("add")
@click.argument("title")
@click.option("--copies", default=1)
def add(title, copies):
    click.echo(f"{copies} x {title} for {current_app.name}")


app.cli.add_command(shelves)


@app.get("/books/<int:number>")
def book(number):
    return "a book"


runner = app.test_cli_runner()
result = runner.invoke(args=["books", "add", "Emma", "--copies", "3"])
assert (result.exit_code, result.output) == (0, "3 x Emma for library\n")
assert runner.invoke(args=["books", "add"]).exit_code == 2
assert "The library's books." in runner.invoke(args=["--help"]).output

with app.test_request_context("/books/7?lang=en"):
    assert request.args["lang"] == "en"
    assert url_for("book", number=7) == "/books/7"

try:
    print(request.path)
except RuntimeError as error:
    print(str(error).splitlines()[0])
