# %% added
import json
import time

time.sleep = lambda seconds: None
json.JSONEncoder.default = lambda self, thing: str(thing)
