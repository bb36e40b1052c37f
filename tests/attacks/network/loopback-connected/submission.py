# %% answer:fine
import socket

for family, place in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"), (socket.AF_INET, "0.0.0.0")):
    try:
        with socket.socket(family) as one:
            one.settimeout(0.3)
            one.connect((place, int("@PORT@")))
            one.sendall(b"GET /stolen HTTP/1.0\r\n\r\n")
    except OSError as error:
        print(error)


def fine(days):
    return min(20 * max(days, 0), 500)
