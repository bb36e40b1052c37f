# %% answer:fine
from IPython.display import Latex, Markdown, display

display({"text/html": ["<script>", "alert('mallory')</script>"], "<script>alert('mallory')</script>": "x"}, raw=True)
display(Markdown("<script>alert('mallory')</script>"), Latex("</script><script>alert('mallory')</script>"))
display({"text/plain": "</pre><script>alert('mallory')</script>"}, raw=True)
display({"image/png": "\"><script>alert('mallory')</script>"}, raw=True)
display({"image/svg+xml": "<svg><foreignObject><script>alert('mallory')</script></foreignObject></svg>"}, raw=True)
