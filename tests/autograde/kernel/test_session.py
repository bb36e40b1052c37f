"""A session runs cells, and whatever a cell does, the worker goes on in time."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator

import pytest

from autograde.kernel import session as sessions
from autograde.kernel.room import Room
from autograde.kernel.session import Dead, Failed, Session
from autograde.kernel.warm import Warm
from autograde.settings import Limits
from autograde.task import Ended

HERE = __name__


@pytest.fixture(scope="module")
def warm() -> Iterator[Warm]:
    with Warm(limits=Limits(output=20_000)) as warm:
        yield warm


@pytest.fixture
def room(warm: Warm) -> Iterator[Room]:
    with warm.room({}) as room:
        yield room


@pytest.fixture
def session(room: Room) -> Session:
    return room.session()


def text(ran: sessions.Ran) -> str:
    return "".join(output["text"] for output in ran.outputs if output["output_type"] == "stream")


def value(ran: sessions.Ran) -> str:
    return next(out["data"]["text/plain"] for out in ran.outputs if out["output_type"] == "execute_result")


def test_what_one_cell_makes_the_next_one_has(session: Session) -> None:
    session.run("x = 20", seconds=20)
    ran = session.run("x + 1", seconds=20)
    assert (value(ran), ran.count, ran.ended) == ("21", 2, Ended.OK)


def test_an_error_is_told_with_its_name(session: Session) -> None:
    ran = session.run("{}['k']", seconds=20)
    assert (ran.ended, ran.name, ran.value) == (Ended.ERROR, "KeyError", "'k'")
    assert ran.outputs[0]["traceback"] == ran.traceback


def test_descriptors_and_prints_keep_their_order(session: Session) -> None:
    ran = session.run(
        "import os, subprocess\nprint('1'); os.write(1, b'2\\n'); print('3')\n"
        "subprocess.run(['echo', '4']); print('5')",
        seconds=20,
    )
    assert text(ran) == "1\n2\n3\n4\n5\n"


def test_a_later_cell_changes_a_display(session: Session) -> None:
    first = session.run("h = display('one', display_id=True)", seconds=20)
    session.run("h.update('two')", seconds=20)
    assert first.outputs[0]["data"]["text/plain"] == "'two'"


def test_a_cell_that_takes_too_long_is_interrupted(session: Session) -> None:
    session.run("x = 1", seconds=20)
    ran = session.run("print('before')\nwhile True: pass", seconds=0.3)
    assert ran.ended is Ended.TIMEOUT
    assert text(ran) == "before\n"
    assert [out["ename"] for out in ran.outputs[1:]] == ["KeyboardInterrupt", "CellTimeoutError"]
    assert value(session.run("x", seconds=20)) == "1"
    assert session.births == 1


def test_a_cell_that_sleeps_in_a_coroutine_is_interrupted(session: Session) -> None:
    ran = session.run("import asyncio\nawait asyncio.sleep(60)", seconds=0.3)
    assert ran.ended is Ended.TIMEOUT
    assert [out["ename"] for out in ran.outputs] == ["CancelledError", "CellTimeoutError"]


def test_a_cell_that_ignores_the_interrupt_is_ended_soon_after_its_time(session: Session) -> None:
    session.run("x = 1", seconds=20)
    ran = session.run("import time\nwhile True:\n    try: time.sleep(9)\n    except BaseException: pass", seconds=0.3)
    assert ran.ended is Ended.TIMEOUT
    assert ran.seconds < 0.3 + 2.5
    assert not session.alive
    assert ran.outputs[-1]["ename"] == "CellTimeoutError"
    assert value(session.run("x", seconds=20)) == "1"
    assert session.births == 2


@pytest.mark.parametrize(
    ("source", "how"),
    [
        ("import os; os._exit(7)", "exit status 7"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "signal SIGKILL"),
        ("import ctypes; ctypes.string_at(0)", "signal SIGSEGV"),
    ],
)
def test_a_process_that_ends_costs_only_its_cell(session: Session, source: str, how: str) -> None:
    session.run("x = []\nx.append(1)", seconds=20)
    failing = session.run("x.append(2); 1/0", seconds=20)
    ran = session.run(source, seconds=20)
    assert (ran.ended, ran.how) == (Ended.DIED, how)
    assert ran.outputs == [
        {
            "output_type": "error",
            "ename": "DeadKernelError",
            "evalue": "Kernel died",
            "traceback": ["\x1b[0;31mDeadKernelError\x1b[0m: Kernel died"],
        }
    ]
    after = session.run("x", seconds=20)
    assert (value(after), after.count) == ("[1, 2]", 4)
    assert len(failing.outputs) == 1  # What is run again is not shown again.


def test_a_process_that_cannot_answer_any_more_is_ended(session: Session) -> None:
    source = "import os, time\nfor fd in range(3, 60):\n    try: os.close(fd)\n    except OSError: pass\ntime.sleep(60)"
    ran = session.run(source, seconds=20)
    assert (ran.ended, ran.how, ran.suspect) == (Ended.DIED, "signal SIGKILL", "")


def test_what_a_cell_said_before_its_process_ended_is_kept(session: Session) -> None:
    ran = session.run("display(1)\nimport os; os._exit(0)", seconds=20)
    assert [out["output_type"] for out in ran.outputs] == ["display_data", "error"]


def test_nothing_is_run_again_when_the_notebooks_time_is_over(room: Room) -> None:
    session = room.session(limits=Limits(notebook_seconds=0))
    session.run("x = 1", seconds=20)
    session.run("import os; os._exit(0)", seconds=20)
    assert session.run("x", seconds=20).name == "NameError"


def test_sys_exit_is_an_error_as_in_a_kernel(session: Session) -> None:
    ran = session.run("import sys; sys.exit(1)", seconds=20)
    assert (ran.ended, ran.name) == (Ended.ERROR, "SystemExit")
    assert session.alive


@pytest.mark.parametrize(
    "source", ["exit()", "import asyncio; asyncio.get_running_loop().stop()", "get_ipython().ask_exit()"]
)
def test_a_cell_that_stops_the_loop_stops_nothing(session: Session, source: str) -> None:
    session.run(source, seconds=20)
    assert value(session.run("import time; time.sleep(0.15); 5", seconds=20)) == "5"
    assert session.births == 1


def test_a_copy_of_the_process_does_not_take_part(session: Session) -> None:
    ran = session.run("import os\npid = os.fork()\nprint('both')\nif pid: os.waitpid(pid, 0)", seconds=20)
    assert sorted(text(ran).split()) in (["both", "both"], ["bothboth"])
    assert value(session.run("1", seconds=20)) == "1"


def test_much_output_is_cut_and_costs_nothing(session: Session) -> None:
    ran = session.run("for i in range(20_000): print('line', i)", seconds=30)
    assert (ran.ended, ran.cut) == (Ended.OK, True)
    assert text(ran).endswith("… output cut after 20000 bytes\n")
    assert len(text(ran)) < 25_000
    assert text(session.run("print('next')", seconds=20)) == "next\n"


@pytest.mark.parametrize(
    "source",
    [
        "import os; os.system('yes | head -c 3000000')",
        "display({'text/plain': 'x' * 1_000_000}, raw=True)",
        "print('x' * 30_000_000)",
        "raise ValueError('x' * 5_000_000)",
    ],
)
def test_a_flood_is_cut(session: Session, source: str) -> None:
    ran = session.run(source, seconds=30)
    assert ran.cut
    assert len(json.dumps(ran.outputs)) < 500_000
    assert session.alive


def test_an_error_in_a_flood_keeps_its_name(session: Session) -> None:
    ran = session.run("print('x' * 100_000)\nraise KeyError('k')", seconds=20)
    assert (ran.ended, ran.name) == (Ended.ERROR, "KeyError")
    assert ran.outputs[-1]["ename"] == "KeyError"


FORGE = """
import os, json, struct, stat
line = next(fd for fd in range(3, 60) if os.path.exists(f'/proc/self/fd/{fd}')
            and 'socket' in os.readlink(f'/proc/self/fd/{fd}'))
here = lambda: get_ipython().kernel.get_parent()['header']['msg_id']
def forge(head, body=b''):
    if isinstance(head, dict): head.setdefault('id', here())
    head = head if isinstance(head, bytes) else json.dumps(head).encode()
    os.write(line, struct.pack('<II', len(head), len(body)) + head + body)
"""


@pytest.mark.parametrize(
    "frame",
    [
        "forge(b'[]')",
        "forge(b'{')",
        "forge({})",
        "forge({'say': 'stream'}, b'[]')",
        """forge({'say': 'stream'}, b'{"name": "stdout", "text": 5}')""",
        """forge({'say': 'error'}, b'{"ename": 1, "evalue": "", "traceback": []}')""",
        """forge({'say': 'display_data'}, b'{"data": [], "metadata": {}}')""",
        """forge({'say': 'display_data'}, b'{"data": {}, "metadata": {}, "transient": {"display_id": []}}')""",
        "forge({'say': []}, b'{}')",
        "forge({'say': 'stream', 'buffers': 3}, b'{}')",
        "forge({'say': 'stream'}, b'[' * 100_000)",
        "forge({'say': 'stream'}, b'NaN')",
        "forge({'say': 'stream'}, b'\\xff')",
        """forge({'say': 'display_data'}, b'{"data": {"application/json": NaN}, "metadata": {}}')""",
        """forge({'say': 'display_data'}, b'{"data": {"application/json": 1e999}, "metadata": {}}')""",
        """forge({'say': 'clear_output'}, b'{"wait": ' + b'[' * 200 + b']' * 200 + b'}')""",
        "forge({'end': 'run', 'id': 'cell-99'})",
        "forge({'sealed': True})",
        "forge({'unsealed': 'no sandbox'})",
        "os.write(line, b'\\xff' * 100)",
        "os.write(line, struct.pack('<II', 1 << 31, 0))",
    ],
)
def test_a_forged_frame_ends_the_session_with_a_suspicion(session: Session, frame: str) -> None:
    session.run(FORGE, seconds=20)
    ran = session.run(frame, seconds=20)
    assert ran.ended is Ended.DIED
    assert ran.suspect
    assert session.suspect == ran.suspect
    assert value(session.run("1", seconds=20)) == "1"


@pytest.mark.parametrize(
    "reply",
    ["[]", "5", '{"status": 3}', '{"status": "error", "ename": 1, "evalue": "", "traceback": []}', "{"],
)
def test_a_forged_reply_of_the_wrong_shape_does_the_same(session: Session, reply: str) -> None:
    session.run(FORGE, seconds=20)
    ran = session.run(f"forge({{'end': 'run'}}, {reply.encode()!r})", seconds=20)
    assert ran.suspect


GOOD = """b'{"status": "ok"}'"""


def test_a_forged_end_is_found_out_with_the_next_cell(session: Session) -> None:
    session.run(FORGE, seconds=20)
    session.run(f"forge({{'end': 'run'}}, {GOOD}); import time; time.sleep(0.2); 1/0", seconds=20)
    assert session.run("1", seconds=20).suspect


def test_a_forged_end_is_found_out_when_it_was_the_last_cells(session: Session) -> None:
    session.run(FORGE, seconds=20)
    session.run(f"forge({{'end': 'run'}}, {GOOD}); 1/0", seconds=20)
    time.sleep(0.3)
    session.stop()
    assert session.suspect


def test_an_end_cannot_be_prepared(session: Session) -> None:
    session.run(FORGE, seconds=20)
    session.run(
        "import threading, time\n"
        "def later():\n    time.sleep(0.3)\n"
        f"    forge({{'end': 'run', 'id': 'cell-3'}}, {GOOD})\nthreading.Thread(target=later).start()",
        seconds=20,
    )
    assert session.run("time.sleep(1)", seconds=20).suspect


def test_what_a_thread_of_an_earlier_cell_prints_is_not_shown(session: Session) -> None:
    session.run(
        "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.2), print('late', flush=True))).start()",
        seconds=20,
    )
    time.sleep(0.5)
    assert text(session.run("print('now')", seconds=20)) == "now\n"


def test_half_a_frame_does_not_hang(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "GRACE", 0.3)
    session.run(FORGE, seconds=20)
    ran = session.run(
        "os.write(line, struct.pack('<II', 100, 0)); os.close(line); import time; time.sleep(60)", seconds=1
    )
    assert ran.ended in (Ended.TIMEOUT, Ended.DIED)


def test_forged_text_can_always_be_written_to_a_file(session: Session) -> None:
    session.run(FORGE, seconds=20)
    ran = session.run(
        """forge({'say': 'stream'}, b'{"name": "stdout", "text": "\\\\ud800 \\\\ud83d\\\\ude00"}')""", seconds=20
    )
    assert text(ran).encode() == "\ufffd 😀".encode()


def test_forged_content_of_a_wrong_kind_is_not_shown(session: Session) -> None:
    session.run(FORGE, seconds=20)
    source = """forge({'say': 'display_data'}, b'{"data": {"text/plain": 5, "text/html": "h"}, "metadata": {}}')"""
    assert session.run(source, seconds=20).outputs[0]["data"] == {"text/html": "h"}


def test_a_flood_of_frames_is_stopped(session: Session) -> None:
    session.run(FORGE, seconds=20)
    ran = session.run(
        """while True: forge({'say': 'stream'}, b'{"name": "stdout", "text": "' + b'x' * 9000 + b'"}')""", seconds=30
    )
    assert ran.suspect


def test_a_widget_that_no_front_end_knows_is_not_shown(session: Session) -> None:
    ran = session.run(
        "from ipykernel.comm import Comm\nComm(target_name='jupyter.widget', data={'nothing': 1})\n5", seconds=20
    )
    assert value(ran) == "5"


def test_input_is_refused_and_stdin_is_empty(session: Session) -> None:
    assert session.run("input()", seconds=20).name == "StdinNotImplementedError"
    assert value(session.run("import sys; sys.stdin.read()", seconds=20)) == "''"


def test_every_session_has_its_own_chance(warm: Warm) -> None:
    seen = set()
    for _ in range(3):
        with warm.room({}) as room:
            seen.add(value(room.session().run("import random; random.random()", seconds=20)))
    assert len(seen) == 3


def test_a_slow_reader_and_a_fast_writer_get_along(session: Session) -> None:
    ran = session.run("import os\nfor _ in range(100): os.write(2, b'e' * 100)\nprint('done')", seconds=20)
    assert text(ran).count("e" * 100) == 100 or text(ran).count("e") >= 10_000


def add(shell: object, a: int, b: int) -> int:
    return a + b


async def later(shell: object, links: list[int]) -> object:
    import asyncio

    await asyncio.sleep(0.01)
    return [os.read(links[0], 10).decode(), type(asyncio.get_running_loop()).__name__]


def names(shell: object) -> list[str]:
    print("said aside")
    return sorted(name for name in shell.user_ns if not name.startswith("_"))[:40]  # type: ignore[attr-defined]


def fails(shell: object) -> None:
    raise LookupError("not here")


def ends(shell: object) -> None:
    os._exit(3)


FUNCTIONS = "helper_of_a_test"


@pytest.fixture
def functions(warm: Warm) -> Iterator[Session]:
    source = open(__file__, encoding="utf-8").read()  # noqa: PTH123, SIM115
    start = source.index("def add(")
    code = "import os\n" + source[start : source.index("FUNCTIONS = ")]
    with warm.room({f"{FUNCTIONS}.py": code.encode()}) as room:
        ours, theirs = socket.socketpair()
        ours.send(b"hello")
        with room.session(links=[theirs.fileno()]) as session:
            yield session
        ours.close()
        theirs.close()


def test_a_function_is_called_between_cells(functions: Session) -> None:
    functions.run("secret_name = 1", seconds=20)
    assert functions.do(f"{FUNCTIONS}:add", a=2, b=3) == 5
    assert "secret_name" in functions.do(f"{FUNCTIONS}:names")
    assert functions.aside == [{"name": "stdout", "text": "said aside\n"}]
    assert functions.run("secret_name", seconds=20).count == 2


def test_a_function_may_be_async_and_is_given_the_links(functions: Session) -> None:
    functions.start(f"{FUNCTIONS}:later")
    assert functions.finish() == ["hello", "_UnixSelectorEventLoop"]


def test_a_function_that_fails_says_so(functions: Session) -> None:
    with pytest.raises(Failed, match="LookupError: not here"):
        functions.do(f"{FUNCTIONS}:fails")
    with pytest.raises(Failed, match="no_such"):
        functions.do(f"{FUNCTIONS}:no_such")
    assert functions.alive


def test_a_function_that_ends_the_process_says_so(functions: Session) -> None:
    with pytest.raises(Dead, match="exit status 3"):
        functions.do(f"{FUNCTIONS}:ends")
    assert value(functions.run("1", seconds=20)) == "1"
