"""Whatever the student's process does to the line, it costs that student the cell, and nobody else anything."""

from __future__ import annotations

import time

import pytest

from autograde.task import Ended
from tests.autograde.examiner.conftest import Desk

PATCHED = """
import os, socket, struct, threading, time
from autograde.examiner.inside import exchange, line, serving

def raw(data):
    def send(self, *given, **named):
        self.connection.sendall(data)
    exchange.Exchange.send = send

def frame(kind, lane, call, text):
    return struct.pack(">IBII", len(text), kind, lane, call) + text

def total():
    return 5
"""
ATTACKS = {
    "noise": "raw(os.urandom(2000))",
    "a frame without end": "raw(struct.pack('>IBII', 2**32 - 1, 3, 0, 1))",
    "no JSON": "raw(frame(3, 0, 1, b'{{{'))",
    "another shape": "raw(frame(3, 0, 1, b'{\"a\": 1}'))",
    "deep": "raw(frame(3, 0, 1, b'[' * 100000 + b']' * 100000))",
    "deep values": "raw(frame(3, 0, 1, b'[' + b'[\"t\",' * 5000 + b'1' + b']' * 5000 + b',[],[],[]]'))",
    "an unknown tag": 'raw(frame(3, 0, 1, b\'[["l",1,["evil",1]],[],[],[]]\'))',
    "a number that is taken": 'raw(frame(3, 0, 1, b\'[["l",1,["l",1]],[],[],[]]\'))',
    "changes of nothing": "raw(frame(3, 0, 1, b'[1,[[77,[1]]],[],[]]'))",
    "forgetting": "raw(frame(3, 0, 1, b'[1,[],[2],[]]'))",
    "an answer to nobody": "raw(frame(3, 0, 999, b'[1,[],[],[]]'))",
    "a question to nobody": 'raw(frame(1, 77, 1, b\'[["l",0,"call",true,1,["l",0],["d",0]],[],[],[]]\'))',
    "a kind that is none": "raw(frame(99, 0, 1, b'[1,[],[],[]]'))",
    "a broken exception": 'raw(frame(4, 0, 1, b\'[["l",0,"error",5],[],[],[]]\'))',
    "lanes without end": "raw(b''.join(frame(6, 2 * n + 1, 1, b'[null,[],[],[]]') for n in range(5000)))",
    "a large number": "raw(frame(3, 0, 1, b'[' + b'9' * 1000000 + b',[],[],[]]'))",
    "an array of lies": 'raw(frame(3, 0, 1, b\'[["N",1,"<f8",[9999999999],""],[],[],[]]\'))',
    "closed": "exchange.Exchange.send = lambda self, *given, **named: self.connection.shutdown(socket.SHUT_RDWR)",
    "silence": "exchange.Exchange.send = lambda self, *given, **named: None",
    "its end": "exchange.Exchange.send = lambda self, *given, **named: os._exit(3)",
    "a flood": (
        "def flood(self, *given, **named):\n    try:\n        while True:\n"
        "            self.connection.sendall(b'x' * 65536)\n"
        "    except OSError:\n        pass\nexchange.Exchange.send = flood"
    ),
    "no server": "serving.serve = None",
    "a server that raises": "def serve(*given, **named):\n    raise MemoryError\nserving.serve = serve",
    "a link that is taken": (
        "for number in range(3, 60):\n    try:\n        socket.socket(fileno=os.dup(number)).close()\n"
        "    except OSError:\n        pass"
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_process_that_lies_costs_its_cell(desk: Desk, name: str) -> None:
    desk.answer(PATCHED + ATTACKS[name])
    started = time.monotonic()
    ran = desk.judge("assert total() == 6", seconds=1)
    assert not ran.ok
    assert time.monotonic() - started < 25
    assert ran.outputs[-1]["output_type"] == "error"
    assert "Traceback" not in ran.value
    assert desk.student.run("1 + 1", seconds=20).ok
    if name in ("its end", "closed"):
        assert "process has ended" in ran.value or ran.ended is Ended.DIED


def test_values_that_are_sent_by_hand_are_judged_all_the_same(desk: Desk) -> None:
    """To say 5 by hand is no more than to return 5."""
    desk.answer(PATCHED + "raw(frame(3, 0, 1, b'[5,[],[],[]]'))")
    assert not desk.judge("assert total() == 6", seconds=2).ok


def test_an_endless_answer_ends_in_time_and_the_notebook_goes_on(desk: Desk) -> None:
    desk.answer("kept = 7\n\ndef total():\n    while True:\n        pass")
    ran = desk.judge("total()", seconds=1)
    assert (ran.ended, ran.name) == (Ended.TIMEOUT, "CellTimeoutError")
    assert desk.student.births == 1, "The process was interrupted, not replaced."
    assert desk.student.run("assert kept == 7", seconds=20).ok
    desk.answer("def total():\n    return 5")
    assert desk.judge("assert total() == 5").ok


def test_an_answer_that_cannot_be_interrupted_is_ended_soon_after_its_time(desk: Desk) -> None:
    desk.answer(
        "import signal, time\nkept = 7\n\ndef total():\n    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))\n"
        "    while True:\n        time.sleep(0.1)"
    )
    started = time.monotonic()
    ran = desk.judge("total()", seconds=1)
    assert time.monotonic() - started < 1 + 3
    assert ran.ended is Ended.TIMEOUT
    assert desk.student.run("assert kept == 7", seconds=20).ok


def test_a_process_that_ends_costs_the_cell_and_the_next_one_is_judged(desk: Desk) -> None:
    desk.answer("import os\n\ndef total(n):\n    if n:\n        os._exit(1)\n    return 5")
    ran = desk.judge("total(1)")
    assert (ran.ended, ran.value) == (Ended.DIED, "The notebook's process has ended.")
    assert desk.judge("assert total(0) == 5").ok


@pytest.mark.parametrize("raised", ["SystemExit(0)", "KeyboardInterrupt", "GeneratorExit", "StopIteration(5)"])
def test_whatever_is_raised_the_test_does_not_pass(desk: Desk, raised: str) -> None:
    desk.answer(f"def total():\n    raise {raised}")
    ran = desk.judge("assert total() == 6", seconds=5)
    assert ran.ended is Ended.ERROR


def test_the_examiner_survives_a_value_that_is_too_large(desk: Desk) -> None:
    desk.answer("def total():\n    return 'x' * 50_000_000")
    ran = desk.judge("assert total() == 6")
    assert ran.ended is Ended.ERROR
    assert "too large" in ran.value
    desk.answer("def total():\n    return 5")
    assert desk.judge("assert total() == 5").ok


def test_answers_cannot_see_the_tests(desk: Desk) -> None:
    desk.answer(
        "import gc, sys\n\ndef total():\n    texts = [thing for thing in gc.get_objects() if isinstance(thing, str)]\n"
        "    frame, names = sys._getframe(), []\n    while frame:\n"
        "        names += frame.f_code.co_names\n        frame = frame.f_back\n"
        "    secret = 'secret_' + 'expectation'\n    return any(secret in text for text in [*texts, *names, *In])"
    )
    assert desk.judge("secret_expectation = False\nassert total() is secret_expectation").ok
