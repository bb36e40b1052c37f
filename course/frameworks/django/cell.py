"""The middleware of Django programs that is given as a function or class, so that its dotted path leads to it."""
