"""Runs in the oracle's environment: takes our packages into the real Anki, studies there, and says what it saw."""

import json
import sys
from pathlib import Path

from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
    ImportCsvRequest,
)
from anki.scheduler.v3 import CardAnswer
from pygiftparser import parser
from pygiftparser.utils import transformSpecials

FOLDER = Path(sys.argv[1])
PLAN = json.loads((FOLDER / "plan.json").read_text(encoding="utf-8"))


def main() -> None:
    seen = {"fresh": fresh(), "going": going(), "text": text(), "gift": gift(), "others": others(), "whole": whole()}
    (FOLDER / "seen.json").write_text(json.dumps(seen), encoding="utf-8")


def collection(name: str) -> Collection:
    col = Collection(str(FOLDER / f"{name}.anki2"))
    col.set_config("fsrs", True)
    return col


def take(col: Collection, name: str) -> dict:
    options = ImportAnkiPackageOptions(with_scheduling=True)
    request = ImportAnkiPackageRequest(package_path=str(FOLDER / name), options=options)
    return counted(col.import_anki_package(request).log)


def counted(log) -> dict:
    parts = ("new", "updated", "duplicate", "conflicting", "missing_notetype", "empty_first_field")
    return {part: len(getattr(log, part)) for part in parts} | {"found": log.found_notes}


def fresh() -> dict:
    """A package without history, then one of a newer course."""
    col = collection("fresh")
    logs = [take(col, "fresh.apkg"), take(col, "fresh.apkg"), take(col, "newer.apkg")]
    seen = {"logs": logs, "notes": notes(col), "cards": cards(col), "decks": decks(col), "checked": col.fix_integrity()}
    col.close()
    return seen


def whole() -> dict:
    """The whole course."""
    col = collection("whole")
    seen = {"log": take(col, "whole.apkg"), "cards": len(col.find_cards("")), "checked": col.fix_integrity()}
    col.close()
    return seen


def going() -> dict:
    """A package with history; then the learner goes on in Anki, and takes it back in every form."""
    col = collection("going")
    log = take(col, "history.apkg")
    seen = {"log": log, "cards": cards(col), "logged": col.db.all("SELECT cid, * FROM revlog ORDER BY id")}
    seen["cards_by_id"] = {str(id): name(col, id) for id in col.find_cards("")}
    day_end = col.sched.day_cutoff
    seen |= {"today": col.sched.today, "day_end": day_end}
    states = {}
    for id in col.find_cards("is:review -is:learn"):
        current = col._backend.get_scheduling_states(id).current.normal.review
        states[name(col, id)] = [current.memory_state.stability, current.memory_state.difficulty]
    seen["states"] = states
    for answer in PLAN["answers"]:
        answer_card(col, answer)
    note = col.new_note(col.models.by_name("Basic"))
    note["Front"], note["Back"] = "A word", "A meaning"
    col.add_note(note, 1)
    for legacy in (True, False):
        options = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, legacy=legacy)
        col.export_anki_package(out_path=str(FOLDER / f"back-{legacy}.apkg"), options=options, limit=None)
    options = ExportAnkiPackageOptions(with_scheduling=False, legacy=False)
    col.export_anki_package(out_path=str(FOLDER / "bare.apkg"), options=options, limit=None)
    seen["again"] = take(col, "history.apkg")
    seen["logged_again"] = col.db.scalar("SELECT count(*) FROM revlog")
    for legacy in (True, False):
        col.export_collection_package(str(FOLDER / f"back-{legacy}.colpkg"), include_media=False, legacy=legacy)
        col.reopen()
    col.close()
    return seen


def answer_card(col: Collection, answer: dict) -> None:
    [id] = [id for id in col.find_cards("") if name(col, id) == answer["card"]]
    card = col.get_card(id)
    card.start_timer()
    states = col._backend.get_scheduling_states(id)
    ratings = {1: CardAnswer.AGAIN, 2: CardAnswer.HARD, 3: CardAnswer.GOOD, 4: CardAnswer.EASY}
    built = col.sched.build_answer(card=card, states=states, rating=ratings[answer["rating"]])
    built.answered_at_millis, built.milliseconds_taken = answer["at"], answer["ms"]
    col.sched.answer_card(built)


def others() -> None:
    """A package with nothing of the course in it."""
    col = collection("others")
    for word in ("one", "two"):
        note = col.new_note(col.models.by_name("Basic"))
        note["Front"] = word
        col.add_note(note, 1)
    options = ExportAnkiPackageOptions(with_scheduling=True, legacy=False)
    col.export_anki_package(out_path=str(FOLDER / "others.apkg"), options=options, limit=None)
    col.close()


def text() -> dict:
    """The text form, taken by Anki's own importer, twice."""
    col = collection("text")
    path = str(FOLDER / "notes.txt")
    logs = []
    for _ in range(2):
        metadata = col.get_csv_metadata(path=path, delimiter=None)
        logs.append(counted(col.import_csv(ImportCsvRequest(path=path, metadata=metadata)).log))
    seen = {"logs": logs, "notes": notes(col), "decks": decks(col), "cards": len(col.find_cards(""))}
    col.close()
    return seen


def gift() -> list:
    """The questions as another reader of GIFT understands them."""
    with (FOLDER / "questions.gift").open(encoding="utf-8") as file:
        questions = parser.parseFile(file)
    return [
        {
            "id": question.title,
            "category": question.cat,
            "markup": question.markup,
            "ask": transformSpecials(question.text),
            "options": [[read(a.answer), a.fraction, read(a.feedback)] for a in question.answers.answers],
        }
        for question in questions
    ]


def read(text: str) -> str:
    """An option or its feedback, in which that reader leaves the escaped ends of lines."""
    return transformSpecials(text).replace("\\n", "\n")


def name(col: Collection, id: int) -> str:
    card = col.get_card(id)
    return f"{card.note().guid} {card.ord}"


def notes(col: Collection) -> dict:
    seen = {}
    for id in col.find_notes(""):
        note = col.get_note(id)
        type = note.note_type()
        seen[note.guid] = {
            "type": type["name"],
            "type_id": type["id"],
            "fields": note.items(),
            "tags": note.tags,
            "decks": sorted({col.decks.name(card.did) for card in note.cards()}),
            "shown": [[card.question(), card.answer()] for card in note.cards()],
        }
    return seen


def cards(col: Collection) -> dict:
    columns = "type, queue, due, ivl, reps, lapses, left, data"
    rows = col.db.all(f"SELECT id, {columns} FROM cards")
    return {name(col, id): dict(zip(columns.split(", "), row, strict=True)) for id, *row in rows}


def decks(col: Collection) -> dict:
    return {deck.name: deck.id for deck in col.decks.all_names_and_ids()}


main()
