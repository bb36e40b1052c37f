"""What tests of real servers need: PostgreSQL and Redis as they are found on this machine."""

from __future__ import annotations

import os

import pytest

from course.frameworks.services import postgresql, redis


def need(name: str, found: object) -> None:
    """Skips a test whose server is not here; in CI it must be."""
    if not found and os.environ.get("CI"):
        pytest.fail(f"{name} was not found; in CI its tests must run.")
    if not found:
        pytest.skip(f"{name} was not found.")


def need_postgresql() -> None:
    need("PostgreSQL", postgresql.find_programs() and not postgresql.driver_missing())


def need_redis() -> None:
    need("Redis", redis.find_program())
