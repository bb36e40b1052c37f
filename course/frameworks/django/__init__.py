"""Django in a notebook: one Django per kernel, and in it any number of small programs, each with its own URL table.

All programs of a kernel share the database, the models, the users and sessions, and the admin. Each has for itself its
URL table, its templates, and the settings that it was given in UPPERCASE keywords.
"""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from course.frameworks.django.turns import Turn, async_turn, turn

ONCE = {
    "AUTH_USER_MODEL",
    "DATABASES",
    "DATABASE_ROUTERS",
    "DEFAULT_AUTO_FIELD",
    "INSTALLED_APPS",
    "LOGGING",
    "LOGGING_CONFIG",
    "MIGRATION_MODULES",
    "REST_FRAMEWORK",
    "ROOT_URLCONF",
    "SPECTACULAR_SETTINGS",
}
"""Settings that Django or its apps read once, for good."""

OF_URLCONF = ("app_name", "handler400", "handler403", "handler404", "handler500")
"""The names that Django looks up in a URLconf, besides its urlpatterns."""

_chosen: dict[str, Any] | None = None


def django_setup(**settings: Any) -> None:
    """Sets up the Django of this kernel, once; then models, forms, templates and the ORM can be used in cells.

    It stands first in a cell that uses them before any `django_app(…)`, which calls it too. Settings are those of
    `startproject`, CSRF protection included, with the Django REST framework installed and an SQLite file that is gone
    when the kernel ends. UPPERCASE keywords change them; apps in `INSTALLED_APPS` come on top of those that are there.
    A second call does nothing; one that asks for other settings raises. Only DATABASES may be other ones of the same
    kind, as those of a cell that is run again: `django_setup(DATABASES={"default": database("postgresql").django})`.

    A model of a cell needs no `app_label`; a `Meta.app_label` of its own makes an app of that name. Its table is made
    before the next SQL statement. Running a model's cell again gives it a new, empty table, and empties those that
    refer to it; models that inherit from it, and forms, serializers, receivers and admin classes made with it, belong
    to the former model until their cells are run again too. There are no migrations and no own user model in a
    kernel: these take a `project(…)`.
    """
    global _chosen
    from django.conf import settings as django_settings

    if _chosen is not None:
        other = sorted(name for name in settings if settings[name] != _chosen.get(name))
        if other == ["DATABASES"] and _moved_to(settings["DATABASES"]):
            _chosen["DATABASES"] = settings["DATABASES"]
        elif other:
            raise RuntimeError(
                f"Django was set up in this kernel already, without this {other[0]}. Give it to the program instead, "
                f"django_app(urlpatterns, {other[0]}=…), or restart the kernel and call "
                f"django_setup({other[0]}=…) before anything else."
            )
        return
    _check_names(settings)
    if django_settings.configured:
        raise RuntimeError(
            "Django's settings were configured in this kernel by something else. Restart the kernel, leave "
            "`settings.configure(…)` out, and give settings to django_setup(DEBUG=False, …)."
        )
    # Cells run inside an event loop. Django's documentation names notebooks as the case for this switch.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    from course.frameworks.django.settings import INSTALLED_APPS, default_settings

    apps = [app for app in settings.get("INSTALLED_APPS", []) if app not in INSTALLED_APPS]
    django_settings.configure(**{**default_settings(), **settings, "INSTALLED_APPS": [*INSTALLED_APPS, *apps]})
    _explain_second_configure()
    _connect()
    _chosen = settings


def django_app(
    urlpatterns: Iterable[Any],
    *,
    asgi: bool = False,
    templates: Mapping[str, str] | str | Path | None = None,
    **names: Any,
) -> DjangoApp:
    """A WSGI application (ASGI with `asgi=True`) that answers by `urlpatterns`, as a project with that table would.

    Several of them live side by side in one notebook. `reverse()` and templates in a cell are those of the program
    that was made last; inside a request they are those of the program that answers.

    `templates` is a dictionary, name of a template to its text, or a folder. UPPERCASE keywords are settings for this
    program's requests: `DEBUG=False`, `MIDDLEWARE=[…]`, whose entries may be functions and classes of the notebook as
    well as dotted paths. Lowercase keywords are names of the URLconf: `handler404=view`, `app_name="library"`.
    """
    django_setup()
    settings = {name: value for name, value in names.items() if name.isupper()}
    for name in settings.keys() & ONCE:
        raise TypeError(
            f"{name} is the same for all Django programs of a kernel. Restart the kernel and call "
            f"django_setup({name}=…) before anything else, or make a project(…)."
        )
    urlconf = ModuleType("urls")
    vars(urlconf).update({name: _known(name, value) for name, value in names.items() if name not in settings})
    vars(urlconf).update(urlpatterns=_checked(urlpatterns), templates=_texts(templates))
    app = (AsyncDjangoApp if asgi else DjangoApp)(urlconf, settings)
    _show_to_cells(urlconf)
    return app


def fresh_database() -> None:
    """Empties every table of every model, users and sessions included, so that a cell which fills them can run again.

    Ids begin at 1 again. A cell that makes users starts with it: else its second run meets the users of its first.
    """
    django_setup()
    from course.frameworks.django.tables import forget_rows

    forget_rows()


class DjangoApp:
    """A Django program: a WSGI application. It has a URL table, templates, and settings that hold for its requests."""

    asgi = False

    def __init__(
        self, urlconf: ModuleType, settings: Mapping[str, Any], from_cells: Mapping[str, Any] | None = None
    ) -> None:
        from course.frameworks.django.handlers import AsyncTableHandler, TableHandler

        self._from_cells = dict(from_cells or {})
        self.urlconf = urlconf
        self.settings = dict(settings)
        if "MIDDLEWARE" in settings:
            self.settings["MIDDLEWARE"] = [_dotted_path(entry, self._from_cells) for entry in settings["MIDDLEWARE"]]
        with turn(self.settings):
            self._handler = (AsyncTableHandler if self.asgi else TableHandler)(urlconf, self._from_cells)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answers a request, as WSGI (PEP 3333) asks for it."""
        from django.urls import get_script_prefix, get_urlconf, set_script_prefix, set_urlconf

        table, prefix = get_urlconf(), get_script_prefix()
        try:
            with turn(self.settings):
                return _Body(self._handler(environ, start_response), self.settings, table)
        except BaseException:
            set_urlconf(table)
            raise
        finally:
            set_script_prefix(prefix)  # Else `reverse()` in a later cell would answer as if it were mounted there.

    def with_middleware(self, change: Callable[[list[str]], list[str]]) -> DjangoApp:
        """The same program with another MIDDLEWARE: what `change` makes of its list of dotted paths."""
        from django.conf import settings

        changed = change(list(self.settings.get("MIDDLEWARE", settings.MIDDLEWARE)))
        return type(self)(self.urlconf, {**self.settings, "MIDDLEWARE": changed}, self._from_cells)

    def __repr__(self) -> str:
        lines = [f"Django program ({'ASGI' if self.asgi else 'WSGI'})"]
        lines += [f"  {_line(entry)}" for entry in self.urlconf.urlpatterns]
        lines += [f"  {name} = {value!r}" for name, value in sorted(self.settings.items())]
        return "\n".join(lines)


class AsyncDjangoApp(DjangoApp):
    """A Django program as an ASGI application."""

    asgi = True

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:  # type: ignore[override]
        """Answers a request, as ASGI asks for it."""
        from django.urls import get_script_prefix, get_urlconf, set_script_prefix, set_urlconf

        table, prefix = get_urlconf(), get_script_prefix()
        try:
            async with _own_thread(), async_turn(self.settings) as own:
                await self._handler(scope, receive, partial(self._send, send, own))
        finally:
            set_urlconf(table)
            set_script_prefix(prefix)

    async def _send(self, send: Any, own: Turn, message: dict[str, Any]) -> None:
        """Lets other programs in between the chunks of a stream; one without settings of its own needs no turn."""
        if self.settings and message.get("more_body"):
            async with own.async_outside():
                await send(message)
            return
        if not self.settings and message["type"] == "http.response.start":
            own.leave()
        await send(message)


@asynccontextmanager
async def _own_thread() -> AsyncIterator[None]:
    """Gives sync views another thread than that of the view which asks this program, and waits in its own."""
    from asgiref.sync import SyncToAsync, ThreadSensitiveContext

    context = ThreadSensitiveContext()
    token = SyncToAsync.thread_sensitive_context.set(context)
    try:
        yield
    finally:
        SyncToAsync.thread_sensitive_context.reset(token)
        if thread := SyncToAsync.context_to_thread_executor.pop(context, None):
            thread.shutdown()


class _Body:
    """What a WSGI program answers. A streamed one is made while it is read, under the settings of its program."""

    def __init__(self, response: Any, settings: Mapping[str, Any], table: Any) -> None:
        self._response, self._settings, self._table = response, settings, table

    def __iter__(self) -> Iterator[bytes]:
        if not self._settings or not getattr(self._response, "streaming", False):
            yield from self._response
            return
        chunks = iter(self._response)
        while True:
            with turn(self._settings):
                chunk = next(chunks, None)
            if chunk is None:
                return
            yield chunk

    def close(self) -> None:
        """Ends the request."""
        from django.urls import set_urlconf

        self._response.close()
        set_urlconf(self._table)  # A view that asked another program goes on with its own table.


def _check_names(settings: Iterable[str]) -> None:
    for name in settings:
        if not name.isupper():
            raise TypeError(f"django_setup() takes settings, whose names are in capitals, and {name!r} is none.")


def _checked(urlpatterns: Any) -> list[Any]:
    from django.urls import URLPattern, URLResolver

    example = 'django_app([path("books/", list_books)])'
    if isinstance(urlpatterns, str) or not isinstance(urlpatterns, Iterable):
        raise TypeError(f"django_app() needs a list of path(…) entries, as in {example}, and got {urlpatterns!r}.")
    entries = list(urlpatterns)
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, URLPattern | URLResolver):
            raise TypeError(f"Entry {number} of the list is {entry!r}. Each must be a path(…), as in {example}.")
    return entries


def _known(name: str, value: Any) -> Any:
    """The value of a name of the URLconf; any other name raises."""
    from difflib import get_close_matches

    from django.conf import global_settings

    if name in OF_URLCONF:
        return value
    setting = [name.upper()] if hasattr(global_settings, name.upper()) else []
    likely = setting or get_close_matches(name, ("templates", "asgi", *OF_URLCONF), 1)
    meant = f" Did you mean {likely[0]}={_cut(value)}?" if likely else ""
    raise TypeError(
        f"django_app() knows no {name!r}.{meant} It takes templates=, asgi=, settings in capitals, and names of a "
        f"URLconf: {', '.join(OF_URLCONF)}."
    )


def _texts(templates: Any) -> Any:
    if isinstance(templates, str | Path | None):
        return templates
    if not isinstance(templates, Mapping):
        raise TypeError(
            f'templates= is a dictionary, {{"page.html": "<h1>…</h1>"}}, or a folder, not {_cut(templates)}.'
        )
    for name, text in templates.items():
        if not isinstance(name, str) or not isinstance(text, str):
            raise TypeError(
                f"templates= is a dictionary of names and texts, and {_cut(name)}: {_cut(text)} is something else. "
                'Write {"page.html": "<h1>…</h1>"}, or pass a folder.'
            )
    return templates


def _cut(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _dotted_path(middleware: Any, from_cells: dict[str, Any]) -> str:
    """The path by which Django finds a middleware; a function or class is put where one leads to it."""
    if not callable(middleware):
        return middleware
    name = getattr(middleware, "__name__", type(middleware).__name__)
    while from_cells.setdefault(name, middleware) is not middleware:
        name += "_"
    return f"course.frameworks.django.cell.{name}"


def _show_to_cells(urlconf: ModuleType) -> None:
    """Makes it the table of cells, which are outside of any request."""
    from django.urls import clear_url_caches

    from course.frameworks.django import latest_urls

    for name in [name for name in vars(latest_urls) if not name.startswith("__")]:
        delattr(latest_urls, name)
    vars(latest_urls).update({name: value for name, value in vars(urlconf).items() if not name.startswith("__")})
    clear_url_caches()


def _line(entry: Any) -> str:
    pattern = f'"{entry.pattern}"'
    if hasattr(entry, "url_patterns"):
        return f"{pattern} and {len(entry.url_patterns)} below it"
    view = entry.lookup_str.rpartition(".")[2]
    return f"{pattern} {view}" + (f' name="{entry.name}"' if entry.name else "")


def _explain_second_configure() -> None:
    """Lets a later `settings.configure(…)` of the learner's say what to do instead."""
    from functools import wraps

    from django.conf import LazySettings

    configure = LazySettings.configure

    @wraps(configure)
    def explained(*args: Any, **options: Any) -> None:
        try:
            configure(*args, **options)
        except RuntimeError as error:
            error.add_note(
                "The course has set up the Django of this kernel. Give settings to a program, "
                "django_app(urlpatterns, DEBUG=False), or restart the kernel and call django_setup(DEBUG=False) first."
            )
            raise

    LazySettings.configure = explained


def _connect() -> None:
    import django
    from django.db.backends.signals import connection_created
    from django.db.models.signals import class_prepared

    django.setup()
    from course.frameworks.django.connections import follow_connections
    from course.frameworks.django.models import follow_definition
    from course.frameworks.django.receivers import follow_receivers
    from course.frameworks.django.tables import follow

    follow_receivers()
    class_prepared.connect(follow_definition)
    connection_created.connect(follow)
    follow_connections()
    _let_no_thread_remain()


def _moved_to(databases: Mapping[str, Any]) -> bool:
    """Goes on with other databases, if they are of the same kind: a cell that asks for one gets a new one each run."""
    from asgiref.sync import SyncToAsync
    from django.db import connections
    from django.db.utils import ConnectionHandler

    from course.frameworks.django.tables import begin_anew

    complete = ConnectionHandler(dict(databases)).settings
    engines = [
        {alias: settings["ENGINE"] for alias, settings in table.items()} for table in (complete, connections.settings)
    ]
    if engines[0] != engines[1]:
        return False
    for alias, settings in connections.settings.items():
        settings.update(complete[alias])  # In place: the connections of all threads look there.
    connections.close_all()
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()
    begin_anew()
    return True


def _let_no_thread_remain() -> None:
    """Starts the thread in which `await Book.objects.acount()` works as a daemon, which a thread inherits."""
    from asgiref.sync import SyncToAsync

    starter = threading.Thread(target=lambda: SyncToAsync.single_thread_executor.submit(int).result(), daemon=True)
    starter.start()
    starter.join()
