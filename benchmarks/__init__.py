"""Measured costs, each as a ratio to a bare minimum that is measured in the same run."""
