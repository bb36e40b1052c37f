"""Classes of students to grade: nbgrader's quickstart assignment, and one of Django, Flask and FastAPI test clients."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "measured"

"""


@dataclass(frozen=True)
class Made:
    """A course folder in which everybody has handed in."""

    root: Path
    assignment: str
    students: int
    notebooks: int


def quickstart(root: Path, students: int) -> Made:
    """nbgrader's own example, two notebooks each, of students who know more or less."""
    original = Path(str(files("nbgrader"))) / "docs/source/user_guide/source/ps1"
    shutil.copytree(original, root / "source/ps1")
    chances = random.Random(5)

    def answer(cell: nbformat.NotebookNode) -> str:
        name = cell.metadata.nbgrader.grade_id
        return chances.choice(ANSWERS.get(name, (f"An answer of {chances.randrange(1000)} words",)))

    return _handed_in(root, "ps1", students, answer)


def frameworks(root: Path, students: int) -> Made:
    """One notebook whose tests use the test clients of Django, Flask and FastAPI."""
    nbformat.write(_frameworks_notebook(), _folder(root / "source/web") / "shop.ipynb")
    chances = random.Random(6)
    wrong = {
        "flask-shop": FLASK.replace('"price": 3', '"price": 4'),
        "fastapi-shop": FASTAPI.replace("status_code=404", "status_code=400"),
        "django-shop": DJANGO.replace("JsonResponse({", "JsonResponse({'extra': 1, "),
    }
    right = {"flask-shop": FLASK, "fastapi-shop": FASTAPI, "django-shop": DJANGO}

    def answer(cell: nbformat.NotebookNode) -> str:
        name = cell.metadata.nbgrader.grade_id
        return right[name] if chances.random() < 0.7 else wrong[name]

    return _handed_in(root, "web", students, answer)


def _handed_in(root: Path, assignment: str, students: int, answer: object) -> Made:
    (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", assignment, "--create"]
    # nbgrader makes a gradebook with a command that it looks for on PATH.
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(command, cwd=root, env=environment, check=True, capture_output=True)
    release = sorted((root / "release" / assignment).glob("*.ipynb"))
    for number in range(students):
        folder = root / "submitted" / f"student{number:04}" / assignment
        shutil.copytree(root / "release" / assignment, folder)
        for path in release:
            notebook = nbformat.read(path, 4)
            for cell in notebook.cells:
                about = cell.metadata.get("nbgrader", {})
                if about.get("solution") and not about.get("task"):
                    cell.source = answer(cell)  # type: ignore[operator]
            nbformat.write(notebook, folder / path.name)
    return Made(root, assignment, students, len(release))


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def _frameworks_notebook() -> nbformat.NotebookNode:
    notebook = new_notebook(
        metadata={"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    )
    notebook.cells = [new_markdown_cell("# A shop, three times"), new_code_cell(IMPORTS)]
    for name, code, tests in (
        ("flask-shop", FLASK, FLASK_TESTS),
        ("fastapi-shop", FASTAPI, FASTAPI_TESTS),
        ("django-shop", DJANGO, DJANGO_TESTS),
    ):
        solution = {
            "grade": False,
            "grade_id": name,
            "locked": False,
            "schema_version": 3,
            "solution": True,
            "task": False,
        }
        marked = f"### BEGIN SOLUTION\n{code}\n### END SOLUTION"
        notebook.cells.append(new_code_cell(marked, metadata={"nbgrader": solution}))
        for number, test in enumerate(tests):
            locked = solution | {
                "grade": True,
                "grade_id": f"{name}-{number}",
                "locked": True,
                "solution": False,
                "points": 1,
            }
            notebook.cells.append(new_code_cell(test, metadata={"nbgrader": locked}))
    return notebook


SQUARES = """\
def squares(n):
    if n < 1:
        raise ValueError("n must be at least 1")
    return [i**2 for i in range(1, n + 1)]"""
FROM_ZERO = """\
def squares(n):
    return [i**2 for i in range(n)]"""
BROKEN = """\
def squares(n):
    return [i**2 for i in range(n"""
SUM = """\
def sum_of_squares(n):
    return sum(squares(n))"""
FORMULA = """\
def sum_of_squares(n):
    return n * (n + 1) * (2 * n + 1) // 6"""
ANSWERS = {"squares": (SQUARES, SQUARES, FROM_ZERO, BROKEN), "sum_of_squares": (SUM, SUM, FORMULA)}

IMPORTS = """\
import django
from django.conf import settings

settings.configure(DEBUG=True, ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="measured")
django.setup()

from django.http import JsonResponse
from django.test import Client
from django.urls import path
from fastapi import FastAPI, HTTPException
from flask import Flask, abort
"""

FLASK = """\
flask_shop = Flask("shop")
stock = {"tea": {"price": 3}}


@flask_shop.get("/items/<name>")
def item(name):
    return stock[name] if name in stock else abort(404)"""
FLASK_TESTS = (
    """\
answer = flask_shop.test_client().get("/items/tea")
assert answer.status_code == 200
assert answer.json == {"price": 3}""",
    """\
assert flask_shop.test_client().get("/items/rum").status_code == 404""",
)

FASTAPI = """\
fastapi_shop = FastAPI()


@fastapi_shop.get("/items/{name}")
def read_item(name: str):
    if name != "tea":
        raise HTTPException(status_code=404)
    return {"price": 3}"""
FASTAPI_TESTS = (
    """\
from starlette.testclient import TestClient

answer = TestClient(fastapi_shop).get("/items/tea")
assert answer.status_code == 200
assert answer.json() == {"price": 3}""",
    """\
assert TestClient(fastapi_shop).get("/items/rum").status_code == 404""",
)

DJANGO = """\
def django_item(request, name):
    if name != "tea":
        return JsonResponse({}, status=404)
    return JsonResponse({"price": 3})


urlpatterns = [path("items/<name>", django_item)]"""
DJANGO_TESTS = (
    """\
answer = Client().get("/items/tea")
assert answer.status_code == 200
assert answer.json() == {"price": 3}""",
    """\
assert Client().get("/items/rum").status_code == 404""",
)
