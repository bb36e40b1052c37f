"""The report as one file of HTML, which loads nothing and runs nothing."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from autograde.report import charts
from autograde.report.figures import Report

HERE = Path(__file__).parent


def page(report: Report) -> str:
    """The page; whatever a student wrote is shown as text."""
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True)
    environment.filters.update(share=lambda share: f"{share:.0%}", number=lambda number: f"{number:g}")
    return environment.get_template("page.html.j2").render(
        report=report,
        style=Markup((HERE / "page.css").read_text(encoding="utf-8")),
        distribution=Markup(charts.distribution(report)),
        difficulty=Markup(charts.difficulty(report)),
        seconds=Markup(charts.seconds(report)),
    )
