"""What an x-ray has seen, in the words that tests compare."""

from __future__ import annotations

from course.frameworks.xray import XRay
from course.frameworks.xray.trace import Step


def shape(seen: XRay, *kinds: str) -> list[str]:
    """The steps of these kinds in order, each as "kind name outcome"."""
    return [" ".join(filter(None, (s.kind, s.name, s.outcome))) for s in seen.steps if s.kind in kinds]


def step(seen: XRay, kind: str) -> Step:
    """The first step of this kind."""
    return next(s for s in seen.steps if s.kind == kind)
