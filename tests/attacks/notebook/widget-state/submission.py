# %% notebook {metadata: {widgets: {application/vnd.jupyter.widget-state+json: {version_major: 2, state: {a: {model_module: "../../x", model_name: 5, state: null}}}}}}

# %% answer:fine
def fine(days):
    return min(20 * max(days, 0), 500)
