# %% answer:fine
from IPython.display import display

display(
    {"application/vnd.jupyter.widget-view+json": {"model_id": "</script><script>alert('mallory')</script>"}}, raw=True
)
display({"application/vnd.vegalite.v5+json": {"$schema": "</script><script>alert('mallory')</script>"}}, raw=True)
display({"application/json": {"x": "</script><script>alert('mallory')</script>"}}, raw=True)
