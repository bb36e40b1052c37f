# %% answer:app
import time

from flask import Flask

app = Flask("library")


@app.post("/loans")
def lend():
    time.sleep(3_600)
