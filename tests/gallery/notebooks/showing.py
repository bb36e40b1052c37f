# ---
# title: Answers to look at
# minutes: 5
# ---

# %% [markdown]
# # Answers to look at
#
# `show` takes the answer of any framework, and says what a person would want to know of it.

# %%
from django.http import HttpResponse, JsonResponse
from django.urls import path
from fastapi import FastAPI, Response
from flask import Flask, redirect
from IPython.display import display

from course import client, django_app, show

flask, fastapi = Flask("library"), FastAPI()
flask.add_url_rule("/old", "old", lambda: redirect("/loans"))
flask.add_url_rule("/loans", "loans", lambda: {"loans": []})
flask.add_url_rule("/fees", "fees", lambda: {"fee": 10 / 0})


def bundle(shown):
    """HTML and text of what `show` and `compare` draw."""
    data = shown._repr_mimebundle_()
    return data["text/html"], data["text/plain"]


# %% [markdown]
# ## A page, drawn in a frame in which nothing runs

# %%
PAGE = """<!doctype html>
<title>Riverside Library</title>
<link rel="stylesheet" href="/static/site.css">
<h1>New books</h1>
<ul><li>Middlemarch</li><li>Dracula</li></ul>
<script>document.title = "taken"</script>"""


def new_books(request):
    page = HttpResponse(PAGE)
    page.set_cookie("branch", "north", httponly=True, samesite="Lax")
    return page


django = django_app([path("new", new_books)])
shown = show(client(django).get("/new"))
html, text = bundle(shown)
assert '<iframe sandbox title="The page that answers GET http://testserver/new"' in html
assert "default-src &#x27;none&#x27;" in html
assert "<script>" not in html
assert "Not loaded here: /static/site.css." in html
assert "Cookies that it sets" in html
assert text.startswith("200 OK (success)")
assert "set-cookie: branch=north; HttpOnly; Path=/; SameSite=Lax" in text
display(shown)

# %% [markdown]
# ## JSON to fold and unfold

# %%
fastapi.add_api_route("/books", lambda: [{"id": number, "title": f"Book {number}"} for number in range(1, 101)])
shown = show(client(fastapi).get("/books"))
html, text = bundle(shown)
assert "list of 100 items" in html
assert "… 80 more" in html
assert '"title": "Book 1"' in text
display(shown)

# %% [markdown]
# ## Where a redirect leads

# %%
shown = show(client(flask).get("/old"))
assert "Location leads to GET /loans. It was not followed." in bundle(shown)[1]
display(shown)

# %%
shown = show(client(flask).get("/old", follow_redirects=True))
assert "1. GET /old was answered with 302 Found, Location: /loans" in bundle(shown)[1]
display(shown)

# %% [markdown]
# ## Values that do not pass the checks, and addresses that lead nowhere


# %%
def lend(days: int):
    return days


fastapi.add_api_route("/loans", lend, methods=["POST"])
shown = show(client(fastapi).post("/loans?days=many"))
assert bundle(shown)[1].startswith("422 ")
assert "int_parsing" in bundle(shown)[1]
display(shown)

# %%
for app in (flask, fastapi, django):
    assert bundle(show(client(app).get("/nowhere")))[1].startswith("404 Not Found (client error)")

# %% [markdown]
# ## An exception in a view

# %%
shown = show(client(flask).get("/fees"), height=120)
assert bundle(shown)[1].startswith("ZeroDivisionError: division by zero")
assert "height: 120px" in bundle(shown)[0]
display(shown)

# %% [markdown]
# ## Pictures, bytes, text, and nothing at all

# %%
fastapi.add_api_route(
    "/cover", lambda: Response(b"<svg xmlns='http://www.w3.org/2000/svg'/>", media_type="image/svg+xml")
)
fastapi.add_api_route("/catalogue", lambda: Response(bytes(range(64)), media_type="application/pdf"))
fastapi.add_api_route("/rules", lambda: Response("Be quiet.", media_type="text/plain"))
fastapi.add_api_route("/books/1", lambda: Response(status_code=204), methods=["DELETE"])
desk = client(fastapi)
assert (
    '<img class="picture" alt="The picture that was sent" src="data:image/svg+xml;base64,'
    in bundle(show(desk.get("/cover")))[0]
)
assert "00000000  00 01 02 03" in bundle(show(desk.get("/catalogue")))[1]
assert bundle(show(desk.get("/rules")))[1].endswith("Be quiet.")
assert bundle(show(desk.delete("/books/1")))[1].endswith("Body: empty, as it always is with 204")

# %%
with desk.stream("GET", "/rules") as answer:
    assert "call response.read() first" in bundle(show(answer))[1]
    answer.read()
    assert bundle(show(answer))[1].endswith("Be quiet.")

# %% [markdown]
# ## Responses that a view made, without a request

# %%
with flask.app_context():
    made = [
        flask.json.response({"title": "Emma"}),
        JsonResponse({"title": "Emma"}),
        Response('{"title": "Emma"}', media_type="application/json"),
    ]
for response in made:
    assert '"title": "Emma"' in bundle(show(response))[1]

# %% [markdown]
# ## Mistakes: one message each, and it says what to do


# %%
async def rules():
    return "Be quiet."


for mistake in (None, "Emma", flask, rules, rules()):
    try:
        show(mistake)
    except TypeError as error:
        print(error)
