# %% file:nbgrader_config.py
raise SystemExit("the student's settings")

# %% file:gradebook.db {commented: true}
# not a gradebook

# %% file:.nbgraderignore {commented: true}
# *

# %% file:timestamp.txt {commented: true}
# 1900-01-01 00:00:00 UTC

# %% file:jupyter_config.py
raise SystemExit("the student's settings")
