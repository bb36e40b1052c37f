# %% added
class Anything:
    def __getattr__(self, name):
        return self

    def __call__(self, *more, **named):
        return self

    def __eq__(self, other):
        return True


import builtins

builtins.get_ipython = get_ipython = lambda: Anything()
In = Out = _oh = _ih = Anything()
__name__ = "not main"
print = input = display = Anything()
__builtins__ = Anything()
