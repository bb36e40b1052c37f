# %% notebook {metadata: {kernelspec: {name: my-env, display_name: My environment, language: python}, vscode: {interpreter: {hash: abc}}, toc: {base_numbering: 1}}}

# %% answer:fine {tags: [mine], outputs: [{output_type: stream, name: stdout, text: "old\n"}]}
def fine(days):
    return min(20 * max(days, 0), 500)
