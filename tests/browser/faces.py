"""All faces, as a notebook shows them, and the states in which a learner meets them.

A face is added to FACES by the source of its cell, and to CASES with what a learner does to it before it is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab
from tests.browser.screen import Screen
from tests.course.study.card_box import ROUTING

BEGIN = """
import os, tempfile
from pathlib import Path

from course import *
from course.widgets import learner


def anew():
    # A journal that knows nothing yet, for the face that this cell shows.
    os.environ["COURSE_JOURNAL"] = str(Path(tempfile.mkdtemp()) / "journal.db")
    learner._own.cache_clear()
"""

CARDS = f"""
from course.study.cards.desk import Cards
from course.study.library import Library
from course.widgets.face import Face
topics = Path(tempfile.mkdtemp())
(topics / "02_routing").mkdir()
(topics / "02_routing/bank.yaml").write_text({ROUTING!r})
Face(Cards(learner.memory(), Library(topics), only=["%s"]), "", "")
"""

FACES = {
    "quiz": 'quiz("first-greeting")',
    "quiz of two": 'quiz("greeting-code", "greeting-status")',
    "hint": 'hint("greeting")',
    "newer": """
from course.widgets.face import Face
from course.widgets.start import Newer
Face(Newer(None, ["Start.ipynb", "1_first.ipynb"]), "", "")
""",
    "plan": "plan()",
    "mistakes": """
for question, chosen, sure in (("first-greeting", "The text in quotes", 3), ("greeting-status", "404", None)):
    about = {"topic": "greeting", "framework": "flask", "level": "beginner"}
    learner.memory().record("answer", {**about, "question": question, "chosen": chosen, "right": False,
        "misconception": "repr-is-sent", "confidence": sure, "options": 3, "where": "quiz", "form": "choice"})
mistakes()
""",
    "exam": """
exams = Path(tempfile.mkdtemp()) / "blueprints.yaml"
exams.write_text('''
blueprints:
- {id: greeting-check, title: Greeting check, purpose: To see, minutes: 15, questions: 3, tasks: 1, pass_mark: 0.6,
   frameworks: [flask], levels: {beginner: 60, advanced: 40}, topics: {greeting: 100}}
''')
os.environ["COURSE_BLUEPRINTS"] = str(exams)
exam("greeting-check")
""",
    "interview": 'interview("todo-api")',
    "backup": "from course import backup\nbackup()",
    "cards": "from course import cards\ncards('greeting')",
    "grade": """
from course import grading
from course.problems import Problem
def refuse(house, topic, step, sandbox):
    step("Preparing the tests")
    raise grading.NoSandbox([Problem(house.work / "exercises.ipynb", 0, "was not graded.", "Say `--unsealed`.")])
grading.grade = refuse
about = {"exercise": "greeting", "most": 2.0, "attempted": True}
learner.memory().record("graded", {"topic": "greeting", "notebook": "exercises", "by": "own", "tests": [
    {**about, "test": "greeting-ada", "points": 0.0, "message": "`greeting` gave a_name_" + 99 * "a"},
    {**about, "test": "door-open", "exercise": "door", "points": 2.0, "message": ""},
    {**about, "test": "sign-text", "exercise": "sign", "points": 0.0, "message": "", "attempted": False}]})
grade("greeting")
""",
    "card of a choice": CARDS % "who-sorts",
    "card of code": CARDS % "double",
}
"""By name: the cell that shows it."""


def chosen(quiz: Locator) -> None:
    quiz.get_by_role("radio").first.check()


def answered_wrong(quiz: Locator) -> None:
    quiz.get_by_label("The text in quotes").check()
    quiz.get_by_role("button", name="Answer").click()
    expect(quiz.get_by_role("status")).to_contain_text("Not right")


def answered_right(quiz: Locator) -> None:
    quiz.get_by_label("The text with status 200").check()
    quiz.get_by_role("button", name="Answer").click()
    expect(quiz.get_by_role("group").first).to_be_focused()


def all_hints(hints: Locator) -> None:
    for number in (1, 2, 3):
        hints.get_by_role("button", name=f"Show hint {number} of 3").click()
    expect(hints.get_by_role("listitem")).to_have_count(3)


def shown(mistakes: Locator) -> None:
    mistakes.get_by_role("button", name="Show the right answer").first.click()
    expect(mistakes.get_by_role("button", name="Copy")).to_be_visible()


def tried_again(mistakes: Locator) -> None:
    mistakes.get_by_role("button", name="Try again").first.click()
    mistakes.get_by_role("radio").first.check()


def asked_before_the_end(exam: Locator) -> None:
    exam.get_by_role("button", name="Start the exam").click()
    exam.get_by_role("radio").first.check()
    exam.get_by_label("Mark for later").check()
    exam.get_by_role("button", name="Hand in").click()
    expect(exam.get_by_role("button", name="Back to the exam")).to_be_visible()


def handed_in(exam: Locator) -> None:
    asked_before_the_end(exam)
    exam.get_by_role("button", name="Hand in now").click()
    expect(exam.get_by_role("table")).to_have_count(3)
    exam.locator("summary").first.click()


def asked(interview: Locator) -> None:
    interview.get_by_role("button", name="Start", exact=True).click()
    expect(interview.get_by_role("textbox")).to_be_visible()


def compared(interview: Locator) -> None:
    asked(interview)
    interview.get_by_label("Flask").check()
    interview.get_by_role("textbox").fill("Flask, since the team knows it.")
    interview.get_by_role("button", name="I have written it").click()
    interview.locator("summary").filter(has_text="Django").click()


def asked_further(interview: Locator) -> None:
    compared(interview)
    for line in interview.locator("fieldset").all():
        line.get_by_role("radio").nth(1).check()
    interview.get_by_role("button", name="Keep these grades").click()
    interview.get_by_role("button", name="I do not know").click()
    expect(interview).to_contain_text("A good answer")


def reported(interview: Locator) -> None:
    asked_further(interview)
    interview.get_by_role("button", name="3 Had it").click()
    interview.get_by_role("button", name="End the interview").click()
    expect(interview.get_by_role("table")).to_have_count(2)
    interview.locator("summary").first.click()


def chosen_wrong(card: Locator) -> None:
    card.get_by_label("Django").check()
    card.get_by_role("button", name="Answer", exact=True).click()
    expect(card).to_contain_text("Not this time.")


def run_in_vain(card: Locator) -> None:
    card.get_by_label("Your code").fill("def double(x): ...")
    card.get_by_role("button", name="Run").click()
    expect(card).to_contain_text("0 of 1 check passed.")
    card.locator("summary").click()


def refused(grader: Locator) -> None:
    grader.get_by_role("button", name="Grade again").click()
    expect(grader.get_by_role("button", name="Grade without a sandbox")).to_be_visible()


def unfolded(face: Locator) -> None:
    face.locator("details:not([open]) > summary").first.click()
    expect(face.locator("details").first).to_have_attribute("open", "")


def untouched(face: Locator) -> None:
    expect(face.locator(":is(button, a, input, textarea, summary):visible").first).to_be_visible()


def turned(cards: Locator) -> None:
    cards.get_by_role("button", name="Show answer").click()
    expect(cards.get_by_role("button", name="Good")).to_be_visible()


@dataclass(frozen=True)
class Case:
    """A face in one of its states."""

    face: str
    prepare: Callable[[Locator], None] = untouched

    def __str__(self) -> str:
        return f"{self.face} {self.prepare.__name__.replace('_', ' ')}"


CASES = [
    Case("quiz"),
    Case("quiz", chosen),
    Case("quiz", answered_wrong),
    Case("quiz", answered_right),
    Case("quiz of two"),
    Case("hint"),
    Case("hint", all_hints),
    Case("newer"),
    Case("plan"),
    Case("plan", unfolded),
    Case("mistakes"),
    Case("mistakes", unfolded),
    Case("mistakes", shown),
    Case("mistakes", tried_again),
    Case("exam", asked_before_the_end),
    Case("exam", handed_in),
    Case("interview", compared),
    Case("interview", reported),
    Case("backup"),
    Case("cards"),
    Case("cards", turned),
    Case("grade"),
    Case("grade", refused),
    Case("card of a choice", chosen_wrong),
    Case("card of code", run_in_vain),
]


class Gallery:
    """A notebook of all faces. Between them lie cells that a lost key would change."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.places = {name: 2 * number + 1 for number, name in enumerate(FACES)}

    @staticmethod
    def write(lab: Lab) -> str:
        """The notebook's path in the learner's folder."""
        cells = [BEGIN.strip()]
        for source in FACES.values():
            cells += [f"anew()\n{source.strip()}", '"a cell between"']
        return lab.write("gallery", *cells)

    def begin(self) -> None:
        """Runs what the faces need."""
        self.screen.run(0)

    def face(self, name: str) -> Locator:
        return self.screen.face(self.places[name])

    def show(self, case: Case) -> Locator:
        """Runs the cell of a face anew and brings it into its state."""
        place = self.places[case.face]
        self.screen.forget(place)
        self.screen.run(place)
        face = self.face(case.face)
        expect(face).to_have_count(1)
        case.prepare(face)
        return face
