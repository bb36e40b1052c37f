# %% answer:desk
def desk(environ, start_response):
    start_response(
        "302 Found", [("Location", "http://127.0.0.1:@PORT@/stolen"), ("Refresh", "0;url=http://127.0.0.1:@PORT@")]
    )
    return []


# %% answer:app
from flask import Flask, redirect

app = Flask("library")


@app.post("/loans")
def lend():
    return redirect("http://127.0.0.1:@PORT@/stolen", 307)
