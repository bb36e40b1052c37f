# %% file:extra.ipynb {commented: true}
# {"cells": [{"cell_type": "code", "id": "a", "execution_count": null, "outputs": [], "source": "open('extra-ran.txt', 'w').close()", "metadata": {}}],
#  "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
