# %% answer:fine
from IPython.display import Javascript, display

display(Javascript("alert('mallory-js')"))
