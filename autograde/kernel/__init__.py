"""A warm process, rooms that are forked from it, and in them sessions: kernels that run cells.

`Warm` is in `warm`, `Room` in `room`, `Session` in `session`, `Ran` in `ran`. What runs in the warm process and below
lies in `inside`, and is imported there by itself, in a Python that may have none of our dependencies.
"""
