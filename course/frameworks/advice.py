"""Mistakes that learners of the frameworks make, as their exceptions tell them, and what to do about each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from traceback import walk_tb
from types import FrameType

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
RESPONSE = "{view} must return a response: `return HttpResponse(...)`, or JsonResponse(...), or render(...)."
REQUEST = (
    "{view} is called with the request first, then with what its path captures: it must take just these, as in "
    '`def show_book(request, number)` for "books/<int:number>/".'
)
CAPTURED = (
    "{view} is called with what its path captures, by name: it must take just these, as in `def show_book(number)` for "
    '"/books/<int:number>".'
)
FLASK_RESPONSE = "{view} must return text, a dict or a list (sent as JSON), or a Response."
APP_CONTEXT = (
    "In a cell Flask does not know which app is meant. Put these lines into `with app.app_context():`, or, if they "
    'need a request, into `with app.test_request_context("/path"):`.'
)
REQUEST_CONTEXT = (
    'In a cell no request is being answered. Put these lines into `with app.test_request_context("/path"):`, or into '
    "a view, and ask it by `client(app)`."
)
STREAM = (
    "What streams goes on after its view has ended, without request and app. `Response(stream_with_context(pieces()))` "
    "keeps them; `stream_with_context` is in flask."
)
SECRET = (
    'Write `app.secret_key = "a text that nobody guesses"` into the cell that makes the app, and run that cell again.'
)
ANSWERED = (
    "An app that has answered a request takes nothing new. Write this into the cell that makes the app, below "
    "`app = Flask(...)`, and run that cell again."
)
ENDPOINT = (
    "Two views of one app need two names. If it is the former run of this cell that took the name: keep "
    "`app = Flask(...)` and its views in one cell."
)
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
SECRET_MISSING = re.compile(r"no secret key was set|secret key is required|SECRET_KEY must be set", re.IGNORECASE)
OUTSIDE_OF_REQUEST = ("Working outside of request context", "Unable to build URLs outside an active request")
OUTSIDE_OF_APP = "Working outside of application context"
CALLED_WRONGLY = re.compile(r"\(\) (takes|missing|got an unexpected keyword)")
CALL_VIEWS = (
    *("django.core.handlers.", "django.views.generic.base", "django.views.decorators.", "django.utils.decorators"),
    *("django.contrib.auth.decorators", "rest_framework.views", "rest_framework.decorators", "asgiref."),
)
"""Where Django and its REST framework call a view, and asgiref for them."""
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
    if SECRET_MISSING.search(text):
        return SECRET
    if any(words in text for words in (*OUTSIDE_OF_REQUEST, OUTSIDE_OF_APP)):
        return STREAM
    if notes := getattr(error, "__notes__", []):
        return "\n".join(notes)  # They know more of this error than its kind and text tell.
    if NO_TABLE.search(text):
        return DJANGO_TABLE if "django" in packages else TABLE
    if without_lifespan and (isinstance(error, NOT_THERE) or "NoneType" in text):
        return LIFESPAN
    return MEND if own else _of_return_or_call(error) or TRACEBACK


def of_flask(error: BaseException) -> str:
    """What to do about an error that Flask raises in a cell; "" for any other."""
    text = str(error)
    if isinstance(error, RuntimeError) and any(words in text for words in OUTSIDE_OF_REQUEST):
        return REQUEST_CONTEXT
    if isinstance(error, RuntimeError) and OUTSIDE_OF_APP in text:
        return APP_CONTEXT
    if isinstance(error, AssertionError) and "The setup method" in text and "can no longer be called" in text:
        return ANSWERED
    if isinstance(error, AssertionError) and "overwriting an existing endpoint" in text:
        return ENDPOINT
    return SECRET if SECRET_MISSING.search(text) else ""


def _of_return_or_call(error: BaseException) -> str:
    """About a view that could not be called, or whose answer is none: no line of it was running then."""
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    modules = [_module(frame) for frame in frames]
    if isinstance(error, TypeError) and "did not return a valid response" in " ".join(str(error).split()):
        return FLASK_RESPONSE.format(view=_view(frames))
    if isinstance(error, TypeError) and CALLED_WRONGLY.search(str(error)):
        if modules[-1:] == ["flask.app"]:
            return CAPTURED.format(view=_view(frames))
        if "django.core.handlers.base" in modules and modules[-1].startswith(CALL_VIEWS):
            return REQUEST.format(view=_view(frames))
    if isinstance(error, AttributeError) and isinstance(error.obj, str | bytes | dict | list | tuple | int):
        # Django's middleware takes what a view returned for a response.
        return RESPONSE.format(view=_view(frames)) if "django.core.handlers.exception" in modules else ""
    return ""


def _module(frame: FrameType) -> str:
    return frame.f_globals.get("__name__", "")


def _view(frames: list[FrameType]) -> str:
    """Which view a request had come to, as a framework's own frames know it."""
    return next(_views(frames), "A view")


def _views(frames: list[FrameType]) -> Iterator[str]:
    for frame in frames:
        package = _module(frame).partition(".")[0]
        if package == "django" and (match := getattr(frame.f_locals.get("request"), "resolver_match", None)):
            view = getattr(match.func, "view_class", match.func)
            yield f"The view {getattr(view, '__name__', type(view).__name__)} of path({match.route!r}, ...)"
        if package == "flask" and (
            rule := getattr(getattr(frame.f_locals.get("ctx"), "request", None), "url_rule", None)
        ):
            yield f"The view {rule.endpoint} of {rule.rule}"
