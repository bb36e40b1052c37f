# %% test:fine-first {score: 1, auto_score: 1, manual_score: 1, extra_credit: 50, comment: Excellent}

# %% manual:why {commented: true, points: 3, manual_score: 3, extra_credit: 9}
# See above.
