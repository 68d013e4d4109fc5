"""Reading files without waiting for a disk: what the kernel does not have in memory is not read.

Names are looked up with openat2 and RESOLVE_CACHED (Linux 5.12), which Python has no call for.
"""

import ctypes
import errno
import os
import struct
from functools import cache
from typing import Any, Final

UNABLE: Final = frozenset({errno.ENOSYS, errno.EINVAL, errno.EPERM, errno.EOPNOTSUPP})
"""What it fails with where nothing is read like this: an older kernel, a container that forbids the
call, a file system that cannot (tmpfs, NFS)."""

_OPENAT2: Final = 437  # on every architecture
_AT_FDCWD: Final = -100
_RESOLVE_CACHED: Final = 0x20
_HOW: Final = struct.pack("=QQQ", os.O_RDONLY | os.O_CLOEXEC, 0, _RESOLVE_CACHED)


def open_cached(path: str) -> int:
    """Return a descriptor to read a file whose whole path the kernel knows.

    Raises: OSError: BlockingIOError: it would have to look at the disk; FileNotFoundError; UNABLE.
    """
    fd = int(_call()(_OPENAT2, _AT_FDCWD, os.fsencode(path), _HOW, len(_HOW)))
    if fd < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), path)
    return fd


def read_cached(fd: int, start: int, stop: int) -> bytes:
    """Return the file's bytes from ``start`` to ``stop``, which must be within it.

    Raises: OSError: BlockingIOError: the page cache has not all of them; UNABLE.
    """
    buffer = bytearray(stop - start)
    count = os.preadv(fd, [buffer], start, os.RWF_NOWAIT) if buffer else 0
    if count < len(buffer):
        raise BlockingIOError(errno.EAGAIN, "the page cache has but some of it")
    return bytes(buffer)


@cache
def _call() -> Any:
    """Return the C library's ``syscall``. It keeps the interpreter's lock, as it never waits."""
    call = ctypes.PyDLL(None, use_errno=True).syscall
    call.argtypes = (
        *(ctypes.c_long, ctypes.c_int, ctypes.c_char_p),
        *(ctypes.c_char_p, ctypes.c_size_t),
    )
    call.restype = ctypes.c_long
    return call
