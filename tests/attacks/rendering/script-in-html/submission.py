# %% answer:fine
from IPython.display import HTML, display

display(HTML("<script>alert('mallory')</script><img src=x onerror=alert('mallory')>"))
display(
    HTML(
        "<a href=\"javascript:alert('mallory')\">points</a><iframe srcdoc=\"<script>alert('mallory')</script>\"></iframe>"
    )
)


def fine(days):
    return None
