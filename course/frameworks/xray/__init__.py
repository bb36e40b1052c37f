"""The way of one request through an application, as a picture."""

from __future__ import annotations

from html import escape
from typing import Any

from course.frameworks.look import Shown
from course.frameworks.routing import Routing, framework_of
from course.frameworks.xray.outline import outline, steps_table
from course.frameworks.xray.picture import STYLE, picture
from course.frameworks.xray.result import Repeated, completed, repeated
from course.frameworks.xray.send import core_of, send
from course.frameworks.xray.summary import Summary, summary
from course.frameworks.xray.trace import Step, Trace, harmless

MISSING = (
    "Something is missing here: it could not be written down ({}). The request itself went as it does without xray()."
)


def xray(app: Any, method: str = "GET", path: str = "/", *, times: bool = True, **request: Any) -> XRay:
    """The way of one request through `app`: middleware, routing, view, SQL, templates and back, drawn as a picture.

    `request` is what `client(app).request` takes: `json=`, `data=`, `headers=`, `cookies=`. The application runs as it
    is, with wrappers around its parts that are taken away again afterwards; if it is open in `with client(app)`, with
    that lifespan. Of a Django program a twin runs, whose middleware objects are its own: what one counts in `self`, it
    counts from the start. SQL is seen that goes through Django or SQLAlchemy; of sqlite3 alone, that of connections
    which `sqlite3.connect` opens during the request. With `times=False` the picture shows what happened in which order,
    and is the same each time that the same happens.

    The result has for code: `response` and its `status`; `steps`, and `tree`, in which they lie in each other;
    `queries` and `repeated`, those among them that were executed more than once; `routing` with the patterns that were
    tried; and `summary`.
    """
    if method.startswith("/"):
        raise ValueError(f'xray() takes the method first: xray(app, "GET", "{method}").')
    if "follow_redirects" in request:
        raise ValueError("xray() shows one request. To see where a redirect leads to, call it again with that address.")
    trace = Trace()
    response = send(app, trace, method.upper(), path, request)
    return XRay(response, trace, method.upper(), path, framework_of(core_of(app)), times)


class XRay(Shown):
    """What happened during one request. It draws itself; its attributes are for code.

    They are `response`, `status`, `tree`, `steps`, `queries`, `repeated`, `routing`, `summary` and `times`.
    """

    style = STYLE

    def __init__(self, response: Any, trace: Trace, method: str, path: str, framework: str, times: bool) -> None:
        self.response = response
        """What the client got."""
        self.status: int = response.status_code
        """The status code of the answer."""
        (root, *_) = trace.steps() or (Step("server", ""),)
        self.tree: Step = completed(root, trace.plan, framework, self.status)
        """The steps as they lie in each other, the server outermost."""
        self.routing: Routing = (trace.route and harmless(trace.route)()) or Routing(framework, ())
        """How the view was looked for; nothing was tried if a middleware answered before."""
        self.times = times
        """Whether times are shown."""
        self._missing = MISSING.format(trace.missing) if trace.missing else ""
        self._request = (method, path)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps in order, each before those that lie in it."""
        return tuple(self.tree.walk())

    @property
    def queries(self) -> tuple[Step, ...]:
        """The SQL statements in order; `name` is the statement, `detail` its parameters."""
        return tuple(step for step in self.steps if step.kind == "sql")

    @property
    def repeated(self) -> tuple[Repeated, ...]:
        """Statements that were executed more than once, such as those of an N+1 query."""
        return repeated(self.queries)

    @property
    def summary(self) -> Summary:
        """The request and its answer in a few words."""
        return summary(*self._request, self.response, self.tree, self.times)

    def html(self) -> str:
        """The picture, and the same as a table."""
        drawing = picture(self.tree, self.routing, self.summary, times=self.times)
        missing = f"<p>{escape(self._missing)}</p>" if self._missing else ""
        return drawing + missing + steps_table(self.tree, self.routing, self.summary, times=self.times)

    def text(self) -> str:
        """An indented outline of the steps."""
        lines = outline(self.tree, self.routing, self.summary, times=self.times)
        return "\n".join(filter(None, (lines, self._missing)))


__all__ = ["XRay", "xray"]
