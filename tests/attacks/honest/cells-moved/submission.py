# %% markdown:about

# %% readonly:tools

# %% answer:loan

# %% test:loan-renew

# %% test:loan-reserved

# %% answer:app

# %% test:app-lends

# %% answer:desk

# %% test:desk-open

# %% answer:slug

# %% test:slug-share

# %% answer:shelves

# %% test:shelves-all

# %% answer:fine

# %% test:fine-first

# %% test:fine-rest

# %% manual:why
