# %% answer:desk
import logging

logging.basicConfig(level=logging.DEBUG)


def desk(environ, start_response):
    found = environ["PATH_INFO"] == "/"
    if not found:
        logging.getLogger("desk").warning("Not Found: %s", environ["PATH_INFO"])
        print("not found", file=environ["wsgi.errors"])
    start_response("200 OK" if found else "404 Not Found", [("Content-Type", "text/plain")])
    return [b"The desk is open" if found else b"There is no such page"]
