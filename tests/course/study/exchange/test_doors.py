"""Files are written whole or not at all, and known by what is in them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from course.problems import Problems
from course.study.exchange.doors import FORMATS, OPTIONS, Order, bring, export
from course.study.exchange.files import write_new
from course.study.journal import Journal
from course.study.journal.archive import pack
from course.study.library import Library
from course.study.memory import Memory
from tests.awkward import Hands, awkward_library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return awkward_library(tmp_path_factory.mktemp("awkward"))


@pytest.fixture
def memory() -> Memory:
    memory = Memory(Journal(), Hands())
    memory.record("review", {"card": "one-gap#1", "rating": 3, "ms": 1})
    return memory


COUNTS = {"json": 1, "csv": 1, "anki": 6, "anki-text": 6, "gift": 2, "moodle-xml": 2}


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_counts_what_it_wrote_and_tells_of_each_step(
    format: str, memory: Memory, library: Library, tmp_path: Path
) -> None:
    steps: list[str] = []
    count = export(format, tmp_path / "file", memory, library, step=steps.append)
    assert count == COUNTS[format]
    assert len(steps) == (0 if format in ("json", "csv") else count)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("format", ["json", "csv", "anki"])
def test_what_goes_out_is_known_when_it_comes_back_whatever_it_is_called(
    format: str, memory: Memory, library: Library, tmp_path: Path
) -> None:
    export(format, tmp_path / "file.txt", memory, library, Order(history=format == "anki"))
    before = memory.journal.events()
    brought = bring(tmp_path / "file.txt", memory, library)
    assert (brought.new, brought.known) == (0, 1)
    assert memory.journal.events() == before
    other = Memory(Journal(), Hands())
    assert bring(tmp_path / "file.txt", other, library).new == 1


@pytest.mark.parametrize("format", ["anki-text", "gift", "moodle-xml"])
def test_what_cannot_come_back_says_so(format: str, memory: Memory, library: Library, tmp_path: Path) -> None:
    export(format, tmp_path / "file", memory, library)
    with pytest.raises(Problems, match="is of no format that can be brought in"):
        bring(tmp_path / "file", memory, library)


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 5000, b"\xff\xfe\x00", b"SQLite format 3\0", "ü,ß\n".encode("latin-1")]
)
def test_a_file_of_any_other_kind_is_refused(content: bytes, memory: Memory, library: Library, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(Problems, match="is of no format that can be brought in"):
        bring(path, memory, library)


def test_a_folder_and_a_missing_file_are_refused(memory: Memory, library: Library, tmp_path: Path) -> None:
    with pytest.raises(Problems, match="holds no results of exercises"):
        bring(tmp_path, memory, library)
    with pytest.raises(Problems, match="is not there"):
        bring(tmp_path / "nothing", memory, library)


def test_a_file_that_is_there_stays_unless_it_is_to_be_replaced(
    memory: Memory, library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_text("mine")
    with pytest.raises(Problems, match=r"exists already.*--over"):
        export("gift", path, memory, library)
    assert path.read_text() == "mine"
    export("gift", path, memory, library, over=True)
    assert "signs-of-gift" in path.read_text(encoding="utf-8")


def test_a_folder_is_never_replaced(memory: Memory, library: Library, tmp_path: Path) -> None:
    with pytest.raises(Problems, match=r"is a folder\. Name a file in it"):
        export("gift", tmp_path, memory, library, over=True)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_is_named(memory: Memory, library: Library, tmp_path: Path) -> None:
    with pytest.raises(Problems, match=r"no such folder.*Make .*deep first"):
        export("gift", tmp_path / "deep/file", memory, library)


def test_a_disk_that_fills_up_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def full(temporary: Path) -> None:
        temporary.write_text("half of the n")
        raise OSError(28, os.strerror(28))

    with pytest.raises(Problems, match=r"cannot be written \(No space left on device\)"):
        write_new(path, full, over=True)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("file", "old")]


def test_an_unknown_topic_is_named_with_the_nearest(memory: Memory, library: Library, tmp_path: Path) -> None:
    with pytest.raises(Problems, match=r"^--topic: there is no topic 'rooting'\. Did you mean 'routing'\?"):
        export("gift", tmp_path / "file", memory, library, Order(topics=("rooting",)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("part", OPTIONS)
def test_what_a_format_cannot_heed_is_refused(
    format: str, part: str, memory: Memory, library: Library, tmp_path: Path
) -> None:
    whole, path = tmp_path / "whole", tmp_path / "part"
    export(format, whole, memory, library)
    order = replace(Order(), **{part: ("routing",) if part == "topics" else True})
    if part in FORMATS[format].takes:
        other = next(id for id in library.syllabus.topic_by_id if id != "routing")
        export(format, path, memory, library, replace(order, topics=(other,)) if part == "topics" else order)
        assert path.read_bytes() != whole.read_bytes()
    else:
        with pytest.raises(Problems, match=f"^{OPTIONS[part]}: has no meaning for `{format}`.*Leave it out"):
            export(format, path, memory, library, order)
        assert not path.exists()


def test_a_backup_is_told_from_a_package_and_its_own_command_is_named(
    memory: Memory, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "journal.db"))
    packed = pack(tmp_path / "a.zip", None).path
    with pytest.raises(Problems, match=r"is a backup.*course journal restore .*a\.zip"):
        bring(packed, memory, library)
    with pytest.raises(Problems, match=r"course journal merge .*journal\.db"):
        bring(tmp_path / "journal.db", memory, library)


@pytest.mark.parametrize(("topic", "count"), [("routing", 6), ("testing", 0)])
def test_one_topic_can_go_alone(topic: str, count: int, memory: Memory, library: Library, tmp_path: Path) -> None:
    if topic not in library.syllabus.topic_by_id:
        topic = next(id for id in library.syllabus.topic_by_id if id != "routing")
    assert export("anki", tmp_path / "file", memory, library, Order(topics=(topic,))) == count
