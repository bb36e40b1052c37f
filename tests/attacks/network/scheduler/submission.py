# %% answer:fine
import os
import socket

places = {("127.0.0.1", 8786), ("127.0.0.1", 8787), ("127.0.0.1", int("@PORT@"))}
for name, value in os.environ.items():
    if "://" in value:
        place = value.split("://")[-1].split("/")[0].rpartition(":")
        if place[2].isdigit():
            places.add((place[0], int(place[2])))
for place in places:
    try:
        socket.create_connection(place, timeout=0.2).sendall(b"stolen")
    except OSError as error:
        print(error)


def fine(days):
    return min(20 * max(days, 0), 500)
