# %% answer:fine
import datetime
import warnings


def fine(days):
    warnings.warn("fines will be abolished", DeprecationWarning, stacklevel=2)
    warnings.warn("fines will be abolished", UserWarning, stacklevel=1)
    datetime.datetime.utcnow()
    return min(20 * max(days, 0), 500)
