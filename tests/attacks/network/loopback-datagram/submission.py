# %% answer:fine
import socket

for kind in (socket.SOCK_DGRAM,):
    try:
        with socket.socket(socket.AF_INET, kind) as one:
            one.sendto(b"stolen", ("127.0.0.1", int("@PORT@")))
            one.sendto(b"stolen", ("127.255.255.255", int("@PORT@")))
    except OSError as error:
        print(error)


def fine(days):
    return min(20 * max(days, 0), 500)
