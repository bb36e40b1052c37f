# %% file:desk.ipynb {commented: true}
# {"metadata": {"name": "desk"}, "nbformat": 2, "worksheets": [{"cells": [{"cell_type": "code", "collapsed": false, "input": "1", "language": "python", "outputs": []}]}]}
