"""A notebook that serves applications of all three frameworks and shows their pages in frames."""

from __future__ import annotations

import json
from pathlib import Path

FASTAPI = '''
from fastapi import FastAPI, Request, WebSocket
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from course import serve

api = FastAPI(title="Riverside Library")


class Book(BaseModel):
    title: str = "Emma"


@api.post("/books", status_code=201)
def add_book(book: Book):
    return {"added": book.title}


@api.websocket("/echo")
async def echo(websocket: WebSocket):
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(f"You said: {text}")


@api.get("/chat", response_class=HTMLResponse)
def chat(request: Request):
    return """
    <h1>Ask the librarian</h1><p id="answer">waiting</p><p id="added">waiting</p>
    <button onclick="location.href = '/cellar'">To the cellar</button>
    <script>
      const socket = new WebSocket(`ws://${location.host}ROOT/echo`);
      socket.onopen = () => socket.send("Is Emma in?");
      socket.onmessage = (event) => document.getElementById("answer").textContent = event.data;
      fetch("/books", {method: "POST", headers: {"Content-Type": "application/json"}, body: "{}"})
        .then((response) => response.json())
        .then((book) => document.getElementById("added").textContent = `Added: ${book.added}`);
    </script>""".replace("ROOT", request.scope["root_path"])


@api.get("/cellar")
def cellar():
    raise LookupError("no light in the cellar")


library = serve(api)
library.show("/docs", height=700)
'''

FLASK = '''
from flask import Flask, flash, get_flashed_messages, redirect, render_template_string
from flask_wtf import FlaskForm
from wtforms import StringField, SubmitField
from wtforms.validators import DataRequired

from course import serve

desk = Flask("desk")
desk.secret_key = "only for this notebook"


class LoanForm(FlaskForm):
    title = StringField("Title", validators=[DataRequired()])
    lend = SubmitField("Lend")


PAGE = """<!doctype html><html lang="en"><head><title>Loans</title></head><body>
<h1>Loans</h1><p><a href="/old-loans">Old loans</a></p>
{% for message in get_flashed_messages() %}<p role="status">{{ message }}</p>{% endfor %}
<form action="/loans" method="post">{{ form.hidden_tag() }}
{{ form.title.label }} {{ form.title }} {{ form.lend }}</form>
</body></html>"""


@desk.route("/loans", methods=["GET", "POST"])
def loans():
    form = LoanForm()
    if form.validate_on_submit():
        flash(f"{form.title.data} is lent.")
        return redirect("/loans")
    return render_template_string(PAGE, form=form)


@desk.get("/old-loans")
def old_loans():
    return redirect("/archive")


@desk.get("/archive")
def archive():
    return "<h1>The archive</h1>"


serve(desk).show("/loans", height=240)
'''

DJANGO = """
from course import django_app, django_setup, serve

django_setup()
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import models
from django.urls import path


class Member(models.Model):
    name = models.CharField(max_length=100)

    def __str__(self):
        return self.name


admin.site.register(Member)
User.objects.create_superuser("ada", password="for this notebook")
serve(django_app([path("admin/", admin.site.urls)])).show("/admin/", height=520)
"""

PROJECT = '''
from course import project

site = project("site", {"main.py": """
    from fastapi import FastAPI

    app = FastAPI(title="The site")

    @app.get("/hours")
    def hours() -> dict[str, str]:
        return {"open": "nine to five"}
"""})
site.serve("main:app").show("/redoc", height=400)
'''

CHAT = 'library.show("/chat", height=200)'
AFTER = "library"

CELLS = [FASTAPI, CHAT, FLASK, DJANGO, PROJECT, AFTER]


def write_notebook(path: Path) -> None:
    """Writes the notebook, not run yet."""
    cells = [
        {
            "cell_type": "code",
            "id": f"serving-{number}",
            "metadata": {},
            "source": text.strip(),
            "outputs": [],
            "execution_count": None,
        }
        for number, text in enumerate(CELLS)
    ]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook), encoding="utf-8")
