"""A notebook whose minor version has a million digits."""


def make(folder, words):
    (folder / "desk.ipynb").write_text(
        '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": ' + "9" * 1_000_000 + "}"
    )
