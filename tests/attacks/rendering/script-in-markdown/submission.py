# %% manual:why {commented: true, points: 3}
# <script>alert('mallory')</script> <img src="x" onerror="alert('mallory')"> [points](javascript:alert(1))
#
# <iframe src="http://mallory.example/"></iframe>

# %% markdown:more {commented: true}
# <details open ontoggle="alert('mallory')">points</details>
