"""A journal and a folder are taken along in one zip; taking it in overwrites nothing and believes nothing."""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from course.problems import Problems
from course.study.journal import Event, Journal, archive
from course.study.journal.archive import merge, pack, restore
from course.study.journal.keeping import Merged, journal_path
from course.workspace import Workspace

TODAY = date(2026, 11, 20)
NOTEBOOK = "02_routing/1_matching.ipynb"


def cells(*sources: str) -> str:
    made = [
        {"cell_type": "code", "source": one, "metadata": {}, "outputs": [], "execution_count": None} for one in sources
    ]
    return json.dumps({"cells": made, "metadata": {}})


class Machine:
    """A learner's HOME and clone."""

    def __init__(self, folder: Path, release: dict[str, str]):
        self.home, self.release, self.work = folder / "home", folder / "release", folder / "work"
        self.workspace = Workspace(self.work, self.release)
        for name, content in release.items():
            path = self.release / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        self.workspace.sync()

    def sit_down(self) -> None:
        self.patch.setenv("HOME", str(self.home))

    patch: pytest.MonkeyPatch

    def write(self, name: str, content: str) -> None:
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    def files(self) -> dict[str, str]:
        found = (path for path in self.work.rglob("*") if path.is_file() and ".course" not in path.parts)
        return {path.relative_to(self.work).as_posix(): path.read_text(encoding="utf-8") for path in found}


@pytest.fixture
def machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Machine]:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "COURSE_JOURNAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Machine, "patch", monkeypatch, raising=False)

    def make(name: str, release: dict[str, str] | None = None) -> Machine:
        made = Machine(tmp_path / name, release or {NOTEBOOK: cells("1"), "Start.ipynb": cells("start()")})
        made.sit_down()
        return made

    return make


def study(*numbers: int) -> None:
    with closing(Journal(journal_path())) as journal:
        journal.add(Event(n, 60, f"hub-{n:08d}", "answer", {"n": n}) for n in numbers)


def answers() -> list[int]:
    with closing(Journal(journal_path())) as journal:
        return [event.data["n"] for event in journal.events()]


def test_what_was_learned_and_written_comes_along_to_another_machine(
    machines: Callable[..., Machine], tmp_path: Path
) -> None:
    here = machines("here")
    study(1, 2, 3)
    here.write(NOTEBOOK, cells("1", "my own cell"))
    here.write("notes/ideas.md", "Ünïcode ✓")
    packed = pack(tmp_path, here.work, TODAY)
    assert (packed.path, packed.events, packed.files) == (tmp_path / "threeways-2026-11-20.zip", 3, 2)

    there = machines("there")
    done = restore(packed.path, there.work, TODAY)
    assert (done.journal.events, done.journal.new) == (3, 3)
    assert (done.new, done.beside, done.same) == ((NOTEBOOK, "notes/ideas.md"), (), 0)
    assert (answers(), there.files()) == ([1, 2, 3], here.files())

    again = restore(packed.path, there.work, TODAY)
    assert (again.journal.new, again.new, again.beside, again.same) == (0, (), (), 2)
    assert there.files() == here.files()


def test_the_learners_own_file_stays_and_that_of_the_archive_is_laid_beside_it(
    machines: Callable[..., Machine], tmp_path: Path
) -> None:
    here = machines("here")
    here.write(NOTEBOOK, cells("from here"))
    here.write("notes.txt", "from here")
    packed = pack(tmp_path / "a.zip", here.work)
    there = machines("there")
    there.write(NOTEBOOK, cells("from there"))
    there.write("notes.txt", "from there")
    for _ in range(2):
        restore(packed.path, there.work, TODAY)
    assert there.files() == {
        "Start.ipynb": cells("start()"),
        NOTEBOOK: cells("from there"),
        "notes.txt": "from there",
        "02_routing/1_matching (mine, restored 2026-11-20).ipynb": cells("from here"),
        "notes (mine, restored 2026-11-20).txt": "from here",
    }
    here.write("notes.txt", "from here, later")
    restore(pack(tmp_path / "b.zip", here.work).path, there.work, TODAY)
    assert there.files()["notes (mine, restored 2026-11-20, 2).txt"] == "from here, later"


def test_a_newer_version_of_a_restored_notebook_is_offered(machines: Callable[..., Machine], tmp_path: Path) -> None:
    here = machines("here")
    here.write(NOTEBOOK, cells("mine"))
    packed = pack(tmp_path / "a.zip", here.work)
    same, newer = machines("same"), machines("newer", {NOTEBOOK: cells("the second edition")})
    for there, offered in ((same, []), (newer, [NOTEBOOK])):
        restore(packed.path, there.work)
        assert there.workspace.newer() == offered
        assert there.workspace.sync().renewed == ()
        assert there.files()[NOTEBOOK] == cells("mine")


def test_what_is_made_anew_anyway_and_what_leads_elsewhere_is_left_out(
    machines: Callable[..., Machine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = machines("here")
    (tmp_path / "secret.txt").write_text("of somebody else", encoding="utf-8")
    for name in (
        ".ipynb_checkpoints/a.ipynb",
        "__pycache__/a.pyc",
        "env/pyvenv.cfg",
        "env/lib/a.py",
        "kept.py",
        ".env",
    ):
        here.write(name, "x")
    here.write("large.csv", "x" * 200)
    (here.work / "link.txt").symlink_to(tmp_path / "secret.txt")
    (here.work / "folder").symlink_to(tmp_path)
    monkeypatch.setattr(archive, "LARGEST", 100)
    packed = pack(tmp_path / "a.zip", here.work)
    with zipfile.ZipFile(packed.path) as zipped:
        assert sorted(zipped.namelist()) == ["journal.db", "threeways.json", "work/.env", "work/kept.py"]
    assert packed.too_large == ("large.csv",)


def test_an_archive_overwrites_nothing(machines: Callable[..., Machine], tmp_path: Path) -> None:
    here = machines("here")
    (tmp_path / "mine.zip").write_text("mine", encoding="utf-8")
    with pytest.raises(Problems, match="is there already"):
        pack(tmp_path / "mine.zip", here.work)
    names = {pack(tmp_path, here.work, TODAY).path.name for _ in range(2)}
    assert names == {"threeways-2026-11-20.zip", "threeways-2026-11-20 2.zip"}


def test_an_archive_goes_to_a_folder_or_into_a_zip(machines: Callable[..., Machine], tmp_path: Path) -> None:
    here = machines("here")
    with pytest.raises(Problems, match=r"b\.txt: would be a zip, and ends in \.txt\."):
        pack(tmp_path / "b.txt", here.work)
    assert not (tmp_path / "b.txt").exists()
    assert pack(tmp_path / "new folder", here.work, TODAY).path == tmp_path / "new folder/threeways-2026-11-20.zip"


def test_the_journal_of_an_archive_is_merged_and_its_files_are_left_alone(
    machines: Callable[..., Machine], tmp_path: Path
) -> None:
    here = machines("here")
    study(1, 2)
    here.write("notes.txt", "mine")
    packed = pack(tmp_path / "a.zip", here.work)
    there = machines("there")
    study(3)
    before = there.files()
    assert merge(packed.path) == Merged(2, 2)
    assert merge(packed.path) == Merged(2, 0)
    assert (there.files(), answers()) == (before, [1, 2, 3])


def test_a_backup_of_the_journal_alone_is_restored(machines: Callable[..., Machine], tmp_path: Path) -> None:
    machines("here")
    study(1, 2)
    with closing(Journal(journal_path())) as journal:
        journal.copy(tmp_path / "copy.db")
    there = machines("there")
    study(3)
    done = restore(tmp_path / "copy.db", there.work)
    assert (done.journal.new, done.new, answers()) == (2, (), [1, 2, 3])


def test_a_damaged_journal_is_rescued_and_completed_from_the_backup(
    machines: Callable[..., Machine], tmp_path: Path
) -> None:
    here = machines("here")
    study(*range(300))
    packed = pack(tmp_path / "a.zip", here.work)
    study(*range(300, 310))
    path = journal_path()
    content = path.read_bytes()
    path.write_bytes(content.replace(b'{"n": 5}', b'{"n"; 5}').replace(b'{"n": 305}', b'{"n"; 305}'))
    done = restore(packed.path, here.work)
    assert done.rescued is not None
    assert done.rescued.kept.exists()
    assert answers() == [n for n in range(310) if n != 305]


# What is no archive, or a bad one -------------------------------------------------------------------------------------


def zipped(**names: bytes | str) -> Callable[[zipfile.ZipFile], None]:
    def fill(made: zipfile.ZipFile) -> None:
        for name, content in names.items():
            made.writestr(name, content)

    return fill


def named(name: str, content: str = "x") -> Callable[[zipfile.ZipFile], None]:
    return lambda made: made.writestr(zipfile.ZipInfo(name), content)


def linked(made: zipfile.ZipFile) -> None:
    link = zipfile.ZipInfo("work/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    made.writestr(link, "/etc/passwd")


def twice(made: zipfile.ZipFile) -> None:
    made.writestr("work/a", "1")
    with pytest.warns(UserWarning, match="Duplicate"):
        made.writestr("work/a", "2")


def bomb(made: zipfile.ZipFile) -> None:
    for number in range(6):
        made.writestr(f"work/{number}", b"0" * 100_000)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (named("work/../../evil.py"), "which does not belong"),
        (named("../evil.py"), "which does not belong"),
        (named("/tmp/evil.py"), "which does not belong"),
        (named("work//etc/evil.py"), "which does not belong"),
        (named("work\\..\\evil.py"), "which does not belong"),
        (named("work/C:/evil.py"), "which does not belong"),
        (named("work/.course/given.json"), "which does not belong"),
        (named("work/.git/hooks/post-checkout"), "which does not belong"),
        (named("elsewhere/a.py"), "which does not belong"),
        (linked, "which does not belong"),
        (twice, "holds more than a learner's work"),
        (bomb, "holds more than a learner's work"),
    ],
    ids=[
        "up",
        "up at once",
        "root",
        "empty part",
        "windows",
        "drive",
        "ledger",
        "git",
        "elsewhere",
        "link",
        "twice",
        "bomb",
    ],
)
def test_a_trap_is_refused_before_anything_is_written(
    machines: Callable[..., Machine],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[zipfile.ZipFile], None],
    said: str,
) -> None:
    here = machines("here")
    study(1)
    here.write("notes.txt", "mine")
    packed = pack(tmp_path / "a.zip", here.work)
    with zipfile.ZipFile(packed.path, "a", zipfile.ZIP_DEFLATED) as made:
        spoil(made)
    monkeypatch.setattr(archive, "MOST", 500_000)
    there = machines("there")
    before = there.files()
    with pytest.raises(Problems, match=said) as caught:
        restore(packed.path, there.work)
    assert len(caught.value.problems) == 1
    assert (there.files(), journal_path().exists()) == (before, False)
    assert not list(tmp_path.rglob("evil*"))


def not_there(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


def flipped(path: Path) -> None:
    content = path.read_bytes()
    at = content.rindex(b"mine, not compressed")
    path.write_bytes(content[:at] + b"M" + content[at + 1 :])


def without_a_journal(path: Path) -> None:
    rewrite(path, leave="journal.db")


def without_a_note(path: Path) -> None:
    rewrite(path, leave="threeways.json")


def with_a_damaged_journal(path: Path) -> None:
    rewrite(path, leave="journal.db", put={"journal.db": b"no journal" * 1000})


def with_a_strange_note(path: Path) -> None:
    rewrite(path, leave="threeways.json", put={"threeways.json": b"[]"})


def of_a_newer_course(path: Path) -> None:
    rewrite(path, leave="threeways.json", put={"threeways.json": b'{"threeways": 2, "given": {}}'})


def rewrite(path: Path, leave: str, put: dict[str, bytes] | None = None) -> None:
    with zipfile.ZipFile(path) as old:
        content = {name: old.read(name) for name in old.namelist() if name != leave}
    with zipfile.ZipFile(path, "w") as new:
        for name, one in {**content, **(put or {})}.items():
            new.writestr(name, one)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (not_there, "is no file"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.write_bytes(b"PK\3\4" + b"x" * 999), "is damaged"),
        (cut, "is damaged"),
        (flipped, "is damaged"),
        (without_a_journal, "is a zip of something else"),
        (without_a_note, "is a zip of something else"),
        (with_a_strange_note, "is a zip of something else"),
        (with_a_damaged_journal, "is no journal, or a damaged one"),
        (of_a_newer_course, r"newer version of the course.*Update the course"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_what_is_no_sound_archive_gets_one_message_and_changes_nothing(
    machines: Callable[..., Machine], tmp_path: Path, spoil: Callable[[Path], object], said: str
) -> None:
    here = machines("here")
    study(1)
    here.write("notes.txt", "mine, not compressed")
    path = pack(tmp_path / "a.zip", here.work).path
    rewrite(path, leave="")
    spoil(path)
    there = machines("there")
    before = there.files()
    with pytest.raises(Problems, match=said) as caught:
        restore(path, there.work)
    [problem] = caught.value.problems
    assert problem.path == path
    assert there.files() == before
    assert not journal_path().exists() or answers() == []


def test_a_folder_of_the_learner_that_leads_elsewhere_is_not_followed(
    machines: Callable[..., Machine], tmp_path: Path
) -> None:
    here = machines("here")
    here.write("notes/a.txt", "mine")
    packed = pack(tmp_path / "a.zip", here.work)
    there = machines("there")
    (tmp_path / "outside").mkdir()
    (there.work / "notes").symlink_to(tmp_path / "outside")
    with pytest.raises(Problems, match="leads out of your folder"):
        restore(packed.path, there.work)
    assert list((tmp_path / "outside").iterdir()) == []
