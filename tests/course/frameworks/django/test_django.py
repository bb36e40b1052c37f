"""Several Django programs side by side in one process."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, include, path, reverse

from course import client, django_app
from course.frameworks.django import django_setup, fresh_database


def where(request: HttpRequest) -> HttpResponse:
    return HttpResponse(reverse("where"))


def test_each_program_answers_and_reverses_by_its_own_table() -> None:
    north = django_app([path("north/", where, name="where")])
    south = django_app([path("south/", where, name="where")])
    assert client(north).get("/north/").text == "/north/"
    assert client(south).get("/south/").text == "/south/"
    assert client(south).get("/north/").status_code == 404
    assert client(north).get("/north/").text == "/north/"


def test_a_cell_reverses_by_the_program_that_was_made_last() -> None:
    first = django_app([path("first/", where, name="where"), path("old/", where, name="old")])
    django_app([path("second/", where, name="where")])
    client(first).get("/first/")
    assert reverse("where") == "/second/"
    with pytest.raises(NoReverseMatch):
        reverse("old")


def test_a_program_may_bring_its_own_error_page_only_without_debug() -> None:
    from django.test import override_settings

    def lost(request: HttpRequest, exception: Exception) -> HttpResponse:
        return HttpResponse("lost", status=404)

    app = django_app([path("here/", where, name="where")], handler404=lost)
    with override_settings(DEBUG=False):
        assert client(app).get("/nowhere/").text == "lost"


def test_a_mounted_program_does_not_change_what_a_later_cell_reverses() -> None:
    app = django_app([path("here/", where, name="where")])
    mounted = client(lambda environ, start: app({**environ, "SCRIPT_NAME": "/site"}, start))
    assert mounted.get("/here/").text == "/site/here/"
    assert reverse("where") == "/here/"


def test_a_missing_slash_is_added_by_a_redirect() -> None:
    response = client(django_app([path("here/", where, name="where")])).get("/here")
    assert (response.status_code, response.headers["location"]) == (301, "/here/")


def test_a_program_does_what_a_new_project_does() -> None:
    app = django_app([path("", lambda request: HttpResponse("open"))])
    page = client(app).get("/")
    assert (page.text, page.headers["x-frame-options"]) == ("open", "SAMEORIGIN")
    assert page.headers["x-content-type-options"] == "nosniff"
    assert client(app).post("/").status_code == 403


def test_only_exceptions_are_logged_to_stderr() -> None:
    printed = python(
        "from course.frameworks.django import django_app",
        "from django.http import HttpResponse",
        "from django.urls import path",
        "from wsgiref.util import setup_testing_defaults",
        "closed = django_app([path('closed/', lambda request: HttpResponse(status=503))])",
        "broken = django_app([path('broken/', lambda request: 1 / 0)])",
        "for app, method, address in [(closed, 'GET', '/'), (closed, 'GET', '/closed/'), (closed, 'POST', '/closed/'),"
        "                             (broken, 'GET', '/broken/')]:",
        "    environ = {'REQUEST_METHOD': method, 'PATH_INFO': address}",
        "    setup_testing_defaults(environ)",
        "    app(environ, lambda status, headers: print(status, flush=True)).close()",
    ).splitlines()
    answers, log = printed[:4], printed[4:]
    assert answers == ["404 Not Found", "503 Service Unavailable", "403 Forbidden", "500 Internal Server Error"]
    assert (log[0], log[-1]) == ("Internal Server Error: /broken/", "ZeroDivisionError: division by zero")


def test_a_request_ends_once() -> None:
    from django.core.signals import request_finished

    ended: list[object] = []
    request_finished.connect(note := lambda sender, **_: ended.append(sender))
    client(django_app([path("", where, name="where")])).get("/")
    request_finished.disconnect(note)
    assert len(ended) == 1


def test_an_exception_that_is_let_through_leaves_no_table_behind() -> None:
    def broken(request: HttpRequest) -> HttpResponse:
        raise ZeroDivisionError

    app = django_app([path("own/", broken, name="where")], DEBUG_PROPAGATE_EXCEPTIONS=True)
    django_app([path("latest/", where, name="where")])
    with pytest.raises(ZeroDivisionError):
        client(app, raise_exceptions=True).get("/own/")
    assert reverse("where") == "/latest/"


def test_an_awaited_request_leaves_neither_table_nor_mount_point_behind() -> None:
    app = django_app([path("own/", where, name="where")], asgi=True)
    django_app([path("latest/", where, name="where")])

    async def cell() -> list[str]:
        transport = httpx2.ASGITransport(app=app, root_path="/site")
        async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as browser:
            return [(await browser.get("/site/own/")).text, reverse("where")]

    assert asyncio.run(cell()) == ["/site/own/", "/latest/"]


def show(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{settings.LANGUAGE_CODE} {settings.DEBUG}")


def test_settings_in_capitals_hold_for_the_requests_of_their_program_alone() -> None:
    german = django_app([path("", show)], LANGUAGE_CODE="de", DEBUG=False)
    plain = django_app([path("", show)])
    assert [client(app).get("/").text for app in (german, plain, german)] == ["de False", "en-us True", "de False"]
    assert german.settings == {"LANGUAGE_CODE": "de", "DEBUG": False}
    assert settings.LANGUAGE_CODE == "en-us"


def test_a_stream_is_made_under_the_settings_of_its_program() -> None:
    def titles(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(f"{settings.LANGUAGE_CODE} {reverse('titles')} {n} " for n in range(2))

    app = django_app([path("titles/", titles, name="titles")], LANGUAGE_CODE="de")
    other = django_app([path("t/", titles, name="titles")], LANGUAGE_CODE="fr")
    with client(app).stream("GET", "/titles/") as first, client(other).stream("GET", "/t/") as second:
        assert second.read() == b"fr /t/ 0 fr /t/ 1 "
        assert first.read() == b"de /titles/ 0 de /titles/ 1 "
    assert settings.LANGUAGE_CODE == "en-us"


def test_a_view_may_ask_another_program_and_go_on_with_its_own_table_and_settings() -> None:
    inner = django_app([path("inner/", where, name="where"), path("show/", show)], USE_THOUSAND_SEPARATOR=True)

    def both(request: HttpRequest) -> HttpResponse:
        before = reverse("where")
        asked = [client(inner).get(address).text for address in ("/inner/", "/show/")]
        return HttpResponse(" ".join([before, *asked, reverse("where"), settings.LANGUAGE_CODE]))

    outer = django_app([path("outer/", both, name="where")], LANGUAGE_CODE="de")
    django_app([path("latest/", where, name="where")])
    assert client(outer).get("/outer/").text == "/outer/ /inner/ en-us True /outer/ de"


def test_middleware_may_be_functions_and_classes_of_the_notebook() -> None:
    def stamped(get_response: Any) -> Any:
        def middleware(request: HttpRequest) -> HttpResponse:
            response = get_response(request)
            response["X-Library"] = response.get("X-Library", "") + settings.LANGUAGE_CODE
            return response

        return middleware

    twice = django_app([path("", show)], MIDDLEWARE=[stamped, stamped])
    once = django_app([path("", show)], MIDDLEWARE=[stamped, "django.middleware.common.CommonMiddleware"])
    assert client(once).get("/").headers["x-library"] == "en-us"
    assert client(twice).get("/").headers["x-library"] == "en-usen-us"
    assert twice.settings["MIDDLEWARE"] == ["course.frameworks.django.cell.stamped"] * 2


def test_two_middlewares_of_one_name_are_told_apart() -> None:
    def adding(word: str) -> Any:
        def factory(get_response: Any) -> Any:
            def middleware(request: HttpRequest) -> HttpResponse:
                response = get_response(request)
                response.write(f" {word}")
                return response

            return middleware

        return factory

    app = django_app([path("", show)], MIDDLEWARE=[adding("outer"), adding("inner")])
    assert client(app).get("/").text == "en-us True inner outer"
    turned = app.with_middleware(lambda middleware: middleware[::-1])
    assert client(turned).get("/").text == "en-us True outer inner"
    assert client(app).get("/").text == "en-us True inner outer"


def test_a_twin_with_other_middleware_has_the_same_table_and_is_not_the_latest_program() -> None:
    app = django_app([path("here/", where, name="where")])
    latest = django_app([path("latest/", where, name="where")])
    twin = app.with_middleware(lambda middleware: [entry for entry in middleware if "csrf" not in entry])
    assert twin.urlconf is app.urlconf
    assert (client(app).post("/here/").status_code, client(twin).post("/here/").status_code) == (403, 200)
    assert reverse("where") == client(latest).get("/latest/").text == "/latest/"


def test_middleware_reverses_by_the_table_of_its_program() -> None:
    def leading(get_response: Any) -> Any:
        return lambda request: HttpResponse(reverse("where"))

    app = django_app([path("own/", where, name="where")], MIDDLEWARE=[leading])
    django_app([path("latest/", where, name="where")])
    assert client(app).get("/").text == "/own/"


def test_each_program_has_its_own_templates_in_a_dictionary_or_a_folder(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("folder {{ place }}", encoding="utf-8")

    def page(request: HttpRequest) -> HttpResponse:
        return render(request, "page.html", {"place": "west"})

    child = '{% extends "base.html" %}{% block place %}{% url "page" %}{% endblock %}'
    given = django_app(
        [path("page/", page, name="page")],
        templates={"page.html": child, "base.html": "base {% block place %}{% endblock %}"},
    )
    filed = django_app([path("", page)], templates=tmp_path)
    bare = django_app([path("", page)])
    assert client(given).get("/page/").text == "base /page/"
    assert client(filed).get("/").text == "folder west"
    with pytest.raises(TemplateDoesNotExist):
        client(bare, raise_exceptions=True).get("/")


def test_a_folder_of_templates_does_not_open_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("secret", encoding="utf-8")
    (tmp_path / "pages").mkdir()
    django_app([], templates=tmp_path / "pages")
    with pytest.raises(TemplateDoesNotExist):
        render_to_string("../secret.html")


def test_static_files_need_no_collecting_and_follow_the_mount_point() -> None:
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{static('admin/css/base.css')} {settings.STATIC_URL}")

    for asgi in (False, True):
        app = django_app([path("", page)], asgi=asgi)
        sheet = client(app).get("/static/admin/css/base.css")
        assert (sheet.status_code, sheet.headers["content-type"]) == (200, "text/css")
        assert client(app).get("/static/nothing.css").status_code == 404
    app = django_app([path("", page)])
    mounted = client(lambda environ, start: app({**environ, "SCRIPT_NAME": "/site"}, start))
    assert mounted.get("/").text == "/site/static/admin/css/base.css /site/static/"
    assert mounted.get("/static/admin/css/base.css").status_code == 200
    assert client(app).get("/").text == "/static/admin/css/base.css /static/"
    assert client(django_app([path("", page)], DEBUG=False)).get("/static/admin/css/base.css").status_code == 404


def test_a_folder_of_static_files_is_no_page_and_a_file_is_only_to_be_read() -> None:
    browser = client(django_app([path("", where)]))
    assert [browser.get(address).status_code for address in ("/static/", "/static/admin/", "/static/../x")] == [404] * 3
    sheet = "/static/admin/css/base.css"
    assert (browser.head(sheet).status_code, browser.head(sheet).content) == (200, b"")
    refused = browser.post(sheet)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


def test_an_asgi_program_answers_by_its_own_table_and_settings() -> None:
    async def awaited(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{reverse('where')} {settings.LANGUAGE_CODE} {await User.objects.acount()}")

    fresh_database()
    from django.contrib.auth.models import User

    app = django_app([path("own/", awaited, name="where"), path("sync/", show)], asgi=True, LANGUAGE_CODE="de")
    django_app([path("latest/", where, name="where")])
    assert client(app).get("/own/").text == "/own/ de 0"
    assert client(app).get("/sync/").text == "de True"
    assert reverse("where") == "/latest/"


def test_names_of_a_former_program_are_gone_from_the_table_of_cells() -> None:
    django_app([path("library/", where, name="where")], app_name="library")
    django_app([path("plain/", where, name="where")])
    from course.frameworks.django import latest_urls

    assert not hasattr(latest_urls, "app_name")


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("debug", False, " Did you mean DEBUG=False?"),
        ("Allowed_Hosts", ["*"], " Did you mean ALLOWED_HOSTS=['*']?"),
        ("template", {}, " Did you mean templates={}?"),
        ("handler405", None, " Did you mean handler40"),
        ("shelves", 3, " It takes templates="),
    ],
)
def test_a_name_that_django_would_not_look_at_is_refused(name: str, value: Any, meant: str) -> None:
    with pytest.raises(TypeError) as caught:
        django_app([], **{name: value})
    assert str(caught.value).startswith(f"django_app() knows no {name!r}.{meant}")


@pytest.mark.parametrize("templates", [{"shelf.html": 3}, {"shelf.html": None}, {3: "shelf"}, ["shelf.html"], 3])
def test_templates_that_are_no_texts_are_refused(templates: Any) -> None:
    with pytest.raises(TypeError, match=r"templates= is a dictionary"):
        django_app([], templates=templates)


@pytest.mark.parametrize("thing", ["config.urls", where, None])
def test_what_is_no_list_of_paths_is_refused(thing: Any) -> None:
    with pytest.raises(TypeError, match="needs a list of path"):
        django_app(thing)


def test_an_entry_that_is_no_path_is_named() -> None:
    with pytest.raises(TypeError, match=r"Entry 2 of the list .* must be a path"):
        django_app([path("", where), where])


def test_a_second_setup_does_nothing_and_one_with_other_settings_says_what_to_do() -> None:
    django_setup()
    with pytest.raises(RuntimeError, match=r"django_app\(urlpatterns, LANGUAGE_CODE=…\), or restart the kernel"):
        django_setup(LANGUAGE_CODE="de")
    assert settings.LANGUAGE_CODE == "en-us"


def test_settings_that_are_read_once_are_refused_for_a_single_program() -> None:
    with pytest.raises(TypeError, match=r"Restart the kernel and call django_setup\(INSTALLED_APPS=…\)"):
        django_app([], INSTALLED_APPS=["library"])


def test_configuring_after_the_course_did_says_what_to_do() -> None:
    django_setup()
    with pytest.raises(RuntimeError, match="already configured") as caught:
        settings.configure(DEBUG=False)
    assert "django_app(urlpatterns, DEBUG=False)" in caught.value.__notes__[0]


def test_configuring_before_the_course_does_says_what_to_do() -> None:
    assert "leave `settings.configure(…)` out" in python(
        "from django.conf import settings; settings.configure()",
        "from course.frameworks.django import django_app; django_app([])",
    )


def test_chosen_settings_hold_and_chosen_apps_come_on_top() -> None:
    assert python(
        "from course.frameworks.django import django_setup",
        "django_setup(LANGUAGE_CODE='de', INSTALLED_APPS=['django.contrib.sites'])",
        "django_setup()",
        "django_setup(LANGUAGE_CODE='de')",
        "from django.contrib.sites.models import Site",
        "from django.conf import settings",
        "print(Site.objects.get().domain, settings.LANGUAGE_CODE)",
    ).split() == ["example.com", "de"]


def test_a_cell_that_sets_up_its_own_database_may_be_run_again(tmp_path: Path) -> None:
    assert python(
        "import asyncio",
        "from course.frameworks.django import django_setup",
        "for name in ('first', 'second'):",
        f"    path = {str(tmp_path)!r} + f'/{{name}}.sqlite3'",
        "    django_setup(DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': path}})",
        "    from django.contrib.auth.models import User",
        "    User.objects.create_user('ada')",
        "    print(User.objects.count(), asyncio.run(User.objects.acount()))",
    ).splitlines() == ["1 1", "1 1"]
    assert sorted(path.name for path in tmp_path.glob("*.sqlite3")) == ["first.sqlite3", "second.sqlite3"]


def test_a_setting_in_small_letters_is_refused() -> None:
    assert "names are in capitals, and 'debug' is none" in python(
        "from course.frameworks.django import django_setup", "django_setup(debug=False)"
    )


def python(*lines: str) -> str:
    """What a process of its own prints, its last error included; it warns of nothing."""
    command = [sys.executable, "-W", "error", "-c", "\n".join(lines)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return result.stdout + result.stderr


def test_a_program_shows_its_table_and_what_is_its_own() -> None:
    app = django_app([path("books/", where, name="books"), path("", include([path("a/", where)]))], DEBUG=False)
    assert repr(app).splitlines() == [
        "Django program (WSGI)",
        '  "books/" where name="books"',
        '  "" and 1 below it',
        "  DEBUG = False",
    ]


def test_django_checks_find_nothing_to_complain_about(capfd: pytest.CaptureFixture[str]) -> None:
    django_setup()
    call_command("check", fail_level="WARNING")
    assert capfd.readouterr().err == ""
