# %% notebook {metadata: {kernelspec: {name: "../../../../tmp/evil", display_name: Evil, language: python}}}
