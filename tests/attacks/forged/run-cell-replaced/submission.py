# %% added
shell = get_ipython()
run, run_async = shell.run_cell, shell.run_cell_async


def run_nothing(raw_cell, *more, **named):
    return run("pass", *more, **{**named, "transformed_cell": "pass"} if "transformed_cell" in named else named)


async def run_nothing_async(raw_cell, *more, **named):
    named |= {"transformed_cell": "pass\n", "preprocessing_exc_tuple": None}
    return await run_async("pass", *more, **named)


shell.run_cell, shell.run_cell_async = run_nothing, run_nothing_async
