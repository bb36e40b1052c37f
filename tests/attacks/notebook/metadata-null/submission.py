# %% file:desk.ipynb {commented: true}
# {"cells": [{"cell_type": "code", "metadata": null, "source": "1", "outputs": null, "execution_count": "x", "id": 5},
#            {"cell_type": "code", "metadata": {"nbgrader": "yes"}, "source": null, "outputs": [], "execution_count": null},
#            {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": ["fine"], "grade": "yes"}}, "source": {}, "outputs": [7]}],
#  "metadata": "none", "nbformat": 4, "nbformat_minor": 5}
