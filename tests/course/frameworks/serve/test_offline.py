"""The documentation pages of an unmodified application, without a CDN."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html

from course.frameworks.django import django_setup
from course.frameworks.serve import serve
from course.frameworks.serve.offline import asset, localize
from course.frameworks.serve.server import Server

BROWSER = {"sec-fetch-dest": "document"}


@pytest.fixture(params=["/user/ada/", ""], ids=["below a prefix", "at the port"])
def at(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("JPY_PARENT_PID", raising=False)
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", request.param)
    return str(request.param)


@pytest.fixture
def server(at: str) -> Iterator[Server]:
    with serve(FastAPI()) as running:
        yield running


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_a_documentation_page_asks_for_nothing_elsewhere(server: Server, page: str) -> None:
    html = httpx2.get(server.url + server.prefix + page, headers=BROWSER).text
    assert not re.findall(r"https?://[^\"' ]+", html)
    wanted = re.findall(r"(?:src|href)=\"([^\"]*)\"", html)
    assert len(wanted) >= 3
    for address in wanted:
        answer = httpx2.get(server.url + address)
        assert answer.status_code == 200, address
        kind = {"js": "text/javascript", "css": "text/css", "png": "image/png"}[address.rpartition(".")[2]]
        assert answer.headers["content-type"].startswith(kind)


def test_a_client_in_the_kernel_sees_what_fastapi_writes(at: str) -> None:
    with serve(FastAPI()) as server:
        assert "https://cdn.jsdelivr.net/npm/swagger-ui-dist@5" in httpx2.get(f"{server.url}/docs").text


@pytest.mark.parametrize("make", [get_swagger_ui_html, get_redoc_html])
def test_every_address_that_fastapi_writes_is_known(make: Any) -> None:
    html = localize(bytes(make(openapi_url="/openapi.json", title="Library").body), "/at")
    assert b"https://" not in html
    names = re.findall(rb"/at/\.threeways/([^\"]+)", html)
    assert all(asset(name.decode()) for name in names)
    assert any(name.endswith(b".js") for name in names)


@pytest.mark.parametrize(
    ("setting", "file"),
    [
        ("SWAGGER_UI_DIST", "/swagger-ui.css"),
        ("SWAGGER_UI_FAVICON_HREF", ""),
        ("REDOC_DIST", "/bundles/redoc.standalone.js"),
    ],
)
def test_the_addresses_of_drf_spectacular_are_known(setting: str, file: str) -> None:
    django_setup()
    from drf_spectacular.settings import SPECTACULAR_DEFAULTS

    name = localize(f"{SPECTACULAR_DEFAULTS[setting]}{file}".encode()).decode()
    assert asset(name.removeprefix("/.threeways/"))


@pytest.mark.parametrize("name", ["swagger-ui-dist/swagger-ui-bundle.js", "redoc/bundles/redoc.standalone.js"])
def test_the_scripts_call_no_one(name: str) -> None:
    found = asset(name)
    assert found is not None
    assert b"validator.swagger.io/validator" not in found.content
    assert b"cdn.redoc.ly" not in found.content


@pytest.mark.parametrize("name", ["", "swagger-ui-dist", "../__init__.py", "swagger-ui-dist/../../../__init__.py"])
def test_other_files_are_not_given_away(name: str) -> None:
    assert asset(name) is None


def test_other_addresses_stay() -> None:
    html = b'<script src="https://cdn.jsdelivr.net/npm/htmx.org@2/dist/htmx.min.js"></script>'
    assert localize(html) == html
