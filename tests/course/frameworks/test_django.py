"""Several Django programs side by side in one process."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, path, reverse

from course import client, django_app


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
