# %% answer:slug
get_ipython().ast_node_interactivity = "none"


def slug(title):
    return ""
