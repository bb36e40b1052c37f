"""400 folders in each other."""

import os


def make(folder, words):
    at = os.open(folder, os.O_RDONLY)
    for _ in range(400):
        os.mkdir("a" * 40, dir_fd=at)
        below = os.open("a" * 40, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)
