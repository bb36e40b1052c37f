"""A notebook of 200,000 brackets."""


def make(folder, words):
    deep = "[" * 200_000 + "]" * 200_000
    (folder / "desk.ipynb").write_text(
        '{"cells": [], "metadata": {"x": ' + deep + '}, "nbformat": 4, "nbformat_minor": 5}'
    )
