# %% answer:fine
def fine(days):
    raise type("<script>alert('mallory')</script>", (Exception,), {})("<img src=x onerror=alert('mallory')>")
