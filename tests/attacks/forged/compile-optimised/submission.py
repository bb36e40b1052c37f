# %% added
import builtins

real = builtins.compile


def optimised(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, **named):
    return real(source, filename, mode, flags, dont_inherit, 2, **named)


builtins.compile = optimised
