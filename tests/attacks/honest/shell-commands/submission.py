# %% added {commented: true}
# !ls > listing.txt
# listing = !cat listing.txt
# %timeit -n1 -r1 sum(range(10))

# %% added {commented: true}
# %%writefile helper_of_mine.py
# def capped(cents):
#     return min(cents, 500)

# %% answer:fine
from helper_of_mine import capped


def fine(days):
    return capped(20 * max(days, 0))
