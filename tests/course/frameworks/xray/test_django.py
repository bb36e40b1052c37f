"""The way of a request through Django."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import path, register_converter
from django.views.decorators.csrf import csrf_exempt

from course.frameworks.django import django_app, django_setup, fresh_database
from course.frameworks.xray import XRay, xray
from tests.seen import shape, step

django_setup()
from django.contrib.auth.models import User  # noqa: E402
from rest_framework import generics, serializers  # noqa: E402

READERS = ("ada", "grace", "linus")
TEMPLATES = {
    "base.html": "<ul>{% block list %}{% endblock %}</ul>",
    "readers.html": '{% extends "base.html" %}{% block list %}{% for r in readers %}{% include "reader.html" %}'
    "{% endfor %}{% endblock %}",
    "reader.html": "<li>{{ r.username }}: {{ r.groups.count }}</li>",
}


class LoanForm(forms.Form):
    book = forms.CharField()
    days = forms.IntegerField()


class Shelf:
    """A converter that knows but one shelf."""

    regex = "[a-z]+"

    def to_python(self, word: str) -> int:
        return {"poems": 1}[word]


register_converter(Shelf, "one_shelf")


class Reader(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ("username", "groups")


class Readers(generics.ListCreateAPIView):
    queryset = User.objects.order_by("id")
    serializer_class = Reader


def list_readers(request: HttpRequest) -> HttpResponse:
    return render(request, "readers.html", {"readers": User.objects.order_by("id")})


def show_reader(request: HttpRequest, number: int) -> HttpResponse:
    if number == 404:
        raise Http404
    return HttpResponse(str(1 // number))


@csrf_exempt
def lend(request: HttpRequest) -> HttpResponse:
    form = LoanForm(request.POST)
    return HttpResponse("lent") if form.is_valid() else JsonResponse(form.errors, status=400)


def forget(request: HttpRequest) -> None: ...


def list_later(request: HttpRequest) -> TemplateResponse:
    return TemplateResponse(request, "readers.html", {"readers": []})


async def greet(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{await User.objects.acount()} readers")


def closed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    return lambda request: HttpResponse("closed", status=503)


def excused(get_response: Any) -> Any:
    class Excuse:
        def __call__(self, request: HttpRequest) -> HttpResponse:
            return get_response(request)

        def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse:
            return HttpResponse("sorry", status=503)

    return Excuse()


def stumbling(get_response: Any) -> Any:
    def middleware(request: HttpRequest) -> HttpResponse:
        raise LookupError("no key")

    return middleware


def stumbling_at_the_end(get_response: Any) -> Any:
    def middleware(request: HttpRequest) -> HttpResponse:
        get_response(request)
        raise LookupError("no key")

    return middleware


def refusing(get_response: Any) -> Any:
    def middleware(request: HttpRequest) -> HttpResponse:
        raise PermissionDenied

    return middleware


class Passing:
    """A middleware that does nothing, for others to be made of."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class Inspecting(Passing):
    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        raise ValueError("never heard of that view")


class Apologizing(Passing):
    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse:
        raise KeyError("words")


class Binding(Passing):
    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        raise RuntimeError("no glue")


COMMON = "django.middleware.common.CommonMiddleware"


def library(**settings: Any) -> Any:
    patterns = [
        path("readers/", list_readers),
        path("readers/<int:number>/", show_reader),
        path("loans/", lend),
        path("safe-loans/", LOCKED),
        path("api/readers/", Readers.as_view()),
        path("greet/", greet),
        path("forgotten/", forget),
        path("later/", list_later),
    ]
    return django_app(patterns, templates=TEMPLATES, **settings)


def LOCKED(request: HttpRequest) -> HttpResponse:
    return HttpResponse("lent")


def ask(method: str, address: str, app: Any = None, **request: Any) -> XRay:
    return xray(app or library(), method, address, **request)


@pytest.fixture
def readers() -> None:
    fresh_database()
    for name in READERS:
        User.objects.create_user(name)


def test_middleware_stands_around_routing_and_view() -> None:
    seen = ask("GET", "/readers/1/")
    layers = shape(seen, "middleware")
    assert (layers[0], layers[-1]) == ("middleware SecurityMiddleware", "middleware XFrameOptionsMiddleware")
    assert shape(seen, "routing", "view") == ["routing URL patterns", "view show_reader"]
    assert (seen.routing.route, seen.routing.params) == ("readers/<int:number>/", {"number": 1})
    assert step(seen, "view").where.startswith("test_django.py, line ")


def test_each_layer_has_its_time_on_the_way_in_and_out() -> None:
    layer = step(ask("GET", "/readers/1/"), "middleware")
    assert layer.inner is not None
    assert layer.begin <= layer.inner.begin <= layer.inner.end <= layer.end


@pytest.mark.usefixtures("readers")
def test_a_statement_in_an_included_template_is_seen_as_n_plus_1() -> None:
    seen = ask("GET", "/readers/")
    templates = [s.name for s in step(seen, "template").walk() if s.kind == "template"]
    assert templates == ["readers.html", "base.html", *["reader.html"] * 3]
    (group,) = seen.repeated
    assert (group.times, group.is_n_plus_1, group.values) == (3, True, ("1", "2", "3"))
    assert "3 × template reader.html" in seen.text()
    assert len(seen.queries) == 4


@pytest.mark.usefixtures("readers")
def test_rest_framework_shows_serializer_and_renderer() -> None:
    seen = ask("GET", "/api/readers/")
    assert shape(seen, "view", "serializer") == [
        "view Readers",
        "serializer Reader(many=True)",
        "serializer JSONRenderer",
    ]
    assert step(seen, "serializer").detail == "3 objects"
    assert [group.times for group in seen.repeated] == [3]


@pytest.mark.usefixtures("readers")
def test_a_serializer_is_shown_where_it_works_and_not_where_it_only_remembers() -> None:
    def name_and_count(request: HttpRequest) -> JsonResponse:
        found = Reader(User.objects.first())
        return JsonResponse({"name": found.data["username"], "fields": len(found.data)})

    seen = ask("GET", "/", django_app([path("", name_and_count)]))
    assert shape(seen, "serializer") == ["serializer Reader", "serializer JsonResponse"]


def test_rest_framework_shows_what_a_serializer_refused() -> None:
    seen = ask("POST", "/api/readers/", json={})
    assert seen.response.status_code == 400
    assert step(seen, "validation").problem.startswith("username: This field is required.")


def test_a_form_shows_what_it_refused() -> None:
    seen = ask("POST", "/loans/", data={"days": "many"})
    assert shape(seen, "validation") == ["validation LoanForm refused"]
    assert step(seen, "validation").problem == "book: This field is required.; days: Enter a whole number."


def test_a_miss_shows_all_patterns_and_who_answered() -> None:
    seen = ask("GET", "/members/")
    assert shape(seen, "routing", "handler") == [
        "routing URL patterns refused",
        "handler Django's handler of exceptions answered",
    ]
    assert [tried.verdict for tried in seen.routing.tried] == ["no match"] * 8


def test_a_converter_that_raises_is_no_miss() -> None:
    app = django_app([path("<one_shelf:number>/", show_reader)], MIDDLEWARE=[Passing], DEBUG=False)
    seen = ask("GET", "/plays/", app)
    assert outcomes(seen) == ["middleware Passing", "routing URL patterns raised", HANDLED]
    assert step(seen, "routing").problem.startswith("KeyError: 'plays'")


def test_the_page_about_a_miss_is_named() -> None:
    seen = ask("GET", "/nowhere/", library(DEBUG=True))
    assert shape(seen, "template") == ["template Django's debug page"]


def test_a_static_file_that_is_missing_is_answered_in_front_of_all_middleware() -> None:
    seen = ask("GET", "/static/no-such.css", library(MIDDLEWARE=[Passing], DEBUG=True))
    assert (seen.response.status_code, seen.tree.outcome) == (404, "")
    assert outcomes(seen) == [HANDLED, "middleware Passing not reached", "routing not reached"]
    for name in ("Django&#x27;s handler of exceptions", "middleware Passing", "routing and the view"):
        assert name in seen.html().partition("</svg>")[0]


def test_common_middleware_makes_a_redirect_of_a_404() -> None:
    seen = ask("GET", "/readers")
    layer = next(s for s in seen.steps if s.name == "CommonMiddleware")
    assert (seen.response.status_code, layer.detail) == (301, "makes 301 of the answer 404")


def test_csrf_protection_answers_between_routing_and_view() -> None:
    seen = ask("POST", "/safe-loans/")
    assert seen.response.status_code == 403
    assert shape(seen, "view", "hook") == ["hook CsrfViewMiddleware.process_view answered"]


@pytest.mark.parametrize("debug", [True, False])
def test_an_exception_of_a_view_is_answered_by_django(debug: bool) -> None:
    seen = ask("GET", "/readers/0/", library(DEBUG=debug))
    assert shape(seen, "view", "handler") == [
        "view show_reader raised",
        "handler Django's handler of exceptions answered",
    ]
    assert "ZeroDivisionError" in step(seen, "view").problem


def test_a_404_of_a_view_is_an_exception_too() -> None:
    seen = ask("GET", "/readers/404/")
    assert seen.response.status_code == 404
    assert step(seen, "view").problem.startswith("Http404 (test_django.py, line ")


def test_middleware_that_answers_an_exception_is_named() -> None:
    seen = ask("GET", "/readers/0/", library(MIDDLEWARE=[COMMON, excused]))
    assert seen.response.status_code == 503
    assert shape(seen, "handler") == ["handler excused.process_exception answered"]


def test_middleware_that_answers_itself_leaves_the_rest_unreached() -> None:
    seen = ask("GET", "/readers/", library(MIDDLEWARE=[closed, COMMON]))
    assert shape(seen, "middleware", "routing") == [
        "middleware closed answered",
        "middleware CommonMiddleware not reached",
        "routing not reached",
    ]


def outcomes(seen: XRay) -> list[str]:
    return shape(seen, "middleware", "routing", "hook", "view", "handler")


HANDLED = "handler Django's handler of exceptions answered"


@pytest.mark.parametrize("asgi", [True, False])
def test_middleware_that_raises_is_named_and_answered_by_django_right_around_it(asgi: bool) -> None:
    seen = ask("GET", "/greet/", library(MIDDLEWARE=[Passing, stumbling, Passing], asgi=asgi))
    assert seen.response.status_code == 500
    assert outcomes(seen) == [
        "middleware Passing",
        "middleware stumbling raised",
        "middleware Passing not reached",
        "routing not reached",
        HANDLED,
    ]
    assert seen.tree.children[0].children[-1].detail == "makes the answer 500"
    assert "LookupError: no key" in seen.text()


def test_the_outermost_middleware_raises_and_what_answers_is_in_the_picture_too() -> None:
    seen = ask("GET", "/greet/", library(MIDDLEWARE=[stumbling]))
    assert outcomes(seen) == ["middleware stumbling raised", "routing not reached", HANDLED]
    assert "Django&#x27;s handler of exceptions" in seen.html().partition("</svg>")[0]


def test_middleware_that_raises_behind_the_view_takes_its_answer_away() -> None:
    seen = ask("GET", "/greet/", library(MIDDLEWARE=[Passing, stumbling_at_the_end]))
    assert outcomes(seen) == [
        "middleware Passing",
        "middleware stumbling_at_the_end raised",
        "routing URL patterns",
        "view greet",
        HANDLED,
    ]
    assert step(seen, "handler").detail == "makes 500 of the answer 200"
    assert "answer 200 OK" in seen.html()


def test_middleware_that_refuses_by_an_exception_is_named() -> None:
    seen = ask("GET", "/greet/", library(MIDDLEWARE=[Passing, refusing]))
    assert (seen.response.status_code, step(seen, "handler").detail) == (403, "makes the answer 403")
    assert outcomes(seen)[:2] == ["middleware Passing", "middleware refusing raised"]


def test_a_view_that_returns_nothing_is_named_and_no_middleware() -> None:
    seen = ask("GET", "/forgotten/", library(MIDDLEWARE=[Passing]))
    assert outcomes(seen) == ["middleware Passing", "routing URL patterns", "view forget raised", HANDLED]
    assert "didn't return an HttpResponse" in step(seen, "view").problem


def test_a_process_view_that_raises_is_named_and_not_the_middleware_around_it() -> None:
    seen = ask("GET", "/greet/", library(MIDDLEWARE=[Passing, Inspecting, Passing]))
    assert outcomes(seen) == [
        *["middleware Passing", "middleware Inspecting", "middleware Passing"],
        "routing URL patterns",
        "hook Inspecting.process_view raised",
        HANDLED,
    ]
    assert step(seen, "hook").problem.startswith("ValueError: never heard of that view")


def test_a_process_exception_that_raises_is_named_and_django_answers() -> None:
    seen = ask("GET", "/readers/0/", library(MIDDLEWARE=[Passing, Apologizing, Passing]))
    assert shape(seen, "view", "handler") == [
        "view show_reader raised",
        "handler Apologizing.process_exception raised",
        HANDLED,
    ]
    assert step(seen, "handler").problem.startswith("KeyError: 'words'")


def test_a_process_template_response_that_raises_is_named() -> None:
    seen = ask("GET", "/later/", library(MIDDLEWARE=[Passing, Binding, Passing]))
    assert outcomes(seen)[3:] == [
        "routing URL patterns",
        "view list_later",
        "hook Binding.process_template_response raised",
        HANDLED,
    ]


def test_an_answer_of_process_view_is_not_blamed_for_what_is_raised_around_it() -> None:
    csrf = "django.middleware.csrf.CsrfViewMiddleware"
    seen = ask("POST", "/safe-loans/", library(MIDDLEWARE=[stumbling_at_the_end, csrf]))
    assert outcomes(seen) == [
        "middleware stumbling_at_the_end raised",
        "middleware CsrfViewMiddleware",
        "routing URL patterns",
        "hook CsrfViewMiddleware.process_view answered",
        HANDLED,
    ]


@pytest.mark.usefixtures("readers")
@pytest.mark.parametrize("asgi", [True, False])
def test_synchronous_and_asynchronous_views_show_the_same(asgi: bool) -> None:
    asynchronous = ask("GET", "/greet/", library(asgi=asgi))
    assert asynchronous.response.text == "3 readers"
    assert shape(asynchronous, "routing", "view") == ["routing URL patterns", "view greet"]
    assert len(asynchronous.queries) == 1
    synchronous = ask("GET", "/readers/", library(asgi=asgi))
    assert len(synchronous.queries) == 4
    assert len(shape(synchronous, "middleware")) == 7
