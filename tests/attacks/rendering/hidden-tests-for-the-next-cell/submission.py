# %% answer:loan
class Overdue(Exception):
    pass


class Loan:
    def __init__(self, title, days=14):
        pass


# %% test:loan-renew

# %% added
print(In[-2:], [str(value) for name, value in list(globals().items()) if name.startswith("_i")])
