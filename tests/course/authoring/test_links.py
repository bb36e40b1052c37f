"""The links that depend on the repository's address come from one setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.authoring.links import linked_pages
from course.house import House
from course.problems import Problems

PAGE = "# Course\n\n<!-- links: {} -->\nold\n<!-- /links -->\n\nThe end.\n"


@pytest.fixture
def house(tmp_path: Path) -> House:
    (tmp_path / "docs").mkdir()
    return House(tmp_path)


def page(house: House, block: str, setting: str = "") -> str:
    """What the README of a house says around a block of links."""
    (house.root / "pyproject.toml").write_text(f"[tool.threeways]\n{setting}\n", encoding="utf-8")
    readme = house.root / "README.md"
    readme.write_text(PAGE.format(block), encoding="utf-8")
    return linked_pages(house)[readme].decode()


def test_the_text_around_a_block_stays(house: House) -> None:
    before, _, rest = page(house, "clone").partition("<!-- links: clone -->\n")
    assert (before, rest.partition("<!-- /links -->")[2]) == ("# Course\n\n", "\n\nThe end.\n")


def test_an_old_link_goes(house: House) -> None:
    assert "old" not in page(house, "clone")


def test_without_an_address_the_reader_is_told_what_to_put_there(house: House) -> None:
    assert "git clone ADDRESS-OF-THIS-REPOSITORY threeways" in page(house, "clone")
    assert "enter the address of this repository" in page(house, "binder")


def test_the_address_is_what_is_cloned(house: House) -> None:
    filled = page(house, "clone", 'repository = "https://git.example.org/ada/threeways/"')
    assert "git clone https://git.example.org/ada/threeways threeways" in filled


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ('repository = "https://github.com/ada/threeways"', "gh/ada/threeways/main"),
        ('repository = "https://github.com/ada/threeways"\nbranch = "next"', "gh/ada/threeways/next"),
        ('repository = "https://gitlab.com/ada/threeways"', "gl/ada%2Fthreeways/main"),
        ('repository = "https://git.example.org/threeways"', "git/https%3A%2F%2Fgit.example.org%2Fthreeways/main"),
    ],
)
def test_binder_opens_the_start_page_of_the_repository(house: House, setting: str, address: str) -> None:
    wanted = f"(https://mybinder.org/v2/{address}?urlpath=lab/tree/work/Start.ipynb)"
    assert wanted in page(house, "binder", setting)


def test_the_pages_of_docs_are_filled_too(house: House) -> None:
    page(house, "clone")
    (house.root / "docs/learner.md").write_text(PAGE.format("clone"), encoding="utf-8")
    assert b"git clone" in linked_pages(house)[house.root / "docs/learner.md"]


def test_a_filled_page_stays_as_it_is(house: House) -> None:
    filled = page(house, "binder")
    (house.root / "README.md").write_text(filled, encoding="utf-8")
    assert linked_pages(house)[house.root / "README.md"].decode() == filled


def test_an_unknown_block_is_named(house: House) -> None:
    with pytest.raises(Problems) as refused:
        page(house, "elsewhere")
    what = "README.md:3: has a block of links named `elsewhere`, which does not exist. Name it one of: clone, binder."
    assert [problem.text(house.root) for problem in refused.value.problems] == [what]
