# %% added
async def well(code, result=None, *, async_=False):
    return False


get_ipython().run_code = well
