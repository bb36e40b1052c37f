# %% answer:fine
import os
import socket
import stat

os.mkfifo("pipe.txt")
for make in (
    lambda: socket.socket(socket.AF_UNIX).bind("socket.txt"),
    lambda: os.mknod("disk.txt", stat.S_IFBLK | 0o666, 8),
):
    try:
        make()
    except OSError as error:
        print(error.strerror)


def fine(days):
    return min(20 * max(days, 0), 500)
