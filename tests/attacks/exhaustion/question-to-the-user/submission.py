# %% answer:fine
import os
import sys


def fine(days):
    sys.stdin.readline()
    os.read(0, 1)
    return int(input("How much? "))
