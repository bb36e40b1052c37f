# %% answer:fine
import cProfile
import signal
import sys

signal.signal(signal.SIGALRM, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, 0.01)
lines = []


def trace(frame, event, value):
    lines.append(event)


def fine(days):
    sys.settrace(trace)
    try:
        return cProfile.Profile().runcall(min, 20 * max(days, 0), 500)
    finally:
        sys.settrace(None)
