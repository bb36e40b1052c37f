# %% answer:fine
from IPython.display import HTML, SVG, Markdown, display

display(HTML("<table><tr><td>20</td></tr></table><script>console.log(1)</script>"), Markdown("**20** cents"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><circle r='4'/></svg>"))


def fine(days):
    display(HTML(f"<b>{days}</b>"))
    return min(20 * max(days, 0), 500)
