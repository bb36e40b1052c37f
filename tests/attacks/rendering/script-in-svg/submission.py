# %% answer:fine
from IPython.display import SVG, display

picture = "<svg xmlns='http://www.w3.org/2000/svg' onload=\"alert('mallory')\"><script>alert('mallory')</script></svg>"
display(SVG(picture))
