"""Every question arrives in Moodle with its code, its replies and its marks, whatever signs are in its texts."""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from course.study.exchange import gift, moodle_xml
from course.study.exchange.look import to_html
from course.study.exchange.moodle_questions import MoodleOption, MoodleQuestion, make_questions
from course.study.library import Library, the_library
from tests.awkward import awkward_library
from tests.course.study.exchange.moodle_reader import Question, read_gift, read_xml


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return awkward_library(tmp_path_factory.mktemp("awkward"))


def by_gift(library: Library, path: Path) -> list[Question]:
    gift.write(make_questions(library), path)
    return read_gift(path.read_text(encoding="utf-8"))


def by_xml(library: Library, path: Path) -> list[Question]:
    moodle_xml.write(make_questions(library), path)
    return read_xml(path.read_bytes())


@pytest.fixture(params=[by_gift, by_xml], ids=["gift", "xml"])
def written(request: pytest.FixtureRequest):
    return request.param


@pytest.fixture(params=["awkward", "course"])
def library(request: pytest.FixtureRequest, awkward: Library) -> Library:
    return awkward if request.param == "awkward" else the_library()


def same(written: str, meant: str) -> bool:
    """Whether both show the same; numbers of characters are only another way to write them."""
    numbers = {f"&#{ord(char)};": char for char in "{}\\"}
    for number, char in numbers.items():
        written = written.replace(number, char)
    return written == meant


def test_every_question_arrives_whole(written, library: Library, tmp_path: Path) -> None:
    read = {question.name: question for question in written(library, tmp_path / "questions")}
    assert read.keys() == library.questions.keys()
    for id, entry in library.questions.items():
        assert read[id].format == "html"
        assert same(read[id].text, to_html(entry.item.ask))
        assert len(read[id].options) == len(entry.item.options)
        for there, option in zip(read[id].options, entry.item.options, strict=True):
            assert same(there.text, to_html(option.text))
            assert same(there.feedback, to_html(option.why))
            assert there.mark == (100 if option.correct else 0)


def test_code_keeps_its_lines_and_its_backslashes(written, awkward: Library, tmp_path: Path) -> None:
    [question] = [one for one in written(awkward, tmp_path / "questions") if one.name == "signs-of-gift"]
    shown = html.unescape(question.text)
    assert '// this line is no comment\n\n$CATEGORY: nor is this a category\nprint("a\\nb\\\\n", {"x": 1}' in shown


def test_questions_lie_in_a_category_for_topic_and_framework(written, awkward: Library, tmp_path: Path) -> None:
    categories = {one.name: one.category for one in written(awkward, tmp_path / "questions")}
    root = "$course$/top/Threeways/Routing and URLs"
    assert categories == {"signs-of-gift": f"{root}/Side by side", "plain-question": f"{root}/Flask"}


def test_only_the_topics_that_were_asked_for_come(awkward: Library) -> None:
    assert list(make_questions(awkward, topics=["orm"])) == []
    assert len(list(make_questions(awkward, topics=["routing"]))) == 2


def test_xml_says_how_a_question_is_given_and_marked(awkward: Library, tmp_path: Path) -> None:
    question = by_xml(awkward, tmp_path / "questions.xml")[1]
    assert (question.settings["single"], question.settings["shuffleanswers"]) == ("true", "true")
    assert (question.settings["defaultgrade"], question.settings["penalty"]) == ("1", "0.3333333")
    assert question.settings["idnumber"] == question.name
    assert "threeways::level::advanced" in question.tags


@pytest.mark.parametrize("text", ["]]>", "a]]>b]]>]]>c", "<p>]]&gt;]]>", "<b>", "&", ""])
def test_the_end_of_cdata_may_stand_in_a_text(text: str, tmp_path: Path) -> None:
    options = (MoodleOption(text, True, text), MoodleOption("<p>x</p>", False, ""))
    moodle_xml.write([MoodleQuestion("one", "top", text, options, ())], tmp_path / "one.xml")
    [question] = read_xml((tmp_path / "one.xml").read_bytes())
    assert (question.text, question.options[0].text, question.options[0].feedback) == (text, text, text)
