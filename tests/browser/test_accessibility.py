"""axe-core finds no serious violation in the start page, in light and in dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen

LIGHT, DARK = THEMES = ["JupyterLab Light", "JupyterLab Dark"]


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_serious_is_wrong_with_the_start_page(practice: Screen, theme: str) -> None:
    practice.theme(theme)
    practice.open("Start.ipynb", run=True)
    summary = practice.page.locator(".course-map summary")
    summary.click()
    expect(practice.page.locator(".course-map details")).to_have_attribute("open", "")
    found = practice.violations(".course-map")
    practice.theme(LIGHT)
    assert found == []
