"""Django, Flask and FastAPI inside a kernel."""
