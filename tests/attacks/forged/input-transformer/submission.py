# %% added
def nothing(lines):
    return ["pass\n"]


get_ipython().input_transformers_post.append(nothing)
