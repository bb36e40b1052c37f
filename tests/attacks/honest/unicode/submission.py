# %% answer:fine
Gebühr = 20
上限 = 500


def fine(days):
    """Überfällig: ‮right to left‬, 𝔘𝔫𝔦𝔠𝔬𝔡𝔢, 👩‍🚀, e\u0301."""
    print("Gebühr für", days, "Tage: 👩‍🚀", "\u2028")
    return min(Gebühr * max(days, 0), 上限)
