"""What can be set about feedback, in nbgrader_config.py as `c.AutogradeFeedback.…`."""

from __future__ import annotations

from typing import Literal

import msgspec
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme
from traitlets import Enum, Integer
from traitlets.config import Config, Configurable

Told = Literal["nothing", "message", "outputs"]


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """How pages for students are made."""

    hidden_tests: Told = "message"
    """What is said of a hidden test that failed; its code never is."""
    secrets: tuple[tuple[str, str], ...] = (
        ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS"),
        ("BEGIN MARK SCHEME", "END MARK SCHEME"),
    )
    """The marks around what students must not see."""
    longest: int = 20_000
    """Characters of one output that are shown."""


class AutogradeFeedback(Configurable):
    """The settings as nbgrader_config.py knows them."""

    hidden_tests = Enum(
        ["nothing", "message", "outputs"],
        "message",
        help="What students are told of a hidden test that failed: nothing but that it did; the message of its "
        "assertion too, where that is a plain string; or also exceptions and what was printed. Never its code.",
    ).tag(config=True)
    longest = Integer(20_000, help="Characters of one output that are shown.").tag(config=True)


def read_wishes(config: Config) -> Wishes:
    """The settings of a configuration, with nbgrader's own marks around hidden tests and mark schemes."""
    said = AutogradeFeedback(config=config)
    tests, scheme = ClearHiddenTests(config=config), ClearMarkScheme(config=config)
    return Wishes(
        hidden_tests=said.hidden_tests,
        longest=said.longest,
        secrets=(
            (tests.begin_test_delimeter, tests.end_test_delimeter),
            (scheme.begin_mark_scheme_delimeter, scheme.end_mark_scheme_delimeter),
        ),
    )
