# %% notebook {metadata: {kernelspec: {name: bash, display_name: Bash, language: bash}}}

# %% answer:fine
