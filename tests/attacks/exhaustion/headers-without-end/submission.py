# %% answer:desk
def desk(environ, start_response):
    start_response("200 " + "x" * 1_000_000, [(f"X-{number}", "y" * 100) for number in range(100_000)])
    return [b"The desk is closed"]
