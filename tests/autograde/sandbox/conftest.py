"""An ordinary user for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ordinary import Ordinary, ordinary


@pytest.fixture(scope="module")
def user() -> Iterator[Ordinary]:
    with ordinary() as made:
        yield made
