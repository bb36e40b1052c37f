# %% added
shell = get_ipython()
shell.showtraceback = shell._showtraceback = lambda *more, **named: None
