"""The interviewer's sheet: everything that a friend needs to ask an interview, on paper."""

from __future__ import annotations

from collections.abc import Iterator

from course.study.interviews.staged import AskedNext, MockInterview, Stage

HOW = (
    "This sheet is for the one who asks. The one who answers must not see it before.",
    "Read out what the interviewer says, then listen. Leave a minute of silence to think; then ask what they weigh.",
    "Tick the key points that you hear and the red flags that apply. Ask the follow-ups one at a time.",
    "When the time is over, say so, let them end the sentence, and go on.",
    "At the end, both grade on their own, then compare. Where you differ by two levels, talk about that one.",
)


def sheet(interview: MockInterview) -> str:
    """The sheet as Markdown, with boxes to tick."""
    return "\n".join(_sheet(interview)).strip() + "\n"


def _sheet(interview: MockInterview) -> Iterator[str]:
    yield from (f"# Interviewer's sheet: {interview.title}", "", interview.about.strip(), "")
    yield from (f"Stages: {len(interview.stages)}. Minutes for the answers: {interview.minutes}.", "")
    yield from (f"{number}. {line}" for number, line in enumerate(HOW, 1))
    for number, stage in enumerate(interview.stages, 1):
        yield from _stage(number, stage)


def _stage(number: int, stage: Stage) -> Iterator[str]:
    yield from ("", f"## {number}. {stage.title} ({stage.minutes} minutes)", "", "**Say:**", "")
    yield from (f"> {line}".rstrip() for line in stage.says.strip().splitlines())
    if stage.choice:
        boxes = " ".join(f"☐ {option}" for option in stage.choice.options.values())
        yield from ("", f"**{stage.choice.ask}** {boxes}")
    yield from _list("How a good answer goes", stage.structure, "1.")
    yield from _list("Key points", stage.key_points, "- ☐")
    yield from _list("Common mistakes", stage.mistakes, "-")
    yield from _list("Red flags", stage.red_flags, "- ☐")
    yield from ("", "### A model answer", "", stage.answer.strip())
    options = stage.choice.options if stage.choice else {}
    for choice, text in stage.answers.items():
        yield from ("", f"**{options.get(choice, choice)}**", "", text.strip())
    for snippet in stage.code:
        yield from ("", f"**{snippet.title}**", "", "```python", snippet.code.strip("\n"), "```")
    yield from ("", "### Follow-ups", "")
    for place, one in enumerate(stage.follow_ups, 1):
        yield from (f"{place}. {_when(one, stage)}**{' '.join(one.ask.split())}**", "")
        yield from (f"   {line}".rstrip() for line in one.answer.strip().splitlines())
        yield from ("", "   ☐ missed it ☐ a part of it ☐ had it", "")
    yield from ("### Grades", "")
    for criterion in stage.rubric:
        yield f"- **{criterion.title}**"
        yield from (f"  - ☐ {level}: {says}" for level, says in enumerate(criterion.levels, 1))


def _list(title: str, lines: tuple[str, ...], mark: str) -> Iterator[str]:
    yield from ("", f"### {title}", "", *(f"{mark} {line}" for line in lines))


def _when(one: AskedNext, stage: Stage) -> str:
    parts = []
    if one.when.choice:
        parts.append(f"they chose {' or '.join(one.when.choice)}")
    if one.when.criterion:
        title = next(criterion.title for criterion in stage.rubric if criterion.id == one.when.criterion)
        if one.when.at_most is not None:
            parts.append(f"“{title}” is at level {one.when.at_most} or below")
        if one.when.at_least is not None:
            parts.append(f"“{title}” is at level {one.when.at_least} or above")
    return f"*Only if {' and '.join(parts)}.* " if parts else ""
