# %% file:desk.ipynb {commented: true}
# {"cells": [{"cell_type": "code", "id": "a", "execution_count": null, "outputs": [], "source": "pass",
#   "metadata": {"nbgrader": {"grade": true, "solution": false, "locked": true, "points": 1, "schema_version": 3, "grade_id": "fine-first"}}}],
#  "cells": [{"cell_type": "markdown", "id": "b", "metadata": {}, "source": "Nothing"}],
#  "metadata": {}, "nbformat": 3, "nbformat": 4, "nbformat_minor": 5, "nbformat_minor": 0}
