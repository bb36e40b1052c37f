# %% file:desk.ipynb {commented: true}
# {"cells": [{"cell_type": "code", "metadata": {}, "sour
