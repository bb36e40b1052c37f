# %% added
import asyncio


async def later(value):
    await asyncio.sleep(0.01)
    return value


cents = await later(20)


# %% answer:fine
import threading


def fine(days):
    found = []
    worker = threading.Thread(target=lambda: found.append(asyncio.run(later(cents))))
    worker.start()
    worker.join()
    return min(found[0] * max(days, 0), 500)
