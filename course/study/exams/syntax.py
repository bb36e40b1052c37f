"""Whether typed code is Python at all: what can be said before an exam is over without a hint at what is right."""

from __future__ import annotations

import warnings


def syntax_error(code: str) -> str:
    """Line and message of what Python cannot read; empty when it can. Nothing of it is run."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(code, "your code", "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"Line {error.lineno or 1}: {error.msg}."
    except (ValueError, OverflowError, RecursionError, MemoryError) as error:
        return f"Python cannot read this: {error or 'it is nested too deeply'}."
    return ""
