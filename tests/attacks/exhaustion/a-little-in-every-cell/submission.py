# %% added
import time

time.sleep(1)

# %% added
time.sleep(1)

# %% added
time.sleep(1)

# %% added
time.sleep(1)
