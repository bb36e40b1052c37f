"""How a learner is doing, in charts that JupyterLab draws by itself, each with its table."""

from __future__ import annotations

from html import escape
from typing import Any

from IPython.display import display

from course.study.exams.blueprints import blueprints
from course.study.exams.calibration import calibration
from course.study.exams.readiness import readiness
from course.study.library import Library, the_library
from course.study.memory import Memory
from course.study.planning import figures
from course.study.planning.agenda import agenda
from course.study.planning.figures import Figure
from course.widgets.learner import memory

WIDTH, HEIGHT = 560, 180
INK = "currentColor"
"""Text and lines follow the theme, as long as the chart is drawn as SVG."""
BLUE, ORANGE, GREEN = "#2f7fd0", "#d0731f", "#2e8b57"
"""Told apart by most eyes on light and dark paper alike; where two meet, they differ in shape too."""

STYLE = """<style>
.course-figure h3 { font-size: 1.1em; margin: 10px 0 2px; }
.course-figure p { margin: 2px 0 6px; }
.course-figure details { margin: 0 0 8px; }
.course-figure summary { cursor: pointer; padding: 4px 0; }
.course-figure .course-scroll { max-height: 18em; overflow: auto; }
.course-figure table { border-collapse: collapse; }
.course-figure caption { text-align: left; font-weight: 600; }
.course-figure :is(th, td) { text-align: left; padding: 2px 14px 2px 0; border-bottom: 1px solid #8886; }
</style>"""


def progress() -> None:
    """Shows today, the weeks ahead, what is known, how sure you are of it, exams and the study calendar."""
    for shown in Progress(memory(), the_library()).outputs():
        display(shown, raw=True)


class Progress:
    """All figures of one learner."""

    def __init__(self, learner: Memory, library: Library):
        self._memory = learner
        self._library = library

    def outputs(self) -> list[dict[str, Any]]:
        """Each figure as what a notebook displays: a heading with a table, then its chart."""
        found = [{"text/html": STYLE + self._today_html(), "text/plain": self._today_text()}]
        for figure, chart in self._figures():
            found.append({"text/html": _table(figure), "text/plain": f"{figure.title}: {figure.said}"})
            if chart is not None:
                found.append(_drawn(chart, figure))
        return found

    def _figures(self) -> list[tuple[Figure, Any]]:
        state, today = self._memory.state, self._memory.today()
        titles = {topic.id: topic.title for topic in self._library.syllabus.topics}
        events = self._memory.understood()
        found = (
            figures.ahead(state, today),
            figures.retention(state),
            figures.knowledge(events, titles),
            figures.areas(state, self._topics(), titles),
            figures.sureness(calibration(state)),
            figures.exams(state.exams),
            figures.exercises(state, titles),
            figures.study_days(state, today),
        )
        return [(one, _CHARTS[one.id](one.rows) if one.rows and one.drawn else None) for one in found]

    def _topics(self) -> list[str]:
        """The topics that there are questions or cards of."""
        asked = [entry.topic for entry in self._library.questions.values()]
        return list(dict.fromkeys([*asked, *(entry.topic for entry in self._library.deck.values())]))

    def _today_lines(self) -> list[str]:
        lines = agenda(self._memory, self._library).lines()
        blueprint = blueprints().get(self._memory.state.settings.blueprint)
        if blueprint is not None:
            ready = readiness(self._memory.state, self._library, blueprint)
            lines.append(f"{blueprint.title}: {ready.text} {ready.reason}")
        return lines

    def _today_html(self) -> str:
        items = "".join(f"<li>{escape(line)}</li>" for line in self._today_lines())
        return f'<div class="course-figure"><h3>Today</h3><ul>{items}</ul></div>'

    def _today_text(self) -> str:
        return "\n".join(self._today_lines())


def _table(figure: Figure) -> str:
    """Heading, sentence, and the rows for whoever would rather read, or cannot see the chart."""
    head = f"<h3>{escape(figure.title)}</h3><p>{escape(figure.said)}</p>"
    if not figure.rows:
        return f'<div class="course-figure">{head}</div>'
    names = "".join(f'<th scope="col">{escape(name.capitalize())}</th>' for name in figure.rows[0])
    rows = "".join("<tr>" + "".join(f"<td>{_cell(row[name])}</td>" for name in row) + "</tr>" for row in figure.rows)
    return (
        f'<div class="course-figure">{head}<details><summary data-lm-suppress-shortcuts="true">As a table</summary>'
        f'<div class="course-scroll" tabindex="0" data-lm-suppress-shortcuts="true" role="region" '
        f'aria-label="{escape(figure.title)}, as a table"><table><caption>{escape(figure.title)}</caption>'
        f"<thead><tr>{names}</tr></thead><tbody>{rows}</tbody></table></div></details></div>"
    )


def _cell(value: Any) -> str:
    return f"{value:.0%}" if isinstance(value, float) and 0 <= value <= 1 else escape(f"{value}")


def _drawn(chart: Any, figure: Figure) -> dict[str, Any]:
    """The chart for JupyterLab and Notebook, which have Vega on board; a sentence for all others."""
    spec = (
        chart.properties(description=f"{figure.title}. {figure.said} The table above has the numbers.")
        .configure(background="transparent")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK,
            titleColor=INK,
            tickColor=INK,
            domainColor=INK,
            gridColor=INK,
            gridOpacity=0.15,
            labelFontSize=11,
        )
        .configure_legend(labelColor=INK, titleColor=INK)
        .properties(usermeta={"embedOptions": {"actions": False, "renderer": "svg"}})
        .to_dict(validate=False)  # The charts are ours and tested; checking them costs more than all the rest.
    )
    return {"application/vnd.vegalite.v5+json": spec, "text/plain": f"[chart: {figure.title}]"}


def _base(rows: figures.Rows, height: int = HEIGHT) -> Any:
    import altair as alt  # Loading it takes half a second, which only this needs.

    return alt.Chart(alt.Data(values=rows), width=WIDTH, height=height)


def _ahead(rows: figures.Rows) -> Any:
    return (
        _base(rows)
        .mark_bar(color=BLUE)
        .encode(
            x={"field": "date", "type": "temporal", "title": None, "axis": {"format": "%d %b"}},
            y={"field": "cards", "type": "quantitative", "title": "Cards", "axis": {"tickMinStep": 1, "format": "d"}},
            tooltip=[{"field": "date", "type": "temporal"}, {"field": "cards", "type": "quantitative"}],
        )
    )


def _retention(rows: figures.Rows) -> Any:
    base = _base(rows)
    week = {"field": "week", "type": "temporal", "title": None, "axis": {"format": "%d %b"}}
    scale = {"domain": [0.5, 1]}
    axis = {"title": "Recalled", "axis": {"format": "%"}, "scale": scale}
    measured = base.mark_line(color=BLUE, point={"color": BLUE, "size": 50}).encode(
        x=week, y={"field": "recalled", "type": "quantitative", **axis}
    )
    wanted = base.mark_line(color=ORANGE, strokeDash=[6, 4]).encode(
        x=week, y={"field": "wanted", "type": "quantitative", **axis}
    )
    return wanted + measured


def _knowledge(rows: figures.Rows) -> Any:
    axis = {"title": "Known", "axis": {"format": "%"}, "scale": {"domain": [0, 1]}}
    base = _base(rows, 240).encode(
        x={"field": "date", "type": "temporal", "title": None, "axis": {"format": "%d %b"}},
        color={"field": "name", "type": "nominal", "title": None, "legend": {"orient": "bottom", "columns": 3}},
    )
    line = base.mark_line(point=True).encode(
        y={"field": "known", "type": "quantitative", **axis},
        strokeDash={"field": "name", "type": "nominal", "legend": None},
        shape={"field": "name", "type": "nominal", "legend": None},
    )
    return line


def _sureness(rows: figures.Rows) -> Any:
    import altair as alt

    scale = {"domain": [0, 1]}
    ideal = alt.Chart(alt.Data(values=[{"x": 0, "y": 0}, {"x": 1, "y": 1}]), width=240, height=240)
    line = ideal.mark_line(color=INK, opacity=0.5, strokeDash=[4, 4]).encode(x="x:Q", y="y:Q")
    points = (
        alt.Chart(alt.Data(values=rows))
        .mark_point(filled=True, color=BLUE, size=80)
        .encode(
            x={
                "field": "expected",
                "type": "quantitative",
                "title": "Expected",
                "axis": {"format": "%"},
                "scale": scale,
            },
            y={"field": "right", "type": "quantitative", "title": "Right", "axis": {"format": "%"}, "scale": scale},
            size={"field": "answers", "type": "quantitative", "legend": None},
        )
    )
    return line + points


def _exams(rows: figures.Rows) -> Any:
    axis = {"title": "Score", "axis": {"format": "%"}, "scale": {"domain": [0, 1]}}
    when = {"field": "date", "type": "temporal", "title": None, "axis": {"format": "%d %b"}}
    base = _base(rows)
    score = base.mark_point(filled=True, size=90).encode(
        x=when,
        y={"field": "score", "type": "quantitative", **axis},
        color={"field": "exam", "type": "nominal", "title": None, "legend": {"orient": "bottom"}},
        shape={"field": "exam", "type": "nominal", "legend": None},
    )
    needed = base.mark_tick(color=ORANGE, thickness=3, size=24).encode(
        x=when, y={"field": "to pass", "type": "quantitative", **axis}
    )
    return needed + score


def _calendar(rows: figures.Rows) -> Any:
    days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    return (
        _base(rows, 130)
        .mark_rect(stroke=INK, strokeOpacity=0.25, cornerRadius=2)
        .encode(
            x={
                "field": "week",
                "type": "ordinal",
                "timeUnit": "yearmonthdate",
                "title": None,
                "axis": {
                    "labelExpr": "date(datum.value) <= 7 ? timeFormat(datum.value, '%b') : ''",
                    "labelOverlap": False,
                    "labelAngle": 0,
                    "ticks": False,
                    "grid": False,
                },
            },
            y={"field": "weekday", "type": "ordinal", "sort": days, "title": None},
            color={
                "field": "minutes",
                "type": "quantitative",
                "title": "Minutes",
                "scale": {"range": [GREEN + "00", GREEN], "domainMin": 0},
            },
            tooltip=[
                {"field": "date", "type": "nominal"},
                {"field": "minutes", "type": "quantitative"},
                {"field": "cards", "type": "quantitative"},
                {"field": "answers", "type": "quantitative"},
            ],
        )
    )


_CHARTS = {
    "ahead": _ahead,
    "retention": _retention,
    "knowledge": _knowledge,
    "sureness": _sureness,
    "exams": _exams,
    "calendar": _calendar,
}
