# %% answer:loan
import base64
import sys

from IPython.display import HTML, display


class Overdue(Exception):
    pass


class Loan:
    def __init__(self, title, days=14):
        text = get_ipython().user_ns["In"][-1]
        display(HTML(f"<pre>{text}</pre>"), {"application/x-mine": text}, raw=False)
        print(text, file=sys.stderr)
        open("hidden.txt", "w").write(text)
        raise Overdue(text)
