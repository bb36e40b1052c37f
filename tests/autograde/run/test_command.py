"""The command from outside: whom it grades, what it says and returns."""

from __future__ import annotations

import os

from tests.autograde.run.conftest import Small


def test_everybody_is_graded_and_a_second_run_grades_nobody(small: Small) -> None:
    small.hand_in("ada", "bob", "cy")
    first = small.autograde("ps1", "--json")
    assert first.code == 0, first.err
    assert first.states == {"ada": "graded", "bob": "graded", "cy": "graded"}
    second = small.autograde("ps1", "--json")
    assert (second.code, second.document["graded"], second.document["unchanged"]) == (0, 0, 3)


def test_only_what_has_changed_is_graded_again(small: Small) -> None:
    small.hand_in("ada", "bob")
    small.autograde("ps1")
    (small.course.step("submitted", "bob", "ps1") / "notes.txt").write_text("one more file")
    assert small.autograde("ps1", "--json").states == {"ada": "unchanged", "bob": "graded"}


def test_another_environment_grades_everybody_again_and_says_why(small: Small) -> None:
    installed = small.course.root.parent / "installed"
    (installed / "pandas-2.0.dist-info").mkdir(parents=True)
    small.hand_in("ada", "bob")
    small.autograde("ps1", INSTALLED=str(installed))
    assert "2 unchanged" in small.autograde("ps1", INSTALLED=str(installed)).out
    (installed / "pandas-2.0.dist-info").rename(installed / "pandas-2.1.dist-info")
    why = "would be graded: sums graded in another Python environment"
    assert f"ada: {why}" in small.autograde("ps1", "--dry-run", INSTALLED=str(installed)).out
    said = small.autograde("ps1", INSTALLED=str(installed))
    assert "ada: 2 of 2 points, 0.0 s, graded again because the Python environment changed (" in said.out
    assert "2 of them again because the Python environment changed." in said.out
    assert said.code == 0


def test_force_grades_everybody_again(small: Small) -> None:
    small.hand_in("ada")
    small.autograde("ps1")
    assert small.autograde("ps1", "--force", "--json").states == {"ada": "graded"}


def test_the_document_has_the_points_of_every_cell_also_of_an_unchanged_submission(small: Small) -> None:
    small.hand_in("ada")
    cell = {"cell": "add-test", "points": 2.0, "most": 2.0, "judged": "inside", "message": "", "seconds": 0.0}
    for state in ("graded", "unchanged"):
        (student,) = small.autograde("ps1", "--json").document["students"]
        (notebook,) = student["notebooks"]
        assert (student["state"], notebook["cells"]) == (state, [cell])
        assert (notebook["points"], notebook["most"]) == (2.0, 2.0)


def test_students_are_chosen_by_names_and_patterns(small: Small) -> None:
    small.hand_in("ada", "bob", "bert", "cy")
    assert set(small.autograde("ps1", "-s", "ada", "-s", "b*", "--json").states) == {"ada", "bert", "bob"}


def test_a_student_who_was_named_and_handed_in_nothing_is_told_of(small: Small) -> None:
    small.hand_in("ada")
    said = small.autograde("ps1", "-s", "ada", "-s", "eve")
    assert said.code == 1
    assert "eve: There is no submission for ps1." in said.out
    assert small.graded == ["ada"]


def test_a_submission_without_the_notebook_is_not_graded_and_the_others_are(small: Small) -> None:
    small.hand_in("ada", "bob")
    small.hand_in("eve", name="other")
    said = small.autograde("ps1", "--json")
    assert said.code == 1
    assert said.states == {"ada": "graded", "bob": "graded", "eve": "not graded"}
    assert "sums.ipynb" in said.document["students"][-1]["problems"][0]["what"]


def test_the_solution_is_not_read_as_somebodys_work(small: Small) -> None:
    small.hand_in("ada", "eve")
    theirs = small.course.step("submitted", "eve", "ps1") / "sums.ipynb"
    theirs.unlink()
    os.link(small.course.step("source", ".", "ps1") / "sums.ipynb", theirs)
    said = small.autograde("ps1", "--json")
    assert (said.code, said.states) == (1, {"ada": "graded", "eve": "not graded"})
    assert "sums.ipynb (the same file as source/ps1/sums.ipynb) was not read" in said.out
    assert small.graded == ["ada"]


def test_a_worker_that_is_killed_costs_one_student_a_message(small: Small) -> None:
    small.hand_in("ada", "bob", "cy", "dan")
    small.hand_in("eve", do="import os; os.kill(os.getpid(), 9)")
    said = small.autograde("ps1", "-j", "2")
    assert said.code == 1
    assert "eve: Grading it was begun 2 times and never came to an end: its process was ended by SIGKILL." in said.out
    assert small.graded == ["ada", "bob", "cy", "dan"]


def test_what_fails_in_the_engine_costs_one_student_a_message(small: Small) -> None:
    small.hand_in("ada")
    small.hand_in("eve", do="raise KeyError('lost')")
    said = small.autograde("ps1")
    assert said.code == 1
    assert "eve: The engine failed at it, not the student: KeyError: 'lost'" in said.out
    assert small.graded == ["ada"]


def test_nothing_a_student_made_moves_the_cursor_or_forges_a_line(small: Small) -> None:
    small.hand_in("eve", do="say(student=student, what='\\x1b[2Jgone\\nada: full points \\u202eback [red]x[/]')")
    said = small.autograde("ps1", "--verbose")
    assert "\\x1b[2Jgone\\nada: full points \\u202eback [red]x[/]" in said.out
    assert "\x1b" not in said.out + said.err


def test_a_rehearsal_says_who_would_be_graded_and_why_and_grades_nobody(small: Small) -> None:
    small.hand_in("ada")
    small.autograde("ps1")
    small.hand_in("bob")
    small.hand_in("eve", name="other")
    said = small.autograde("ps1", "--dry-run")
    assert said.code == 1
    assert "ada: unchanged" in said.out
    assert "bob: would be graded: sums not graded yet" in said.out
    assert "eve: not graded" in said.out
    assert small.graded == ["ada"]


def test_quiet_says_only_who_was_not_graded(small: Small) -> None:
    small.hand_in("ada")
    small.hand_in("eve", name="other")
    said = small.autograde("ps1", "--quiet")
    assert said.out == ""
    assert [line.split(":")[0] for line in said.err.splitlines()] == ["eve"]


def test_what_cannot_be_done_is_said_and_is_one_document_too(small: Small) -> None:
    assert small.autograde("ps1").code == 2
    small.hand_in("ada")
    said = small.autograde("nothing", "--json")
    assert said.code == 2
    assert said.document["ended"] == "refused"
    assert "it has ps1" in said.document["message"]
    assert "no notebook products; it has sums" in small.autograde("ps1", "-n", "products").err
    assert "less than 0.1" in small.autograde("ps1", "--cell-seconds", "0").err


def test_the_configuration_counts(small: Small) -> None:
    small.hand_in("ada", "bob")
    with (small.course.root / "nbgrader_config.py").open("a") as config:
        config.write("c.CourseDirectory.student_id_exclude = 'bob'\n")
    assert set(small.autograde("ps1", "--json").states) == {"ada"}
    with (small.course.root / "nbgrader_config.py").open("a") as config:
        config.write("c.AutogradeEngine.jobs = 'many'\n")
    said = small.autograde("ps1")
    assert said.code == 2
    assert "jobs" in said.err


def test_a_folder_whose_name_is_no_text_is_told_of_and_the_others_are_graded(small: Small) -> None:
    small.hand_in("ada")
    odd = os.fsdecode(b"\xff\xfe")
    (small.course.root / "submitted" / odd / "ps1").mkdir(parents=True)
    said = small.autograde("ps1", "--json")
    assert said.code == 1
    assert said.states == {"ada": "graded", "\\udcff\\udcfe": "not graded"}


def test_a_result_that_cannot_be_written_down_costs_one_student_a_message(small: Small) -> None:
    small.hand_in("ada")
    small.hand_in("eve", do="say(student=student, what='\\ud800')")
    said = small.autograde("ps1", "--json")
    assert said.states == {"ada": "graded", "eve": "not graded"}
    assert "UnicodeEncodeError" in said.document["students"][1]["problems"][0]["what"]
