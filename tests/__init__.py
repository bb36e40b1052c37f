"""The tests mirror the tree; `tests/browser` drives a real JupyterLab."""
