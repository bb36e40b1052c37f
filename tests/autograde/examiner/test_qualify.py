"""The engine finds out by itself which test cells can be judged outside, and says why others cannot."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from autograde.assignment import Notebook
from autograde.examiner.plan import Examination
from autograde.examiner.qualify import qualify
from autograde.kernel.warm import Warm
from tests.autograde.examiner.references import reference

SHOP = reference("""
# %% other
import random
from pathlib import Path
from werkzeug.test import Client
prices = {"tea": 3}
log = []

def same(got, expected):
    assert got == expected, f"{got!r} is not {expected!r}"

def check_total():
    same(total(["tea"]), 3)
# %% other
unneeded = [random.random() for _ in range(3)]
# %% answer total
from math import sqrt
def total(names):
    log.append(len(names))
    return sum(prices[name] for name in names)
def save(text):
    Path("saved.txt").write_text(text)
class Till:
    def __init__(self):
        self.money = 0
    def add(self, other):
        self.money += other
        return self.money
site_name = "shop"
numbers = [1, 2]
def site(environ, start_response):
    start_response("200 OK", [])
    return [site_name.encode()]
# %% test pure
assert total(["tea", "tea"]) == 6
# %% test by-helper
check_total()
# %% test http
assert Client(site).get("/").text == "shop"
# %% test value
assert (site_name, numbers) == ("shop", [1, 2])
# %% test objects
till = Till()
assert till.add(2) == 2 and till.money == 2
# %% test partial
right = [total(["tea"] * n) == 3 * n for n in range(4)]
sum(right) / 4
# %% test imported
assert sqrt(4) == 2 and total([]) == 0
# %% test shared-state
assert log and total([]) == 0
# %% test files
save("x")
assert Path("saved.txt").read_text() == "x"
# %% test source
import inspect
assert "sum" in inspect.getsource(total)
# %% test nothing
assert 1 + 1 == 2
# %% test cannot-fail
try:
    total(["milk"])
except Exception:
    pass
# %% test broken
assert total([]) == 1
# %% test prepares
expected = 6
assert total(["tea"] * 2) == expected
# %% other
kept = expected + 1
# %% test magic
%%time
assert total([]) == 0
""")


@pytest.fixture(scope="module")
def shop(warm: Warm) -> Examination:
    return qualify(SHOP, warm)


OUTSIDE = ["pure", "by-helper", "http", "value", "objects", "partial", "imported", "magic"]
INSIDE = {
    "shared-state": "use the same `log`",
    "files": "reaches files or processes, by `Path`",
    "source": "looks at the code of answers, by `getsource`",
    "nothing": "uses nothing that an answer defines",
    "cannot-fail": "passes whatever the answers do",
    "broken": "fails with the reference solution",
    "prepares": "A later cell, cell 18, needs what it defines",
}


@pytest.mark.parametrize("cell", OUTSIDE)
def test_a_test_of_values_is_judged_outside(shop: Examination, cell: str) -> None:
    assert shop.find(cell), shop.find_inside(cell)


@pytest.mark.parametrize("cell", INSIDE)
def test_another_one_is_judged_inside_and_it_is_said_why(shop: Examination, cell: str) -> None:
    assert shop.find(cell) is None
    inside = shop.find_inside(cell)
    assert inside
    assert INSIDE[cell] in inside.why


def test_only_what_tests_need_is_run_again(shop: Examination) -> None:
    assert [each.place for each in shop.setup] == [0]


def test_objects_are_allowed_where_the_reference_uses_some(shop: Examination) -> None:
    assert [each.cell for each in shop.outside if each.objects] == ["objects"]


def test_imports_in_answers_are_known(shop: Examination) -> None:
    assert shop.imports == {"sqrt": "math:sqrt"}


def test_tests_that_cannot_fail_are_named(shop: Examination) -> None:
    assert set(shop.cannot_fail) == {"cannot-fail", "nothing"}


def test_a_test_that_no_name_leads_from_to_its_answer_can_fail(warm: Warm) -> None:
    told = qualify(reference("# %% answer a\nimport json\njson.mine = 5\n# %% test t\nassert json.mine == 5"), warm)
    unnamed = "# %% other\nimport json\n# %% answer a\njson.mine = 5\n# %% test t\nassert json.mine == 5"
    assert told.cannot_fail == qualify(reference(unnamed), warm).cannot_fail == ()


def test_a_test_of_which_nobody_knows_whether_it_can_fail_is_not_said_to_be_one_that_cannot(warm: Warm) -> None:
    told = qualify(
        reference("""
# %% other
import inspect
# %% answer total
def total(names):
    return len(names)
# %% test hangs
inspect.getsourcefile(inspect)
while True:
    try:
        if total([]) == 0:
            break
    except Exception:
        pass
"""),
        warm,
        seconds=0.5,
    )
    assert (told.inside[0].cell, told.cannot_fail, told.stopped) == ("hangs", (), ())


def test_tests_inside_have_controls(shop: Examination) -> None:
    inside = shop.find_inside("files")
    assert inside
    assert {control.way.value for control in inside.controls} == {"literals", "comparisons"}


def test_it_travels_as_json(shop: Examination) -> None:
    assert msgspec.json.decode(msgspec.json.encode(shop), type=Examination) == shop


def test_a_notebook_without_tests_needs_nothing(warm: Warm) -> None:
    assert qualify(reference("# %% other\nx = 1"), warm) == Examination(notebook="desk")
    assert qualify(Notebook(id="1", name="desk", kernelspec=None, cells=()), warm) == Examination(notebook="desk")


def test_an_application_that_the_instructor_made_and_answers_fill_is_the_students(warm: Warm) -> None:
    told = qualify(
        reference("""
# %% locked setup
from flask import Flask
app = Flask("library")
# %% answer routes
@app.get("/")
def home():
    return "open"
# %% test home
from werkzeug.test import Client
assert Client(app).get("/").text == "open"
"""),
        warm,
    )
    assert [each.needs for each in told.outside] == [("app",)]


def test_every_point_of_the_courses_own_exercises_is_judged_outside(warm: Warm) -> None:
    """Those are tests of pure HTTP; a test that builds its own Django application of the student's routes is none."""
    path = Path(__file__).parents[3] / "source" / "02_routing" / "exercises.ipynb"
    told = qualify(
        Notebook(id="1", name="exercises", kernelspec=None, cells=(), reference=path.read_text("utf-8")), warm
    )
    assert [(each.cell, each.why) for each in told.inside] == []
    assert len(told.outside) == 55
    assert not any(each.objects for each in told.outside)
