"""Files whose names no listing shows as they are."""


def make(folder, words):
    for name in ("y\n[ERROR] zoe-last: not graded", "\x1b[2Jy", "\u202etxt.exe", "--help", "%s%n", "~"):
        (folder / name).write_text("y")
