"""The links that depend on where the repository lives, written into the pages from one setting."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from urllib.parse import quote

from course.house import House
from course.problems import Problem, Problems

BLOCK = re.compile(r"(<!-- links: (?P<name>\w+) -->\n).*?(<!-- /links -->)", re.S)
BLOCKS = ("clone", "binder")


def linked_pages(house: House) -> dict[Path, bytes]:
    """README.md and the pages of docs/ with their link blocks filled in."""
    settings = tomllib.loads((house.root / "pyproject.toml").read_text(encoding="utf-8"))["tool"].get("threeways", {})
    repository, branch = settings.get("repository", "").rstrip("/"), settings.get("branch", "main")
    pages = [house.root / "README.md", *sorted((house.root / "docs").glob("*.md"))]
    made = {}
    for page in pages:
        if page.exists():
            text = page.read_text(encoding="utf-8")
            for match in BLOCK.finditer(text):
                if match["name"] not in BLOCKS:
                    line = text[: match.start()].count("\n") + 1
                    what = f"has a block of links named `{match['name']}`, which does not exist."
                    raise Problems([Problem(page, line, what, f"Name it one of: {', '.join(BLOCKS)}.")])
            filled = BLOCK.sub(lambda match: match[1] + _block(match["name"], repository, branch) + match[3], text)
            made[page] = filled.encode()
    return made


def _block(name: str, repository: str, branch: str) -> str:
    start = "lab/tree/work/Start.ipynb"
    if name == "clone":
        return f"```\ngit clone {repository or 'ADDRESS-OF-THIS-REPOSITORY'} threeways && cd threeways\n```\n"
    if not repository:
        return (
            "**In the browser, nothing to install:** enter the address of this repository at "
            "[mybinder.org](https://mybinder.org); it opens at the start page.\n"
        )
    provider, path = "git", quote(repository, safe="")
    if "github.com/" in repository:
        provider, path = "gh", repository.split("github.com/")[-1]
    elif "gitlab.com/" in repository:
        provider, path = "gl", quote(repository.split("gitlab.com/")[-1], safe="")
    address = f"https://mybinder.org/v2/{provider}/{path}/{branch}?urlpath={start}"
    return f"**In the browser, nothing to install:** [open it on Binder]({address}).\n"
