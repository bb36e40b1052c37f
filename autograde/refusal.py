"""What cannot be done, said to the person who asked for it."""

from __future__ import annotations


class Refusal(Exception):
    """Nothing was done; the message says what stood in the way, where, and what to do."""
