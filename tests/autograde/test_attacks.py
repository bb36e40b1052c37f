"""Nothing that a student hands in earns what was not earned, touches anybody else's work, or outlives the run."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest

from tests.attacks.__main__ import PAGE
from tests.attacks.corpus import KINDS, Attack, attacks
from tests.attacks.rendered import acting
from tests.attacks.siege import Siege, besiege, disturbed, unsafe
from tests.autograde.attacked import AFTER, BEFORE, INSIDE, POINTS, make_class, remove
from tests.ordinary import Ordinary, ordinary

CORPUS = attacks()
SECOND = "landlock"
SAMPLE = 24
"""How many attacks are tried as root, and in the second sandbox."""


def sample(seed: int, among: list[Attack]) -> list[Attack]:
    """Some of every class, the same in every run of the tests."""
    chosen = random.Random(seed)
    by_kind = {kind: [one for one in among if one.kind == kind] for kind in KINDS}
    return [one for some in by_kind.values() for one in chosen.sample(some, -(-SAMPLE * len(some) // len(among)))]


AS_ROOT = sample(5, CORPUS)
IN_THE_SECOND = sample(6, [one for one in CORPUS if not one.needs_namespaces])


@pytest.fixture(scope="module")
def user() -> Iterator[Ordinary]:
    with ordinary() as someone:
        yield someone


@pytest.fixture(scope="module")
def place(user: Ordinary) -> Iterator[Path]:
    folder = user.temporary / "classes"
    folder.mkdir(mode=0o755)
    yield folder
    remove(folder)


@pytest.fixture(scope="module")
def alone(place: Path, user: Ordinary) -> Siege:
    """The class without anybody who attacks."""
    return besiege([], place / "alone", who=user)


@pytest.fixture(scope="module")
def under_attack(place: Path, user: Ordinary) -> Siege:
    """The class with all of the corpus, graded by an ordinary user in the best sandbox."""
    return besiege(CORPUS, place / "attacked", who=user)


@pytest.fixture(scope="module")
def in_the_second(place: Path, user: Ordinary) -> Siege:
    return besiege(IN_THE_SECOND, place / "second", options=[f"--sandbox={SECOND}"], who=user)


@pytest.fixture(scope="module")
def as_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    root = tmp_path_factory.mktemp("attacked-as-root")
    yield besiege(AS_ROOT, root / "attacked", who=None)
    remove(root)


def name(attack: Attack) -> str:
    return attack.name


def test_the_corpus_covers_every_class_of_attack_and_honest_work() -> None:
    count = Counter(one.kind for one in CORPUS)
    assert set(count) == set(KINDS)
    assert sum(count.values()) - count["honest"] >= 80
    assert count["honest"] >= 20
    assert min(count.values()) >= 8


def test_every_attack_says_what_it_tries_and_hands_in_something_of_its_own(tmp_path: Path) -> None:
    attacked = make_class(tmp_path)
    words = {"COURSE": str(attacked.course), "HOME": str(attacked.home), "PORT": "1"}
    for attack in CORPUS:
        assert attack.verdict.tries.endswith("."), attack.name
        assert attack.pieces or (attack.folder / "make.py").exists(), attack.name
        attack.hand_in(attacked.submission(attack.student), words)
    remove(tmp_path)


def test_the_class_without_attacks_gets_what_it_earned(alone: Siege) -> None:
    assert alone.document["ended"] == "finished", alone.document["message"]
    for student in (BEFORE, AFTER):
        assert alone.attacked.points(student) == POINTS | {"slug-share": 3.0}


def test_the_class_has_tests_that_are_judged_outside_and_one_inside(alone: Siege) -> None:
    (notebook,) = alone.lines[BEFORE]["notebooks"]
    judged = {cell["cell"]: cell["judged"] for cell in notebook["cells"] if cell["cell"] in POINTS}
    assert judged == dict.fromkeys(POINTS, "outside") | {INSIDE: "inside"}


@pytest.mark.parametrize("attack", CORPUS, ids=name)
def test_an_attack_has_a_safe_result(under_attack: Siege, attack: Attack) -> None:
    if attack.needs_namespaces and under_attack.document["sandbox"] == SECOND:
        pytest.skip("This machine has no sandbox with namespaces for an ordinary user.")
    assert unsafe(under_attack, attack) == []


def test_nobody_else_is_touched(under_attack: Siege, alone: Siege) -> None:
    assert disturbed(under_attack, alone) == []


@pytest.mark.parametrize("attack", IN_THE_SECOND, ids=name)
def test_an_attack_has_a_safe_result_in_the_second_sandbox(in_the_second: Siege, attack: Attack) -> None:
    assert unsafe(in_the_second, attack) == []


def test_nobody_else_is_touched_in_the_second_sandbox(in_the_second: Siege, alone: Siege) -> None:
    assert disturbed(in_the_second, alone) == []


@pytest.mark.parametrize("attack", AS_ROOT, ids=name)
def test_an_attack_has_a_safe_result_as_root(as_root: Siege, attack: Attack) -> None:
    assert unsafe(as_root, attack) == []


def test_nobody_else_is_touched_as_root(as_root: Siege, alone: Siege) -> None:
    assert disturbed(as_root, alone) == []


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert('mallory')</script>",
        "<img src=x onerror=\"alert('mallory')\">",
        "<a href=\" java\tscript:alert('mallory')\">points</a>",
        "<iframe srcdoc=\"<script>alert('mallory')</script>\"></iframe>",
        "<img src='http://mallory.example/a.png'>",
        "<div style='position: fixed'>16 of 16 points</div>",
        "<base href='http://mallory.example/'>",
    ],
)
def test_what_acts_on_a_page_is_found(html: str) -> None:
    assert acting(f"<main>{html}</main>")
    assert not acting(f"<pre>{escape(html)}</pre>")


def test_no_attack_runs_without_a_sandbox_that_needs_one(tmp_path: Path) -> None:
    harmful = [one for one in CORPUS if one.harmful]
    with pytest.raises(ValueError, match="in a sandbox or not at all"):
        besiege(harmful[:2], tmp_path, options=["--sandbox=none"])


def test_the_page_lists_the_corpus_and_no_unsafe_result() -> None:
    text = PAGE.read_text(encoding="utf-8")
    lines = [line.split(" | ") for line in text.splitlines() if line.startswith("| `")]
    listed = {(line[0].strip("| `"), line[1]) for line in lines}
    assert listed == {(one.folder.name, one.verdict.tries.replace("|", "\\|")) for one in CORPUS}
    assert not [line for line in lines if "**" in line[3]], "docs/attacks.md has unsafe results of autograde."
