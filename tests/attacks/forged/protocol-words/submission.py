# %% answer:shelves
def shelves(books):
    right = [["A", ["Beloved", "Emma"]], ["B", ["Dune"]]]
    return {"__class__": "dict", "__type__": "dict", "$": "dict", "type": "dict", "value": right, "t": "d", "v": right}


# %% answer:fine
def fine(days):
    return {"value": 60, "ok": True, "__value__": 60, "return": 60, "$int": 60, "type": "int"}


# %% answer:slug
def slug(title):
    return {"__call__": "slug", "raise": None, "proxy": "expected", "__remote__": True}
