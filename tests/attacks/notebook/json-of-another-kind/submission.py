# %% file:desk.ipynb {commented: true}
# [1, 2, {"cells": []}]
