# %% answer:fine
def fine(days):
    return 20 * days


# %% test:fine-first {grade_id: loan-renew}

# %% test:loan-renew {grade_id: fine-first}
