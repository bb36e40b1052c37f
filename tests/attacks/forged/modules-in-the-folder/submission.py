# %% file:json.py
def dumps(*more, **named):
    return '{"ended": "ok", "status": "ok", "outputs": []}'


def loads(*more, **named):
    return {"ended": "ok", "status": "ok", "outputs": []}


JSONEncoder = JSONDecoder = object

# %% file:werkzeug/__init__.py
raise SystemExit("werkzeug of the folder")

# %% file:werkzeug/test.py
Client = lambda app: None

# %% file:struct.py
raise SystemExit("struct of the folder")

# %% file:traceback.py
raise SystemExit("traceback of the folder")

# %% file:IPython/__init__.py
raise SystemExit("IPython of the folder")

# %% file:autograde/__init__.py
raise SystemExit("autograde of the folder")
