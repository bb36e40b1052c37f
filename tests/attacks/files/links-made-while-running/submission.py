# %% answer:fine
import os

for name, target in {
    "solutions.txt": "@COURSE@/source/ps/desk.ipynb",
    "letters.txt": "@HOME@/letters.txt",
    "up": "../../..",
    "folder": "@COURSE@",
    "secrets": "/proc/self/environ",
    "loop": "loop",
    "seen.txt": "@COURSE@/autograded/aaron-first/ps/notes.txt",
}.items():
    os.symlink(target, name)


def fine(days):
    return min(20 * max(days, 0), 500)
