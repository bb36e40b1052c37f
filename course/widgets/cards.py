"""Cards in a notebook."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from course.study.cards.desk import Cards
from course.study.lessons import Lessons
from course.study.library import the_library
from course.widgets.face import Face, rendered
from course.widgets.learner import memory
from course.widgets.plan import learners_folder

LATER = "Run this cell to study. Your answers are kept."


def cards(
    *topics: str,
    framework: str | Iterable[str] | None = None,
    only: Iterable[str] | None = None,
    weak: bool = False,
    exam: str | None = None,
) -> Face:
    """Shows the cards that are due today, one by one: recall, look, and say how it went.

    Topics (`cards("routing")`) or objectives (`cards("url-reversal")`), a `framework`, or single cards by their ids
    (`only=[…]`) narrow it down. `weak=True` takes what is weak and what was answered wrong;
    `exam="django-developer"` what that exam asks about.
    """
    library = the_library()
    desk = Cards(
        memory(),
        library,
        topics or None,
        [framework] if isinstance(framework, str) else framework,
        [only] if isinstance(only, str) else only,
        exam=exam,
        weak=weak,
        lessons=Lessons(learners_folder(), library.syllabus),
    )
    view = desk.view()
    return Face(desk, _static(rendered(view)), _plain(view))


def _plain(view: dict[str, Any]) -> str:
    """The front of the first card, for a reader without HTML; numbers would be wrong as soon as it is answered."""
    head = f"Cards: {view['title']}"
    return "\n\n".join([head, *([view["card"]["front"]["md"].strip()] if view["card"] else []), LATER])


def _static(view: dict[str, Any]) -> str:
    """The front of the first card, for a reader without a kernel."""
    front = f"<blockquote>{view['card']['front']}</blockquote>" if view["card"] else ""
    return f"<p><b>Cards: {escape(view['title'])}</b></p>{front}<p>{LATER}</p>"
