# %% answer:fine
from IPython.display import HTML, Image, display

display(HTML("<img src='http://mallory.example/a.png'><link rel=stylesheet href=\"http://mallory.example/s.css\">"))
display(
    HTML("<div style='background:url(http://mallory.example/b.png)'>read</div>"), Image(url="http://mallory.example/c")
)
print("still here")

# %% manual:why {commented: true, points: 3}
# ![read](http://mallory.example/d.png)
