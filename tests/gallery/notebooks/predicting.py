# ---
# title: Predicting what a cell gives
# minutes: 5
# ---

# %% [markdown]
# # Predicting what a cell gives
#
# Each cell says what it asks; its own result decides.

# %%
from course import predict

# %%
%%predict How many loans are overdue? | 1 | 2 | 3
loans = {"Emma": 12, "Dracula": 30, "Ulysses": 41}
sum(days > 28 for days in loans.values())

# %%
%%predict What does this cell print? | `Emma` | `Dracula, Ulysses`
print(", ".join(title for title, days in loans.items() if days > 28))

# %%
%%predict Which title was lent last?
import asyncio

await asyncio.sleep(0)
min(loans, key=loans.get)

# %%
%%predict What does a cell give that only sets a name? | nothing | 3
count = len(loans)

# %% tags=["raises-exception"]
%%predict What comes of a title that nobody has borrowed? | None | KeyError | an empty text
loans["Persuasion"]

# %% [markdown]
# The same as a call, for options that hold the sign `|`:

# %%
predict("Which type has a title that may be missing?", "str | None", "str")
str | None
