"""Download and Restore work in parts, without a browser too; what goes wrong is said and nothing is lost."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from course.study.journal import Event, Journal
from course.study.journal.keeping import journal_path
from course.widgets import keeping
from course.widgets.keeping import PART, Keeper, Keeping, backup, find_work


class Browser:
    """The front's side of the two conversations."""

    def __init__(self, work: Path | None):
        self.desk = Keeping(Journal(journal_path()), work)
        self.face = Keeper(self.desk)
        self.heard: list[tuple[dict[str, Any], list[bytes]]] = []
        self.desk.tell = lambda content, buffers: self.heard.append((content, buffers))
        self.serial = 0

    def send(self, **event: Any) -> None:
        self.serial += 1
        self.face.event = {**event, "serial": self.serial}

    def part(self, part: int, content: bytes, id: str = "t") -> None:
        self.face._on_part(self.face, {"type": "part", "id": id, "part": part}, [memoryview(content)])

    @property
    def error(self) -> str:
        return str(self.face.view.get("error", ""))

    @property
    def report(self) -> str:
        return " ".join(self.face.view["report"])

    def download(self) -> tuple[str, bytes]:
        self.send(type="download", id="t")
        while True:
            content, _ = self.heard[-1]
            if content["part"] + 1 >= content["parts"]:
                break
            self.face._on_part(self.face, {"type": "wanted", "id": "t", "part": content["part"] + 1}, [])
        self.send(type="downloaded", id="t")
        return content["name"], b"".join(buffers[0] for _, buffers in self.heard)

    def upload(self, name: str, content: bytes) -> None:
        self.send(type="upload", id="t", name=name, size=len(content))
        for at in range(0, len(content), PART):
            assert self.heard[-1][0] == {"type": "more", "id": "t", "part": at // PART}
            self.part(at // PART, content[at : at + PART])
        if not self.error:
            self.send(type="restore", id="t")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Sits down at another machine; returns its folder of work."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "COURSE_JOURNAL"):
        monkeypatch.delenv(name, raising=False)

    def sit_down(name: str) -> Path:
        monkeypatch.setenv("HOME", str(tmp_path / name / "home"))
        work = tmp_path / name / "work"
        (work / ".course").mkdir(parents=True, exist_ok=True)
        return work

    return sit_down


def study(count: int) -> None:
    with closing(Journal(journal_path())) as journal:
        journal.add(Event(n, 60, f"hub-{n:08d}", "answer", {"n": n}) for n in range(count))


def test_what_is_downloaded_here_is_restored_there(machine: Callable[[str], Path]) -> None:
    here = machine("here")
    study(3)
    (here / "noise.bin").write_bytes(os.urandom(2 * PART + 17))
    browser = Browser(here)
    assert "3 entries in your journal" in browser.face.view["held"]
    name, content = browser.download()
    assert name.endswith(".zip")
    assert len(browser.heard) == 3
    assert browser.report == f"{name} holds 3 entries of your journal and 1 file."

    there = machine("there")
    other = Browser(there)
    other.upload(name, content)
    assert other.error == ""
    assert other.report == "3 entries in the archive's journal, 3 of them new. 1 file put in place, 0 there already."
    assert "3 entries in your journal" in other.face.view["held"]
    assert (there / "noise.bin").read_bytes() == (here / "noise.bin").read_bytes()


def test_no_part_is_larger_than_a_megabyte(machine: Callable[[str], Path]) -> None:
    work = machine("here")
    (work / "noise.bin").write_bytes(os.urandom(3_000_000))
    browser = Browser(work)
    browser.download()
    assert max(len(buffers[0]) for _, buffers in browser.heard) <= 1_000_000


def test_the_view_stays_as_it_is_while_parts_are_under_way(machine: Callable[[str], Path]) -> None:
    work = machine("here")
    browser = Browser(work)
    _, content = browser.download()
    before = browser.face.view
    browser.send(type="download", id="again")
    browser.send(type="upload", id="t", name="a.zip", size=len(content))
    browser.part(0, content[:PART])
    assert browser.face.view == before


def test_a_notebook_that_nobody_runs_keeps_nothing_and_says_so(machine: Callable[[str], Path]) -> None:
    machine("here")
    face = backup()
    assert "run by nobody" in face.view["held"]
    face.event = {"type": "download", "id": "t", "serial": 1}
    assert "Nothing is kept here" in face.view["error"]
    assert not journal_path().exists()


def test_a_reader_without_a_kernel_sees_where_the_journal_lies(machine: Callable[[str], Path]) -> None:
    machine("here")
    study(1)
    data, _ = Browser(None).face._repr_mimebundle_()
    for kind in ("text/html", "text/plain"):
        assert f"Your journal is the file {journal_path()}." in data[kind]
        assert "entry" not in data[kind], "It would be old by the time that it is read."
        assert "course journal" in data[kind]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("holiday.jpg", b"\xff\xd8" + b"x" * 2000, "holiday.jpg is not a backup of this course. Nothing was changed."),
        ("../../evil.zip", b"PK" + b"x" * 999, "evil.zip is not a backup of this course. Nothing was changed."),
        ("empty.zip", b"", "empty.zip is no archive"),
    ],
)
def test_a_file_that_is_no_archive_gets_one_message(
    machine: Callable[[str], Path], name: str, content: bytes, said: str
) -> None:
    browser = Browser(machine("here"))
    browser.upload(name, content)
    assert browser.error.startswith(said)


def test_a_zip_of_something_else_is_refused(machine: Callable[[str], Path]) -> None:
    browser = Browser(machine("here"))
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("a.txt", "a")
    browser.upload("photos.zip", packed.getvalue())
    assert browser.error == "photos.zip is not a backup of this course. Nothing was changed."
    assert list((browser.desk.work or Path()).glob("a*")) == []


def test_a_backup_that_came_apart_is_called_damaged_by_its_own_name(machine: Callable[[str], Path]) -> None:
    browser = Browser(machine("here"))
    study(3)
    _, content = browser.download()
    middle = content.index(b"SQLite") if b"SQLite" in content else len(content) // 2
    browser.upload("mine.zip", content[:middle] + b"spoilt" + content[middle + 6 :])
    assert browser.error.startswith("mine.zip is damaged")
    assert browser.error.endswith("Nothing was changed.")


def test_too_much_is_refused_before_it_is_sent(machine: Callable[[str], Path]) -> None:
    browser = Browser(machine("here"))
    browser.send(type="upload", id="t", name="film.zip", size=10**10)
    assert "no more than 500 MB" in browser.error
    assert browser.heard == []


def test_parts_in_disorder_are_refused(machine: Callable[[str], Path]) -> None:
    browser = Browser(machine("here"))
    browser.send(type="upload", id="t", name="a.zip", size=3 * PART)
    browser.part(1, b"x" * PART)
    assert "changed while it was sent" in browser.error
    browser.send(type="restore", id="t")
    assert "did not arrive whole" in browser.error


def test_parts_of_a_former_transfer_are_left_alone(machine: Callable[[str], Path]) -> None:
    browser = Browser(machine("here"))
    browser.send(type="upload", id="t", name="a.zip", size=10)
    browser.part(0, b"x" * 10, id="former")
    browser.send(type="restore", id="former")
    assert browser.error == ""
    assert len(browser.heard) == 1


def test_a_damaged_journal_is_shown_and_restore_mends_it(machine: Callable[[str], Path]) -> None:
    work = machine("here")
    study(300)
    _, content = Browser(work).download()
    os.truncate(journal_path(), journal_path().stat().st_size // 2)
    browser = Browser(work)
    assert "is damaged" in browser.face.view["trouble"]
    browser.send(type="download", id="t")
    assert "is damaged" in browser.error
    browser.upload("a.zip", content)
    assert "Your journal was damaged." in browser.report
    assert "300 entries in your journal" in browser.face.view["held"]
    assert browser.face.view["trouble"] is None


def test_nothing_is_left_on_the_disk_of_what_went_by(
    machine: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    work = machine("here")
    browser = Browser(work)
    _, content = browser.download()
    browser.upload("a.zip", content)
    browser.upload("b.zip", b"nonsense")
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_learners_folder_is_found_from_a_notebook_in_it(machine: Callable[[str], Path], tmp_path: Path) -> None:
    work = machine("here")
    (work / "02_routing").mkdir()
    assert find_work(work / "02_routing") == work
    assert find_work(tmp_path) is None


def test_the_front_and_python_mean_the_same_part() -> None:
    front = (Path(keeping.__file__).parent / "front/keeping.js").read_text(encoding="utf-8")
    assert f"const PART = {PART // 1024} * 1024;" in front
