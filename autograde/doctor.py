"""What `autograde doctor` says: which sandbox holds on this machine, attack by attack, and how to get a better one."""

from __future__ import annotations

import json as json_text
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table

from autograde.sandbox import choice, machine
from autograde.sandbox.attacks import ATTACKS
from autograde.sandbox.backends import backend_named
from autograde.sandbox.trial import Broken, Finding, attack


@dataclass(frozen=True)
class Examined:
    """What is known about one backend after all attacks."""

    name: str
    holds: bool
    why: str
    findings: tuple[Finding, ...] = ()

    def answer(self, name: str) -> str:
        """How an attack ended, in a word or two."""
        found = next((finding for finding in self.findings if finding.attack == name), None)
        if found is None:
            return "not available"
        return "held" if found.held else ("not held" if found.needed else "not held (tolerated)")


def examine(console: Console, json: bool = False) -> int:
    """Attacks every backend and prints what came of it; 0 when one of them holds, else 1."""
    examined = [_examine(name) for name in choice.STRENGTH]
    chosen = next((each.name for each in examined if each.holds), None)
    advice = [] if chosen == choice.STRENGTH[0] else machine.advice()
    if json:
        told = {"chosen": chosen, "advice": advice, "backends": [asdict(each) for each in examined]}
        console.out(json_text.dumps(told, indent=2), highlight=False)
    elif console.is_terminal:
        _table(console, examined)
        _closing(console, examined, chosen, advice)
    else:
        _lines(console, examined)
        _closing(console, examined, chosen, advice)
    return 0 if chosen else 1


def _examine(name: str) -> Examined:
    backend = backend_named(name)
    if missing := backend.missing():
        return Examined(name, False, missing)
    try:
        findings = attack(backend)
    except Broken as broken:
        found = choice.Judgement(False, f"It cannot be set up: {broken}.")
        findings = []
    else:
        found = choice.conclude(findings)
    choice.remember(name, found)
    return Examined(name, found.holds, found.why, tuple(findings))


def _table(console: Console, examined: list[Examined]) -> None:
    table = Table("attack", "what it tries", *(each.name for each in examined), box=None, pad_edge=False)
    colors = {"held": "green", "not held": "red", "not available": "dim"}
    for name, deed in ATTACKS.items():
        answers = [each.answer(name) for each in examined]
        cells = [f"[{colors.get(answer, 'yellow')}]{answer}[/]" for answer in answers]
        table.add_row(name, deed.__doc__ or "", *cells)
    console.print(table)


def _lines(console: Console, examined: list[Examined]) -> None:
    """A sentence per finding: what a screen reader, a pipe or a log has use for."""
    for each in examined:
        for finding in each.findings:
            line = f"{each.name}, {finding.attack}: {each.answer(finding.attack)}. {finding.what} {finding.evidence}"
            console.out(line, highlight=False)


def _closing(console: Console, examined: list[Examined], chosen: str | None, advice: list[str]) -> None:
    for each in examined:
        state = "holds" if each.holds else f"is not used. {each.why}"
        console.out(f"{each.name} {state}", highlight=False)
    if chosen:
        console.out(f"Student code is run in: {chosen}.", highlight=False)
    else:
        console.out("No sandbox holds here: nothing is graded unless you say `--sandbox none`.", highlight=False)
    if advice:
        console.out("For a better one:", highlight=False)
        for step in advice:
            console.out(f"- {step}", highlight=False)
