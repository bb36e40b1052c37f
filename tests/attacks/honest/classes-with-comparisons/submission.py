# %% answer:loan
from dataclasses import dataclass
from functools import total_ordering


class Overdue(ValueError):
    pass


@total_ordering
@dataclass(eq=False)
class Loan:
    title: str
    days: int = 14

    def __eq__(self, other):
        return isinstance(other, Loan) and self.days == other.days

    def __lt__(self, other):
        return self.days < other.days

    def renew(self):
        if self < Loan("", 0):
            raise Overdue(self.title)
        self.days += 14
