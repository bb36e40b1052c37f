# %% answer:fine
import socket

server = socket.socket()
try:
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    server.bind(("0.0.0.0", int("@PORT@")))
    server.listen()
except OSError as error:
    print(error)


def fine(days):
    return min(20 * max(days, 0), 500)
