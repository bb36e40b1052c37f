# %% answer:desk
def desk(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    while True:
        yield b"x" * 65_536
