"""The way of a request through Django."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
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


COMMON = "django.middleware.common.CommonMiddleware"


def library(**settings: Any) -> Any:
    patterns = [
        path("readers/", list_readers),
        path("readers/<int:number>/", show_reader),
        path("loans/", lend),
        path("safe-loans/", LOCKED),
        path("api/readers/", Readers.as_view()),
        path("greet/", greet),
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
    assert [tried.verdict for tried in seen.routing.tried] == ["no match"] * 6


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


def test_middleware_that_raises_is_named() -> None:
    seen = ask("GET", "/readers/", library(MIDDLEWARE=[COMMON, stumbling]))
    assert seen.response.status_code == 500
    assert shape(seen, "middleware")[1] == "middleware stumbling raised"


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
