# %% answer:fine {outputs: [{output_type: spell, data: 5}, 7, null, {output_type: stream}]}
def fine(days):
    return min(20 * max(days, 0), 500)


# %% test:fine-first {outputs: [{output_type: display_data}]}
