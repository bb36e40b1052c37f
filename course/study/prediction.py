"""Predictions: what a learner said before a cell ran, what came, and who is told of it."""

from __future__ import annotations

import ast
import logging
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Prediction:
    """What was predicted, and what really came; `options` is empty where the learner wrote the prediction freely."""

    question: str
    options: tuple[str, ...]
    predicted: str
    actual: str
    right: bool


LONGEST = 200
"""Characters of a result that are shown again."""

Listener = Callable[[Prediction], object]
_listeners: list[Listener] = []


def subscribe(listener: Listener) -> Callable[[], None]:
    """Calls `listener` with every prediction that is decided from now on, until the returned function is called."""
    _listeners.append(listener)

    def unsubscribe() -> None:
        if listener in _listeners:
            _listeners.remove(listener)

    return unsubscribe


def publish(prediction: Prediction) -> None:
    """Tells all listeners. One that fails is logged, and keeps neither the others nor the cell from going on."""
    for listener in tuple(_listeners):
        try:
            listener(prediction)
        except Exception:
            logging.getLogger(__name__).exception("A prediction could not be handed on.")


def read_question(line: str) -> tuple[str, tuple[str, ...]]:
    """The question and the options of a line such as `What comes back? | 200 | 404`."""
    question, *options = (part.strip() for part in line.split("|"))
    return question, tuple(option for option in options if option)


def fitting(options: Sequence[str], results: Sequence[str]) -> set[str]:
    """Those of the options that say one of the results, which are the ways to write down one and the same thing.

    Quotes and spaces do not count; upper and lower case only count where two options differ in nothing else.
    """
    wanted = {_plain(result) for result in results}
    if exact := {option for option in options if _plain(option) in wanted}:
        return exact
    folded = {text.casefold() for text in wanted}
    return {option for option in options if _plain(option).casefold() in folded}


def decide(question: str, options: Sequence[str], predicted: str, results: Sequence[str]) -> Prediction:
    """The prediction, decided by what came; the first of the results says most of it."""
    right = predicted in fitting(options or [predicted], results)
    return Prediction(question, tuple(options), predicted, _spelled([predicted, *options], results), right)


def chosen(options: Sequence[str], reply: str) -> str | None:
    """The option that a typed reply means, by its text or else by its number from 1; None when it means none."""
    if fits := fitting(options, [reply]):
        return next(option for option in options if option in fits)
    number = int(reply) if reply.isdecimal() else 0
    return options[number - 1] if 0 < number <= len(options) else None


def verdict(prediction: Prediction) -> str:
    """How the prediction did, in a sentence or two."""
    actual = textwrap.shorten(prediction.actual, LONGEST, placeholder=" …")
    predicted = prediction.predicted.strip("`")
    if prediction.right:
        return f"Right. You predicted {predicted}, and it is {actual}."
    return f"Not this time. You predicted {predicted}; it is {actual}. Which line decides it?"


def _spelled(spellings: Sequence[str], results: Sequence[str]) -> str:
    """What came, as the learner or an option spells it, so that quotes do not look like a difference."""
    actual = results[0]
    for spelling in spellings:
        if _plain(spelling) == _plain(actual):
            return " ".join(spelling.split()).strip("`")
    folded = {spelling.casefold() for spelling in spellings}
    same = [result for result in results if _plain(result) == _plain(actual)]
    return next((result for result in same if result.casefold() in folded), actual)


def _plain(text: str) -> str:
    """The same for 301, "301" and '301', for [1,2] and [1, 2], between backticks or not, whatever spaces are around."""
    text = " ".join(text.split()).strip("`")
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return " ".join(value.split()) if isinstance(value, str) else repr(value)
