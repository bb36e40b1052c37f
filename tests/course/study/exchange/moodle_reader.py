"""Reads GIFT and Moodle XML as Moodle's documentation describes them, and puts up with nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

SIGNS = "~=#{}:"
ESCAPED = {**{sign: sign for sign in SIGNS}, "n": "\n", "\\": "\\"}


@dataclass
class Option:
    text: str
    mark: float
    feedback: str


@dataclass
class Question:
    name: str
    category: str
    text: str
    format: str
    options: list[Option] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)


def read_gift(text: str) -> list[Question]:
    questions, category = [], ""
    for block in re.split(r"\n[ \t]*\n", text.strip("\n")):
        lines = [line for line in block.split("\n") if not line.strip().startswith("//")]
        if lines[0].startswith("$CATEGORY:"):
            assert len(lines) == 1
            category = lines[0].removeprefix("$CATEGORY:").strip()
        else:
            questions.append(_gift_question("\n".join(lines), category))
    return questions


def _gift_question(block: str, category: str) -> Question:
    match = re.fullmatch(r"::(?P<name>[^:{}~=#\\]+)::\[(?P<format>\w+)\](?P<rest>.*)", block, re.S)
    assert match, f"no name and no format: {block!r}"
    ask, opened, rest = _until(match["rest"], "{")
    assert opened, "the options never begin"
    inside, closed, after = _until(rest, "}", raw=True)
    assert closed, "the options never end"
    assert not after.strip(), f"something follows the options: {after!r}"
    question = Question(match["name"], category, ask.strip(), match["format"])
    rest = inside.strip()
    while rest:
        sign, rest = rest[0], rest[1:]
        assert sign in "=~", f"an option without a sign: {rest!r}"
        one, next_sign, more = _until(rest, "=~", raw=True)
        assert not re.match(r"\s*%-?\d", one), f"a weight: {one!r}"
        answer, _, feedback = _until(one, "#")
        feedback, another, _ = _until(feedback, "#")
        assert not another, "two replies to one option"
        question.options.append(Option(answer.strip(), 100 if sign == "=" else 0, feedback.strip()))
        rest = next_sign + more
    return question


def _until(text: str, ends: str, *, raw: bool = False) -> tuple[str, str, str]:
    """The text before the first of the signs that is not escaped, that sign, and the rest."""
    found, place = "", 0
    while place < len(text):
        char = text[place]
        if char == "\\":
            follower = text[place + 1]
            assert follower in ESCAPED, f"an escape that means nothing: \\{follower}"
            found += char + follower if raw else ESCAPED[follower]
            place += 2
            continue
        if char in ends:
            return found, char, text[place + 1 :]
        assert raw or char not in "{}:", f"an unprotected {char} in {text!r}"
        found += char
        place += 1
    return found, "", ""


SINGLE = {
    "defaultgrade": r"\d+(\.\d+)?",
    "penalty": r"0\.\d{7}",
    "hidden": r"[01]",
    "idnumber": r".{1,100}",
    "single": r"true|false",
    "shuffleanswers": r"true|false",
    "answernumbering": r"none|abc|ABCD|123|iii|IIII",
    "showstandardinstruction": r"[01]",
}
FEEDBACK = ("generalfeedback", "correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")


def read_xml(content: bytes) -> list[Question]:
    assert content.startswith(b"<?xml"), "Moodle wants the XML line first"
    quiz = ElementTree.fromstring(content)
    assert quiz.tag == "quiz"
    questions, category = [], ""
    for node in quiz:
        assert node.tag == "question"
        if node.get("type") == "category":
            assert [child.tag for child in node] == ["category", "info"]
            category = _text(node.find("category"))
        else:
            questions.append(_xml_question(node, category))
    return questions


def _xml_question(node: Element, category: str) -> Question:
    assert node.attrib == {"type": "multichoice"}
    parts: dict[str, Element] = {}
    options = []
    for child in node:
        if child.tag == "answer":
            options.append(_answer(child))
            continue
        assert child.tag not in parts, f"<{child.tag}> twice"
        parts[child.tag] = child
    assert parts.keys() == {"name", "questiontext", "tags", *SINGLE, *FEEDBACK}
    for name, form in SINGLE.items():
        assert not len(parts[name])
        assert re.fullmatch(form, parts[name].text or ""), f"<{name}> is {parts[name].text!r}"
    for name in FEEDBACK:
        assert parts[name].attrib == {"format": "html"}
        _text(parts[name])
    ask = parts["questiontext"]
    return Question(
        _text(parts["name"]),
        category,
        _text(ask),
        ask.attrib["format"],
        options,
        {name: parts[name].text or "" for name in SINGLE},
        list(_tags(parts["tags"])),
    )


def _answer(node: Element) -> Option:
    assert node.attrib.keys() == {"fraction", "format"}
    assert [child.tag for child in node] == ["text", "feedback"]
    return Option(node[0].text or "", float(node.attrib["fraction"]), _text(node[1]))


def _tags(node: Element) -> Iterator[str]:
    for child in node:
        assert child.tag == "tag"
        yield _text(child)


def _text(node: Element | None) -> str:
    assert node is not None
    [child] = node
    assert child.tag == "text"
    assert not len(child), "HTML that is not protected"
    return (child.text or "").strip()
