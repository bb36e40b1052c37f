# %% answer:fine
import ctypes
from multiprocessing import shared_memory

libc = ctypes.CDLL(None, use_errno=True)
print(libc.shmget(0x5EED, 4096, 0o1666), libc.semget(0x5EED, 1, 0o1666), libc.msgget(0x5EED, 0o1666))
try:
    one = shared_memory.SharedMemory("left-by-a-student", create=True, size=64)
    from multiprocessing import resource_tracker

    resource_tracker.unregister(one._name, "shared_memory")
except OSError as error:
    print(error.strerror)


def fine(days):
    return min(20 * max(days, 0), 500)
