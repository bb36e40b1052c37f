# %% added
shell = get_ipython()


class Empty(type(shell)):
    async def run_ast_nodes(self, nodelist, cell_name, *more, **named):
        return False


shell.__class__ = Empty
