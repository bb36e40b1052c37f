"""What is learned and remembered; no Jupyter in here."""
