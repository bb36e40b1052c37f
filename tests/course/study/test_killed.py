"""Whoever studies may be killed at any instant: every answer that was confirmed is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
KILLS = 200

# A process of its own, without threads, in which everything is loaded: it forks learners and kills them.
KILLER = """
import json, os, random, select, signal, sys, time
from pathlib import Path
from course.study.journal import Event, Journal
from course.study.memory import Memory

folder, kills = Path(sys.argv[1]), int(sys.argv[2])
chance = random.Random(20261120)

def study(life, out):
    memory = Memory(Journal(folder / "journal.db"), cache_folder=folder / "cache")
    number = 0
    while True:
        about = {"topic": "routing", "framework": "flask", "level": "beginner"}
        data = {"card": f"c-{number % 40}", "rating": 3, "ms": 1500, "life": life, "number": number, **about}
        event = memory.record("review", data)
        if number % 9 == 8:
            memory.undo(event)
        os.write(out, f"{number} ".encode())
        number += 1

warm = Memory(Journal(folder / "warm" / "journal.db"), cache_folder=folder / "warm")
warm.journal.add(Event(n, 60, f"warm-{n}", "review", {"card": "c", "rating": 3, "ms": 1}) for n in range(600))
assert warm.state
warm.journal.close()
folder = folder / "study"

confirmed, early = {}, 0
for life in range(kills):
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            study(life, writer)
        finally:
            os._exit(1)
    os.close(writer)
    if chance.random() < 0.7:  # the others are killed while they open the journal
        select.select([reader], [], [], 10)
    else:
        early += 1
    time.sleep(chance.random() * 0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    said = b""
    while part := os.read(reader, 65536):
        said += part
    os.close(reader)
    confirmed[life] = said.decode().count(" ")

journal = Journal(folder / "journal.db")
journal.check()
kept = {}
for event in journal.read()[0]:
    if event.kind == "review":
        kept.setdefault(event.data["life"], []).append(event.data["number"])
gaps = [life for life, numbers in kept.items() if numbers != list(range(len(numbers)))]
lost = [life for life, count in confirmed.items() if len(kept.get(life, [])) < count]
more = [life for life, numbers in kept.items() if len(numbers) > confirmed[life] + 1]
print(json.dumps({"answers": sum(confirmed.values()), "lives": sum(map(bool, confirmed.values())), "early": early,
    "gaps": gaps, "lost": lost, "more": more}))
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL and fork")
def test_every_confirmed_answer_survives_two_hundred_kills(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLER, str(tmp_path), str(KILLS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["lost"], told["gaps"], told["more"]) == ([], [], [])
    assert told["answers"] > KILLS / 2
    assert told["lives"] > KILLS / 4
    assert told["early"] > KILLS / 10
    # What a killed process was just making may lie about; nothing else does.
    names = {path.name for path in (tmp_path / "study").iterdir() if ".new" not in path.name}
    assert names <= {"journal.db", "journal.db-wal", "journal.db-shm", "cache"}
