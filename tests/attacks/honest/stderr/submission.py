# %% answer:fine
import sys


def fine(days):
    print(f"asked about {days} days", file=sys.stderr)
    return min(20 * max(days, 0), 500)


# %% answer:loan
class Overdue(Exception):
    pass


class Loan:
    def __init__(self, title, days=14):
        print("a loan of", title, file=sys.stderr)
        self.title, self.days = title, days

    def renew(self):
        if self.days < 0:
            raise Overdue(self.title)
        self.days += 14
