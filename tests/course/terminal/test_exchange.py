"""`course export` and `course bring` say what they did, or in one sentence why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.house import House
from course.study.exchange.doors import FORMATS
from course.study.journal import Journal
from course.study.memory import Memory
from course.terminal.exchange import Target, export
from tests.awkward import START, Hands, awkward_library
from tests.command import Said, command

AT = round(START.timestamp() * 1000)


@pytest.fixture
def learner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Memory:
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "mine/journal.db"))
    monkeypatch.setenv("COURSE_LIBRARY", str(awkward_library(tmp_path / "topics").path))
    memory = Memory(Journal(tmp_path / "mine/journal.db"), Hands())
    memory.record("review", {"card": "one-gap#1", "rating": 3, "ms": 1})
    return memory


@pytest.fixture
def run(house: House, learner: Memory):
    def run(*words: str) -> Said:
        return command(house, *words)

    return run


def test_the_command_offers_every_format() -> None:
    assert [target.value for target in Target] == list(FORMATS)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["json"], "holds 1 event."),
        (["csv"], "holds 1 review."),
        (["anki"], "holds 6 notes."),
        (["anki", "--questions", "--history"], "holds 8 notes."),
        (["anki-text", "--topic", "routing"], "holds 6 notes."),
        (["gift"], "holds 2 questions."),
        (["moodle-xml"], "holds 2 questions."),
    ],
)
def test_a_file_is_written_and_counted(run, tmp_path: Path, words: list[str], said: str) -> None:
    format, *options = words
    result = run("export", format, str(tmp_path / "out"), *options)
    assert (result.code, result.err) == (0, "")
    assert result.out == f"{tmp_path / 'out'} {said}\n"


@pytest.mark.usefixtures("learner")
@pytest.mark.parametrize("format", [target for target in Target if target != Target.ANKI])
def test_a_text_is_shown_instead_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes], format: Target
) -> None:
    monkeypatch.chdir(tmp_path)
    export(format, Path("out"))
    capsysbinary.readouterr()
    export(format, Path("-"))
    said = capsysbinary.readouterr()
    assert (said.out, said.err) == ((tmp_path / "out").read_bytes(), b"")
    assert not (tmp_path / "-").exists()


def test_reviews_come_in_once(run, learner: Memory, tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text(f"card_id,review_time,review_rating\none-gap#1,{AT - 5},3\nother,{AT},3\n", encoding="utf-8")
    left = "1 review belongs to 1 card that the course does not have; it was left alone.\n"
    assert run("bring", str(path)).out == f"1 review came in.\n{left}"
    assert run("bring", str(path)).out == f"0 reviews came in; 1 was known already.\n{left}"
    assert learner.state.deck.cards["one-gap#1"].reps == 2


def test_a_mistake_ends_with_one_sentence(run, learner: Memory, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    for words, sentence in (
        (["bring", str(path)], "is of no format that can be brought in."),
        (["bring", str(tmp_path / "nothing")], "is not there."),
        (["export", "gift", str(path)], f"✗ {path}: exists already."),
        (["export", "gift", str(tmp_path), "--over"], f"✗ {tmp_path}: is a folder."),
        (["export", "gift", str(tmp_path / "new"), "--topic", "rooting"], "✗ --topic: there is no topic 'rooting'."),
        (["export", "json", str(tmp_path / "new"), "--topic", "routing"], "✗ --topic: has no meaning for `json`"),
        (["export", "anki", "-"], "✗ -: means to show it, and `anki` is no text."),
    ):
        result = run(*words)
        assert (result.code, result.out) == (2, "")
        assert sentence in result.err
        assert result.err.count("✗") == 1
        assert "Traceback" not in result.err
    assert path.read_text() == "hello"
    assert not (tmp_path / "new").exists()
    assert len(learner.journal.events()) == 1


def test_one_that_is_there_is_replaced_on_demand(run, tmp_path: Path) -> None:
    path = tmp_path / "out.gift"
    path.write_text("hello")
    assert run("export", "gift", str(path), "--over").code == 0
    assert path.read_text(encoding="utf-8").startswith("$CATEGORY")
