# %% added
from unittest import mock

import pytest


def test_of_mine():
    with mock.patch("builtins.open", mock.mock_open(read_data="20")) as opened:
        assert int(open("prices").read()) == 20
    opened.assert_called_once()
    with pytest.raises(ZeroDivisionError):
        1 / 0


test_of_mine()
