"""Charts as SVG, drawn without a browser and without the internet; their colours follow the page."""

from __future__ import annotations

import re

import altair
import vl_convert

from autograde.report.figures import Report

INK = "currentColor"
BAR = "#2f7fd0"
WIDTH = 560
HEIGHT = 200
NAMED = 40
"""Tests up to which each has its name at the axis."""


def distribution(report: Report) -> str:
    """How many students have which share of the points."""
    rows = [
        {"points": f"{one.begin:.0%} to {one.end:.0%}", "students": one.students, "order": place}
        for place, one in enumerate(report.distribution)
    ]
    base = altair.Chart(altair.Data(values=rows)).encode(
        x=altair.X(
            "points:N", sort=altair.SortField("order"), title="share of the points", axis=altair.Axis(labelAngle=-40)
        ),
        y=altair.Y("students:Q", axis=altair.Axis(tickMinStep=1), title="students"),
    )
    said = f"{len(report.students)} students; mean {report.mean:.0%}, median {report.median:.0%}."
    return _drawn(base.mark_bar(color=BAR), f"Distribution of points. {said}")


def difficulty(report: Report) -> str:
    """Each test by how many have it, and by how well it tells strong from weak students."""
    rows = [
        {"test": test.cell, "points": test.mean, "discrimination": test.discrimination}
        for test in report.tests
        if test.discrimination is not None
    ]
    if not rows:
        return ""
    shown = altair.Chart(altair.Data(values=rows)).encode(
        x=altair.X(
            "points:Q",
            scale=altair.Scale(domain=[0, 1]),
            axis=altair.Axis(format="%"),
            title="mean share of its points",
        ),
        y=altair.Y("discrimination:Q", scale=altair.Scale(domain=[-1, 1]), title="discrimination"),
    )
    rule = altair.Chart(altair.Data(values=[{"zero": 0}])).mark_rule(color=INK, strokeDash=[4, 4]).encode(y="zero:Q")
    chart = rule + shown.mark_point(color=BAR, filled=True, size=60)
    if len(rows) <= NAMED:
        chart += shown.mark_text(align="left", dx=6, color=INK, fontSize=9).encode(text="test:N")
    return _drawn(chart, "Tests by difficulty and discrimination. The table below has the numbers.")


def seconds(report: Report) -> str:
    """How long each student's graded cells ran, in order."""
    rows = [
        {"place": place, "seconds": time}
        for place, time in enumerate(sorted(student.seconds for student in report.students), start=1)
    ]
    chart = altair.Chart(altair.Data(values=rows)).mark_area(color=BAR, opacity=0.7, line={"color": BAR})
    chart = chart.encode(
        x=altair.X("place:Q", title="students, quickest first", axis=altair.Axis(tickMinStep=1, format="d")),
        y=altair.Y("seconds:Q", title="seconds"),
    )
    longest = max((student.seconds for student in report.students), default=0.0)
    return _drawn(chart, f"Seconds that the graded cells of a student ran; at most {longest:.1f}.")


def _drawn(chart: altair.TopLevelMixin, said: str) -> str:
    spec = (
        chart.properties(width=WIDTH, height=HEIGHT, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(labelColor=INK, titleColor=INK, gridColor="#8885", domainColor=INK, tickColor=INK)
        .to_dict()
    )
    svg = vl_convert.vegalite_to_svg(spec, vl_version="5.20")
    # Read as one picture with one sentence: its marks and axes are in the table.
    plain = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", svg)
    label = said.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return plain.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
