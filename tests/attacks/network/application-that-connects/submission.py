# %% answer:desk
import urllib.request


def desk(environ, start_response):
    try:
        urllib.request.urlopen("http://127.0.0.1:@PORT@/stolen", timeout=0.3)
    except OSError:
        pass
    found = environ["PATH_INFO"] == "/"
    start_response("200 OK" if found else "404 Not Found", [("Content-Type", "text/plain")])
    return [b"The desk is open" if found else b"There is no such page"]
