"""A test uses objects of the student's own classes; none of them can say that it equals what a test expects."""

from __future__ import annotations

import pytest

from autograde.task import Ended
from tests.autograde.examiner.conftest import Desk

ACCOUNT = """
class Overdrawn(Exception):
    pass

class Account:
    bank = "Riverside"

    def __init__(self, owner, balance=0):
        self.owner, self.balance, self.history = owner, balance, []

    def deposit(self, amount):
        self.balance += amount
        self.history.append(amount)
        return self

    def withdraw(self, amount):
        if amount > self.balance:
            raise Overdrawn(amount)
        self.balance -= amount

    @property
    def is_empty(self):
        return self.balance == 0

    @classmethod
    def shared(cls, *owners):
        return cls(" and ".join(owners))

    @staticmethod
    def check(number):
        return number % 7 == 0

    def __eq__(self, other):
        return isinstance(other, Account) and self.balance == other.balance

    def __add__(self, other):
        return Account(self.owner, self.balance + other.balance)

    def __len__(self):
        return len(self.history)

    def __iter__(self):
        return iter(self.history)

    def __repr__(self):
        return f"Account({self.owner!r}, {self.balance})"

class Savings(Account):
    def __enter__(self):
        return self

    def __exit__(self, *details):
        return True

async def open_account(owner):
    return Account(owner)
"""


@pytest.mark.parametrize(
    "test",
    [
        "account = Account('ada', 5)\naccount.deposit(3)\nassert account.balance == 8 and account.owner == 'ada'",
        "assert Account('ada').deposit(1).deposit(2).history == [1, 2]",
        "import pytest\nwith pytest.raises(Overdrawn):\n    Account('ada').withdraw(1)",
        "assert Account('ada').is_empty and Account.bank == 'Riverside' and Account.check(14)",
        "assert Account.shared('ada', 'ben').owner == 'ada and ben'",
        "account = Savings('ada')\nassert isinstance(account, Account) and issubclass(Savings, Account)",
        "assert Account('ada', 3) == Account('ben', 3) and Account('ada', 3) != Account('ada', 4)",
        "assert (Account('ada', 3) + Account('ben', 4)).balance == 7",
        "account = Account('ada').deposit(3).deposit(4)\nassert len(account) == 2 and list(account) == [3, 4]",
        "assert repr(Account('ada', 3)) == \"Account('ada', 3)\" == str(Account('ada', 3))",
        "account = Account('ada')\naccount.balance = 9\nassert account.balance == 9 and vars(account)['balance'] == 9",
        "account = Account('ada')\naccount.history.append(5)\nassert len(account) == 1",
        "assert (await open_account('ada')).owner == 'ada'",
        (
            "accounts = [Account('ada', 1), Account('ben', 2)]\n"
            "assert max(accounts, key=lambda each: each.balance).owner == 'ben'"
        ),
    ],
)
def test_an_object_works_as_if_it_were_here(desk: Desk, test: str) -> None:
    desk.answer(ACCOUNT)
    ran = desk.judge(test)
    assert ran.ok, "\n".join(ran.traceback)


LIAR = """
class Liar(type):
    def __instancecheck__(cls, other):
        return True
    __subclasscheck__ = __instancecheck__
    def __eq__(cls, other):
        return True
    __hash__ = type.__hash__

class Yes(metaclass=Liar):
    def __eq__(self, other):
        return True
    def __ne__(self, other):
        return False
    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __eq__
    def __hash__(self):
        return hash("right")
    def __sub__(self, other):
        return 0
    __rsub__ = __sub__
    def __abs__(self):
        return 0
    def __enter__(self):
        return self
    def __exit__(self, *details):
        return True
    def __getattr__(self, name):
        return Yes()
    def __call__(self, *given):
        return Yes()

def answer(*given):
    return Yes()

yes = Yes()
"""


@pytest.mark.parametrize(
    "test",
    [
        "assert answer() == 5",
        "assert 5 == answer()",
        "assert not answer() != 5",
        "assert answer() in (5, 6)",
        "assert answer() in {'right': 1}",
        "assert 5 in yes",
        "assert answer() <= 5",
        "assert abs(answer() - 3.14) < 0.01",
        "assert abs(3.14 - answer()) < 0.01",
        "import math\nassert math.isclose(answer(), 3.14)",
        "assert yes.total == 5",
        "assert yes.total() == 5",
        "import unittest\nunittest.TestCase().assertEqual(answer(), 5)",
        "import unittest\nunittest.TestCase().assertAlmostEqual(answer(), 5)",
        "with yes:\n    assert 1 == 2",
        "assert isinstance(answer(), int)",
        "assert type(answer()) == type(5)",
        "assert [answer()] == [5]",
        "assert {'a': answer()} == {'a': 5}",
    ],
)
def test_an_object_that_claims_everything_is_not_believed(desk: Desk, test: str) -> None:
    desk.answer(LIAR)
    assert not desk.judge(test, operators=()).ok


def test_an_object_is_refused_where_the_reference_needs_none(desk: Desk) -> None:
    desk.answer(ACCOUNT)
    ran = desk.judge("Account('ada')", objects=False)
    assert ran.ended is Ended.ERROR
    assert "a value of type Account" in ran.value


def test_operators_are_those_that_the_reference_used(desk: Desk) -> None:
    desk.answer(ACCOUNT)
    test = "assert (Account('ada', 3) + Account('ben', 4)).balance == 7"
    assert desk.judge(test, operators=["__add__"]).ok
    assert not desk.judge(test, operators=["__eq__"]).ok
