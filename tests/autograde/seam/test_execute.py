"""nbgrader's commands grade as ever, and what students wrote runs in the engine."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.preprocessors import Execute as StockExecute
from nbgrader.preprocessors.execute import UnresponsiveKernelError
from traitlets.config import Config

from autograde.kernel import warm
from autograde.refusal import Refusal
from autograde.seam import execute, folder, pythons, warmth
from autograde.seam.execute import Execute
from autograde.seam.imports import imported_by
from autograde.settings import Limits, Settings
from tests.autograde.courses import Notebook, code, notebook
from tests.autograde.seam.conftest import SUMS, Grading, solved

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


def outputs(graded: Path) -> list[list[dict[str, Any]]]:
    cells = json.loads((graded / "p1.ipynb").read_text("utf-8"))["cells"]
    return [cell["outputs"] for cell in cells if cell["cell_type"] == "code"]


def printed(graded: Path, cell: int) -> str:
    return "".join(line for output in outputs(graded)[cell] for line in output["text"])


def errors(graded: Path) -> list[str]:
    return [output["ename"] for cell in outputs(graded) for output in cell if output["output_type"] == "error"]


def run(*cells: Notebook, folder: Path, execute: type = Execute, **config: Any) -> Any:
    """A notebook after its run."""
    made = nbformat.reads(notebook(*cells), as_version=4)
    step = execute(config=Config({"Execute": config}))
    done, _ = step.preprocess(made, {"metadata": {"path": str(folder)}})
    return done


def test_an_honest_answer_gets_its_points_and_a_wrong_one_none(grading: Grading) -> None:
    graded = grading.hand_in("ada", *solved())
    grading.hand_in("ben")
    assert grading.grade("ada")["success"]
    assert grading.grade("ben")["success"]
    assert grading.scores("ada") == {"add-test": 2, "other-test": 1}
    assert grading.scores("ben") == {"add-test": 0, "other-test": 0}
    assert errors(graded) == []


def test_the_warm_process_serves_one_notebook_after_the_other(
    grading: Grading, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    monkeypatch.setattr(warmth, "start", lambda *given: started.append(given) or start(*given))
    for student in ("ada", "ben", "cleo"):
        grading.hand_in(student, *solved())
        grading.grade(student)
    assert len(started) == 1


start = warmth.start


def test_a_file_beside_the_notebook_is_there_and_one_that_it_writes_comes_back(grading: Grading) -> None:
    writing = code("open('out.txt', 'w').write(open('data/in.txt').read().upper())")
    graded = grading.hand_in("ada", *solved(writing), files={"data/in.txt": b"three"})
    said = grading.grade("ada")
    assert said["success"], said["log"]
    assert (graded / "out.txt").read_text("utf-8") == "THREE"
    assert not (grading.course.step("submitted", "ada", "ps1") / "out.txt").exists()


def test_what_runs_knows_why_and_knows_no_secret(grading: Grading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "of the grader")
    asking = code("import os\nprint(os.environ['NBGRADER_EXECUTION'], os.environ.get('A_SECRET'))")
    graded = grading.hand_in("ada", *solved(asking))
    grading.grade("ada")
    assert printed(graded, 1) == "autograde None\n"


def test_the_gradebook_and_the_other_students_are_out_of_reach(grading: Grading) -> None:
    theirs = grading.course.step("submitted", "ben", "ps1") / "p1.ipynb"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("Ben's", "utf-8")
    paths = [str(theirs), str(grading.course.root / "gradebook.db")]
    peeping = f"for path in {paths}:\n    try: print(open(path, 'rb').read(5))\n    except OSError: print('no')"
    graded = grading.hand_in("ada", *solved(code(peeping)))
    assert grading.grade("ada")["success"]
    assert printed(graded, 1) == "no\nno\n"


@pytest.mark.parametrize("as_nbgrader", [False, True])
def test_the_two_differences_are_there_unless_nbgraders_scores_are_wanted(grading: Grading, as_nbgrader: bool) -> None:
    grading.as_nbgrader = as_nbgrader
    noisy = "import sys\ndef add(a, b):\n    print('noise', file=sys.stderr)\n    return a + b"
    forged = "def add(a, b):\n    get_ipython().displayhook(2.0)\n    raise ValueError"
    for student, source in (("ada", noisy), ("eve", forged)):
        grading.hand_in(student, code(source, "add", solution=True), *SUMS[1:])
        grading.grade(student)
    right, nothing = {"add-test": 2, "other-test": 1}, {"add-test": 0, "other-test": 0}
    assert grading.scores("ada") == (nothing if as_nbgrader else right)
    assert grading.scores("eve")["add-test"] == (2 if as_nbgrader else 0)


def test_a_loop_is_stopped_after_nbgraders_own_time_and_told_in_its_words(grading: Grading) -> None:
    def settings(config: Any) -> None:
        config.Execute.timeout = 1
        config.Execute.error_on_timeout = {"ename": "TooLong", "evalue": "", "traceback": ["It took too long"]}

    grading.settings = settings
    graded = grading.hand_in("ada", *solved(code("while True: pass")))
    said = grading.grade("ada")
    assert said["success"], said["log"]
    assert errors(graded) == ["KeyboardInterrupt", "TooLong"]
    assert grading.scores("ada") == {"add-test": 2, "other-test": 1}


@pytest.mark.parametrize("as_nbgrader", [False, True])
def test_a_kernel_that_dies_costs_the_cell_or_with_nbgraders_scores_the_submission(
    grading: Grading, as_nbgrader: bool
) -> None:
    grading.as_nbgrader = as_nbgrader
    graded = grading.hand_in("ada", *solved(code("import os\nos._exit(3)")))
    said = grading.grade("ada")
    if as_nbgrader:
        assert not said["success"]
        assert "DeadKernelError" in said["log"]
        assert not graded.exists()
    else:
        assert said["success"], said["log"]
        assert errors(graded) == ["DeadKernelError"]
        assert grading.scores("ada") == {"add-test": 2, "other-test": 1}


def test_a_loop_that_nothing_stops_is_unresponsive_to_nbgrader(tmp_path: Path, no_stock_kernel: None) -> None:
    stubborn = code("import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass")
    config = Config({"Execute": {"timeout": 1}, "AutogradeEngine": {"as_nbgrader": True}})
    made = nbformat.reads(notebook(stubborn), as_version=4)
    with pytest.raises(UnresponsiveKernelError):
        Execute(config=config).preprocess(made, {"metadata": {"path": str(tmp_path)}})


def test_its_outputs_are_those_of_a_kernel(tmp_path: Path) -> None:
    cells = [
        code("import sys\nprint('out')\nprint('err', file=sys.stderr)\n1 + 1"),
        code("from IPython.display import display, HTML\nh = display(HTML('<b>x</b>'), display_id=True)"),
        code("h.update(HTML('<b>y</b>'))\nundefined"),
        code("   "),
        code("1 / 0"),
        code("%%time\npass"),
        code("await __import__('asyncio').sleep(0)\nprint('awaited')"),
    ]
    skipped = code("print('skipped')")
    skipped["metadata"]["tags"] = ["skip-execution"]
    ours = run(*cells[:5], skipped, cells[6], folder=tmp_path)
    stock = run(*cells[:5], skipped, cells[6], folder=tmp_path, execute=StockExecute)
    for cell in (*ours.cells, *stock.cells):
        cell.metadata.pop("execution", None)
    assert ours.cells == stock.cells
    assert ours.metadata == stock.metadata


@pytest.mark.parametrize("allowed", ["nothing", "by name", "by tag"])
def test_an_error_stops_the_run_where_nbclient_is_told_to(tmp_path: Path, no_stock_kernel: None, allowed: str) -> None:
    failing = code("1 / 0")
    if allowed == "by tag":
        failing["metadata"]["tags"] = ["raises-exception"]
    names = ["ZeroDivisionError"] if allowed == "by name" else []
    made = nbformat.reads(notebook(failing, code("print('next')")), as_version=4)
    step = Execute(allow_errors=False, allow_error_names=names)
    if allowed == "nothing":
        with pytest.raises(execute.CellExecutionError, match="ZeroDivisionError"):
            step.preprocess(made, {"metadata": {"path": str(tmp_path)}})
    else:
        step.preprocess(made, {"metadata": {"path": str(tmp_path)}})
        assert made.cells[1].outputs[0].text == "next\n"


def test_another_kernel_is_left_to_nbgrader_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kernel = tmp_path / "kernels" / "calm"
    kernel.mkdir(parents=True)
    spec = {"argv": ["calm", "-f", "{connection_file}"], "display_name": "Calm", "language": "calm"}
    (kernel / "kernel.json").write_text(json.dumps(spec), "utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    left = []
    monkeypatch.setattr(StockExecute, "preprocess", lambda *given: left.append(given) or (given[1], {}))
    made = nbformat.reads(notebook(code("say hello")), as_version=4)
    made.metadata.kernelspec = {"name": "calm", "display_name": "Calm", "language": "calm"}
    Execute().preprocess(made, {"metadata": {"path": str(tmp_path)}})
    assert len(left) == 1
    assert "The kernel calm is not one of Python" in caplog.text
    assert "without a sandbox" in caplog.text


def test_a_kernel_that_nobody_has_is_an_error(grading: Grading) -> None:
    path = grading.course.step("source", ".", "ps1") / "p1.ipynb"
    made = json.loads(path.read_text("utf-8"))
    with pytest.raises(Exception, match="No such kernel named nowhere"):
        pythons.find_python("nowhere")
    assert pythons.find_python("python") == pythons.find_python("python3") is not None
    assert made["metadata"]["kernelspec"]["name"] == "python3"


def test_without_a_sandbox_nothing_runs_and_nothing_is_left(grading: Grading, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise Refusal("No sandbox holds on this machine. Run `autograde doctor`.")

    warmth.cool()
    monkeypatch.setattr(warm, "choose", refuse)
    graded = grading.hand_in("ada", *solved())
    said = grading.grade("ada")
    assert not said["success"]
    assert "No sandbox holds on this machine. Run `autograde doctor`." in said["log"]
    assert not graded.exists()


def test_arguments_for_a_kernel_are_told_to_be_of_no_use(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    run(code("1"), folder=tmp_path, extra_arguments=["--HistoryManager.hist_file=:memory:"])
    assert "extra_arguments" not in caplog.text
    run(code("1"), folder=tmp_path, extra_arguments=["--pylab"])
    assert "Execute.extra_arguments are not used" in caplog.text


def test_a_folder_that_holds_too_much_is_refused(tmp_path: Path) -> None:
    (tmp_path / "big.bin").write_bytes(b"x" * 2_000)
    with pytest.raises(Refusal, match=r"more than 0\.001 MB"):
        folder.read_folder(tmp_path, Limits(submission=1_000))


def test_links_are_neither_read_nor_written_through(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (tmp_path / "secret").write_text("secret", "utf-8")
    (work / "file").symlink_to(tmp_path / "secret")
    (work / "folder").symlink_to(tmp_path)
    assert folder.read_folder(work, Limits()) == {}
    folder.write_back(work, {"file": b"mine", "folder/secret": b"mine", "new/deep.txt": b"mine"})
    assert (tmp_path / "secret").read_text("utf-8") == "secret"
    assert (work / "file").read_bytes() == b"mine"
    assert not (work / "file").is_symlink()
    assert (work / "new/deep.txt").read_bytes() == b"mine"


def test_what_the_instructors_notebook_imports_is_imported_once_for_all(tmp_path: Path) -> None:
    cells = [
        code("import colorsys, xml.dom\nfrom json.tool import main\nfrom . import near\nfrom shop import stall"),
        code("%%time\nimport wave"),
        code("def later():\n    import helper\n    import colorsys"),
    ]
    (tmp_path / "p1.ipynb").write_bytes(notebook(*cells))
    assert imported_by(tmp_path / "p1.ipynb", ["helper.py", "shop/stall.py"]) == ["colorsys", "xml.dom", "json.tool"]
    (tmp_path / "broken.ipynb").write_text('{"cells": [1]}', "utf-8")
    assert imported_by(tmp_path / "broken.ipynb", []) == imported_by(tmp_path / "none.ipynb", []) == []


def test_a_module_that_is_imported_before_is_the_one_that_the_notebook_sees(grading: Grading) -> None:
    source = grading.course.step("source", ".", "ps1") / "p1.ipynb"
    source.write_bytes(notebook(code("import colorsys"), *SUMS))
    asking = code("import sys\nprint('colorsys' in sys.modules, 'wave' in sys.modules)")
    graded = grading.hand_in("ada", *solved(asking))
    grading.grade("ada")
    assert printed(graded, 1) == "True False\n"


def test_a_warm_process_that_failed_is_not_used_again(tmp_path: Path) -> None:
    python = pythons.find_python("python3")
    assert python is not None
    settings = Settings(sandbox="none")
    with pytest.raises(Refusal), warmth.warm_process(python, settings, str(tmp_path)) as first:
        raise Refusal("broken")
    with warmth.warm_process(python, settings, str(tmp_path)) as second:
        assert second is not first
    with warmth.warm_process(python, settings, str(tmp_path)) as third:
        assert third is second


def test_no_process_is_left_when_the_warm_ones_are_ended(tmp_path: Path) -> None:
    python = pythons.find_python("python3")
    assert python is not None
    with warmth.warm_process(python, Settings(sandbox="none"), str(tmp_path)) as kept:
        kept.ready()
        process = kept.about["process"]
    os.kill(process, 0)
    warmth.cool()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
