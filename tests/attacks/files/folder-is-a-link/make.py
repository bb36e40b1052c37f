"""The folder of the submission is a link."""

import shutil


def make(folder, words):
    shutil.rmtree(folder)
    folder.symlink_to(f"{words['COURSE']}/submitted/aaron-first/ps")
