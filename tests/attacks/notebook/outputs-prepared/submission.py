# %% test:slug-share {outputs: [{output_type: execute_result, execution_count: 9, data: {text/plain: "4.0"}, metadata: {}}]}

# %% test:fine-first {outputs: [{output_type: stream, name: stdout, text: "passed"}]}
