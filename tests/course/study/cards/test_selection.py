"""Which cards a session is about."""

from __future__ import annotations

import pytest

from course.study.cards.selection import select
from course.study.library import Library
from tests.course.study.card_box import Box, make_library, rate


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return make_library(tmp_path_factory.mktemp("box"))


@pytest.fixture
def box(library: Library) -> Box:
    return Box(library)


def new_cards(box: Box, *topics: str, **more: object) -> int:
    return int(box.desk(*topics, **more).view()["counts"]["new"])


def test_without_a_choice_new_cards_come_of_what_was_begun(box: Box) -> None:
    assert (box.desk().title, new_cards(box)) == ("Today", 0)
    rate(box.desk(only=["status-of-text"]), 4)
    assert new_cards(box) == 3


def test_a_topic_is_named_by_its_id_or_its_folder(box: Box) -> None:
    assert box.desk("templates").title == "Templates"
    assert new_cards(box, "templates") == new_cards(box, "04_templates") == 1
    assert new_cards(box, "templates", "routing") == 5


def test_a_framework_comes_alone(box: Box) -> None:
    assert box.desk(frameworks=["Flask"]).title == "Flask"
    assert new_cards(box, "routing", frameworks=["flask"]) == 1


def test_single_cards_and_whole_notes_are_named(box: Box, library: Library) -> None:
    assert select(library, only=["double", "router-parts"]).only == {"double", "router-parts#1", "router-parts#2"}


def test_what_a_lesson_taught_is_named_by_its_objectives(library: Library) -> None:
    chosen = select(library, ["routing-concept"])
    assert chosen.only
    assert all("routing-concept" in library.deck[id].item.objectives for id in chosen.only)
    with pytest.raises(ValueError, match="not several of these at once"):
        select(library, ["routing-concept", "routing"])


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"topics": ["rooting"]}, "There is no topic 'rooting' in the course. Did you mean 'routing'?"),
        ({"frameworks": ["pyramid"]}, "There is no framework 'pyramid' in the course. There are django, flask,"),
        ({"only": ["duble"]}, "There is no card 'duble' in the course. Did you mean 'double'?"),
        ({"exam": "final"}, "There is no exam 'final'."),
    ],
)
def test_a_name_that_is_unknown_is_answered_with_the_nearest(library: Library, choice: dict, message: str) -> None:
    with pytest.raises(LookupError) as error:
        select(library, **choice)
    assert str(error.value.args[0]).startswith(message)


def test_an_exam_has_its_own_topics_and_frameworks(box: Box) -> None:
    desk = box.desk(exam="django-developer")
    assert desk.title.startswith("For the exam: ")
    # One card is about Flask and one about FastAPI; the two about all frameworks and the one about Django remain.
    assert new_cards(box, exam="django-developer") == 3
    with pytest.raises(ValueError, match="name the exam alone"):
        box.desk("routing", exam="django-developer")


def test_nothing_is_weak_before_anything_was_answered(box: Box) -> None:
    view = box.desk(weak=True).view()
    assert (view["title"], view["card"], view["end"]["all"]) == ("Weak areas", None, 0)


def answer(box: Box, question: str, right: bool, topic: str = "templates", framework: str = "all") -> None:
    level = "advanced" if right else "beginner"
    about = {"topic": topic, "framework": framework, "level": level, "options": 3, "where": "quiz"}
    told = {"chosen": "A view", "right": right, "misconception": None if right else "template-is-view"}
    box.memory.record("answer", {"question": question, **told, "confidence": 3, "form": "choice", **about})


def test_a_mistake_brings_the_cards_about_the_same(box: Box) -> None:
    answer(box, "what-is-a-template", right=False)
    desk = box.desk(weak=True)
    assert desk.view()["why"] == "1 open mistake"
    assert rate(desk, 4) == "role-of-templates"


def test_a_weak_area_brings_its_cards(box: Box) -> None:
    for number in range(20):
        answer(box, f"routing-{number}", right=False, topic="routing", framework="flask")
        answer(box, f"other-{number}", right=True, topic="routing", framework="django")
    desk = box.desk(weak=True)
    assert "Routing and URLs in Flask" in desk.view()["why"]
    assert rate(desk, 4) == "status-of-text"
    assert desk.view()["card"] is None


def test_weak_areas_are_one_click_from_the_end_and_back(box: Box) -> None:
    answer(box, "what-is-a-template", right=False)
    desk = box.desk("routing", frameworks=["flask"])
    rate(desk, 4)
    assert desk.view()["end"]["weak"] == "1 open mistake"
    desk.act({"type": "weak"})
    assert (desk.view()["title"], desk.view()["card"]["id"]) == ("Weak areas", "role-of-templates")
    desk.act({"type": "back"})
    assert (desk.view()["title"], desk.view()["card"]) == ("Routing and URLs, Flask", None)
