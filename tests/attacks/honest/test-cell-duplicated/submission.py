# %% markdown:about

# %% readonly:tools

# %% answer:fine

# %% test:fine-first

# %% test:fine-first

# %% test:fine-rest

# %% answer:shelves

# %% test:shelves-all

# %% answer:slug

# %% test:slug-share

# %% answer:desk

# %% test:desk-open

# %% answer:app

# %% test:app-lends

# %% answer:loan

# %% test:loan-renew

# %% test:loan-reserved

# %% manual:why
