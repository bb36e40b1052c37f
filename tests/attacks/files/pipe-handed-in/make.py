"""A pipe beside the notebook, a socket, and a file that nobody may read."""

import os
import socket


def make(folder, words):
    os.mkfifo(folder / "pipe.txt")
    here = os.open(folder, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(f"/proc/self/fd/{here}/socket.txt")
    os.close(here)
