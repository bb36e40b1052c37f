"""Mistakes that learners of the frameworks make, as their exceptions tell them, and what to do about each."""

from __future__ import annotations

import re

TRACEBACK = "client(app, raise_exceptions=True) shows the whole traceback."
MEND = f"Mend that line. {TRACEBACK}"
LIFESPAN = (
    "This app's lifespan has not run, which may be why: it runs inside `with client(app) as c:`. Send the request "
    "there, by `c`."
)
LOOP = (
    "Something was made in one event loop and is used in another: outside of `with client(app) as c:` each request has "
    "a loop of its own. Send the requests there, by `c`."
)
AWAIT = (
    "An `async def` function that is called without `await` does not run: it returns a coroutine. Await it, in a view "
    "that is `async def` too."
)
NONE = "Each way through a view must end with `return` and an answer."
RESPONSE = "A view of Django returns a response: `return HttpResponse(...)`, or JsonResponse(...), or render(...)."
ORM = (
    "Django's database calls wait, which async code must not do. Use their async twins there "
    "(`await Book.objects.aget(...)`, `async for`), or write the view with a plain `def`."
)
EXTRA = "Flask needs asgiref for `async def` views: `pip install 'flask[async]'`, or write the view with a plain `def`."
DJANGO_TEMPLATE = "Django finds no such template; `django_app(urlpatterns, templates={name: text})` brings one."
JINJA_TEMPLATE = (
    "Jinja looks in the folder `templates` beside the app. Templates that stand in a cell it finds by "
    "`jinja2.DictLoader({name: text})`, as `app.jinja_loader` of Flask or `env=` of Jinja2Templates."
)
DJANGO_TABLE = "Its model has no table yet: run the cell of the model again, or migrate."
TABLE = "Make it first: by `db.create_all()`, by `SQLModel.metadata.create_all(engine)`, or by a migration."

NO_TABLE = re.compile(r'no such table|relation "[^"]+" does not exist')
RETURNED_NONE = ("It returned None instead", "returned None or ended without a return statement")
OTHER_LOOP = ("attached to a different loop", "bound to a different event loop", "Event loop is closed")
NOT_THERE = (AttributeError, KeyError, NameError)
"""What is raised where a lifespan should have made something; a TypeError too, if it left a None."""


def advice(error: BaseException, *, own: bool, without_lifespan: bool) -> str:
    """What to do about `error`; `own`: a line of the learner's own code is known for it."""
    kinds = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__}
    packages = {kind.partition(".")[0] for kind in kinds}
    text = str(error)
    if "coroutine" in text:
        return AWAIT
    if any(words in text for words in RETURNED_NONE):
        return NONE
    if any(words in text for words in OTHER_LOOP):
        return LOOP
    if "Install Flask with the 'async' extra" in text:
        return EXTRA
    if "django.core.exceptions.SynchronousOnlyOperation" in kinds:
        return ORM
    if "django.template.exceptions.TemplateDoesNotExist" in kinds:
        return DJANGO_TEMPLATE
    if "jinja2.exceptions.TemplateNotFound" in kinds:
        return JINJA_TEMPLATE
    if NO_TABLE.search(text):
        return DJANGO_TABLE if "django" in packages else TABLE
    if without_lifespan and (isinstance(error, NOT_THERE) or "NoneType" in text):
        return LIFESPAN
    if not own and isinstance(error, AttributeError) and isinstance(error.obj, str | bytes | dict | list | tuple | int):
        return RESPONSE  # Django's middleware takes what a view returned for a response.
    return MEND if own else TRACEBACK
