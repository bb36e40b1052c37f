# ---
# title: Flask extensions
# minutes: 5
# ---

# %% [markdown]
# # Flask extensions
#
# The library with SQLAlchemy, Migrate, WTF, Login, JWT-Extended and Caching.

# %%
from flask import Flask, redirect, render_template_string, request, url_for

# %% [markdown]
# ## Flask-SQLAlchemy: models and tables
# %%
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase

from course import client


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)

# %% [markdown]
# Models stand in a cell of their own: it can be run again while `db` stays. Those that refer to each other stand
# together.

# %%
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

book_genres = db.Table(
    "book_genres",
    db.Column("book_id", ForeignKey("book.id"), primary_key=True),
    db.Column("genre_id", ForeignKey("genre.id"), primary_key=True),
)


class Author(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    books: Mapped[list["Book"]] = relationship(back_populates="author")


class Genre(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Book(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    pages: Mapped[int | None]
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author] = relationship(back_populates="books")
    genres: Mapped[list[Genre]] = relationship(secondary=book_genres)

    def as_dict(self):
        return {"id": self.id, "title": self.title, "author": self.author.name}


# %%
def create_app():
    app = Flask("library")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(app)
    with app.app_context():
        db.create_all()
        austen, stoker = Author(name="Austen"), Author(name="Stoker")
        romance = Genre(name="romance")
        titles = ["Emma", "Persuasion", "Sanditon"]
        db.session.add_all([Book(title=title, author=austen, genres=[romance]) for title in titles])
        db.session.add(Book(title="Dracula", author=stoker))
        db.session.commit()

    @app.get("/books")
    def books():
        order = db.select(Book).order_by(Book.title)
        page = db.paginate(order, page=request.args.get("page", 1, int), per_page=2)
        return {"books": [book.as_dict() for book in page], "pages": page.pages, "total": page.total}

    @app.get("/books/<int:number>")
    def book(number):
        return db.get_or_404(Book, number).as_dict()

    @app.post("/authors")
    def add_author():
        db.session.add(Author(name=request.get_json()["name"]))
        db.session.commit()
        return "", 201

    @app.get("/genres/<name>")
    def genre(name):
        query = db.select(Book).join(Book.genres).filter_by(name=name).order_by(Book.title)
        return [book.title for book in db.session.scalars(query)]

    return app


app, other = create_app(), create_app()
desk = client(app)
answer = desk.get("/books").json()
assert [book["title"] for book in answer["books"]] == ["Dracula", "Emma"]
assert (answer["pages"], answer["total"]) == (2, 4)
assert desk.get("/books", params={"page": 9}).status_code == 404
assert desk.get("/books/1").json() == {"id": 1, "title": "Emma", "author": "Austen"}
assert desk.get("/books/9").status_code == 404
assert desk.get("/genres/romance").json() == ["Emma", "Persuasion", "Sanditon"]

assert desk.post("/authors", json={"name": "Eliot"}).status_code == 201
with app.app_context():
    assert db.session.scalar(db.select(Author).filter_by(name="Eliot")) is not None
with other.app_context():
    assert db.session.scalar(db.select(Author).filter_by(name="Eliot")) is None

# %% [markdown]
# An error leaves no half-open transaction to the next request.

# %%
answer = desk.post("/authors", json={"name": "Eliot"})
assert answer.status_code == 500
assert desk.post("/authors", json={"name": "Gaskell"}).status_code == 201

# %%
try:
    Author.query.all()
except RuntimeError as error:
    print(str(error).splitlines()[0])

for program in (app, other):
    with program.app_context():
        db.engine.dispose()

# %% [markdown]
# ## Flask-WTF: forms with CSRF

# %%
import re

from flask_wtf import CSRFProtect, FlaskForm
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, NumberRange, ValidationError


class BookForm(FlaskForm):
    title = StringField("Title", validators=[DataRequired()])
    copies = IntegerField("Copies", default=1, validators=[NumberRange(1, 9, "One to nine copies.")])

    def validate_title(self, field):
        if field.data == "Dracula":
            raise ValidationError("We have that one.")


app = Flask("library")
app.config["SECRET_KEY"] = "riverside"
CSRFProtect(app)
shelf = []

PAGE = """<form method="post">{{ form.hidden_tag() }}{{ form.title }}{{ form.copies }}
{% for error in form.errors.values() %}<b>{{ error[0] }}</b>{% endfor %}</form>"""


@app.route("/books/new", methods=["GET", "POST"])
def new_book():
    form = BookForm()
    if form.validate_on_submit():
        shelf.append((form.title.data, form.copies.data))
        return redirect(url_for("new_book"))
    return render_template_string(PAGE, form=form), 422 if form.errors else 200


def token(page):
    return re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', page.text)[1]


desk = client(app)
assert desk.post("/books/new", data={"title": "Emma"}).status_code == 400
secret = token(desk.get("/books/new"))
assert desk.post("/books/new", data={"title": "Emma", "copies": "2", "csrf_token": secret}).status_code == 302
assert shelf == [("Emma", 2)]
answer = desk.post("/books/new", data={"title": "Dracula", "copies": "12", "csrf_token": secret})
assert answer.status_code == 422
assert "<b>We have that one.</b><b>One to nine copies.</b>" in answer.text
assert client(app).post("/books/new", data={"title": "Emma", "csrf_token": secret}).status_code == 400
assert desk.post("/books/new", data={"title": ""}, headers={"X-CSRFToken": secret}).status_code == 422

# %% [markdown]
# ## Flask-Login: who is it?

# %%
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user
from werkzeug.security import check_password_hash, generate_password_hash


class Member(UserMixin):
    def __init__(self, name, password):
        self.id = name
        self.password = generate_password_hash(password, method="pbkdf2:sha256:1000")


def create_app():
    app = Flask("library")
    app.secret_key = "riverside"
    members = {"ada": Member("ada", "lovelace")}
    manager = LoginManager(app)
    manager.login_view = "login"
    manager.user_loader(members.get)

    @app.route("/login", methods=["GET", "POST"])
    def login():
        member = members.get(request.form.get("name"))
        if member and check_password_hash(member.password, request.form["password"]):
            login_user(member)
            return redirect(request.args.get("next", "/"))
        return "Who are you?", 401

    @app.get("/loans")
    @login_required
    def loans():
        return f"Loans of {current_user.id}"

    @app.post("/logout")
    def logout():
        logout_user()
        return redirect("/login")

    return app


app = create_app()
desk = client(app)
answer = desk.get("/loans")
assert (answer.status_code, answer.headers["location"]) == (302, "/login?next=%2Floans")
assert desk.post("/login", data={"name": "ada", "password": "byron"}).status_code == 401
answer = desk.post(answer.headers["location"], data={"name": "ada", "password": "lovelace"}, follow_redirects=True)
assert answer.text == "Loans of ada"
assert client(app).get("/loans").status_code == 302
desk.post("/logout")
assert desk.get("/loans").status_code == 302

# %% [markdown]
# ## Flask-JWT-Extended: tokens

# %%
from datetime import timedelta

from flask_jwt_extended import (
    JWTManager,
    create_access_token,
    create_refresh_token,
    get_jwt,
    get_jwt_identity,
    jwt_required,
)


def create_app():
    app = Flask("library")
    app.config.update(JWT_SECRET_KEY="riverside-library-signing-key-32b", JWT_ACCESS_TOKEN_EXPIRES=timedelta(minutes=5))
    jwt = JWTManager(app)
    revoked = set()

    @jwt.token_in_blocklist_loader
    def is_revoked(header, claims):
        return claims["jti"] in revoked

    @app.post("/tokens")
    def login():
        name = request.get_json()["name"]
        return {
            "access": create_access_token(name, additional_claims={"role": "librarian"}),
            "refresh": create_refresh_token(name),
            "stale": create_access_token(name, expires_delta=timedelta(seconds=-1)),
        }

    @app.get("/loans")
    @jwt_required()
    def loans():
        return {"member": get_jwt_identity(), "role": get_jwt()["role"]}

    @app.post("/refresh")
    @jwt_required(refresh=True)
    def refresh():
        return {"access": create_access_token(get_jwt_identity())}

    @app.delete("/tokens")
    @jwt_required()
    def logout():
        revoked.add(get_jwt()["jti"])
        return "", 204

    return app


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


desk = client(create_app())
tokens = desk.post("/tokens", json={"name": "ada"}).json()
assert desk.get("/loans").json() == {"msg": "Missing Authorization Header"}
assert desk.get("/loans", headers=bearer(tokens["access"])).json() == {"member": "ada", "role": "librarian"}
assert desk.get("/loans", headers=bearer(tokens["stale"])).json() == {"msg": "Token has expired"}
assert desk.get("/loans", headers=bearer(tokens["refresh"])).status_code == 422
assert "access" in desk.post("/refresh", headers=bearer(tokens["refresh"])).json()
assert desk.delete("/tokens", headers=bearer(tokens["access"])).status_code == 204
assert desk.get("/loans", headers=bearer(tokens["access"])).json() == {"msg": "Token has been revoked"}

# %% [markdown]
# ## Flask-Caching

# %%
from flask_caching import Cache

cache = Cache(config={"CACHE_TYPE": "SimpleCache", "CACHE_DEFAULT_TIMEOUT": 60})


def create_app():
    app = Flask("library")
    cache.init_app(app)
    asked = []

    @app.get("/books")
    @cache.cached(query_string=True)
    def books():
        asked.append(request.full_path)
        return {"asked": len(asked)}

    @app.get("/stock/<title>")
    def stock(title):
        return {"stock": count(title)}

    @cache.memoize()
    def count(title):
        asked.append(title)
        return len(asked)

    @app.delete("/stock/<title>")
    def recount(title):
        cache.delete_memoized(count, title)
        return "", 204

    return app


app = create_app()
desk = client(app)
assert [desk.get("/books").json()["asked"] for _ in range(3)] == [1, 1, 1]
assert desk.get("/books", params={"page": 2}).json()["asked"] == 2
assert [desk.get("/stock/emma").json()["stock"] for _ in range(2)] == [3, 3]
desk.delete("/stock/emma")
assert desk.get("/stock/emma").json()["stock"] == 4
with app.app_context():
    cache.clear()
assert desk.get("/books").json()["asked"] == 5
assert client(create_app()).get("/books").json()["asked"] == 1

# %% [markdown]
# ## Flask-Migrate
#
# Migrations are files, and the commands that make them belong to the shell: a project has both.

# %%
from course import project

LIBRARY = """
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

db = SQLAlchemy(model_class=Base)

class Member(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///library.db"
    db.init_app(app)
    Migrate(app, db)
    return app
"""

site = project("site", files={"library.py": LIBRARY})
site.run("flask --app library db init")
site.run("flask --app library db migrate -m members --rev-id 0001")
site.run("flask --app library db upgrade")
assert "create_table('member'" in site.read("migrations/versions/0001_members.py")
assert "instance/library.db" in site.files
