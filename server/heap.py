"""What a worker has freed goes back to the system.

glibc gives each thread an arena of its own and keeps what was freed there, tens of megabytes for
each, so that a worker stayed as large as its largest requests at once had made it. Here threads
share one arena, since Python lets few of them allocate at once anyhow, and it is trimmed.
"""

import ctypes
import threading
import time
from typing import Final

_TRIM_SECONDS: Final = 5.0
_ARENA_MAX: Final = -8  # M_ARENA_MAX of malloc.h


def keep_small() -> None:
    """Return freed memory every five seconds; call it before other threads start.

    Nothing is done where the C library is not glibc.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt") and hasattr(library, "malloc_trim"):
        library.mallopt(_ARENA_MAX, 1)
        threading.Thread(target=_trim, args=(library,), name="heap", daemon=True).start()


def _trim(library: ctypes.CDLL) -> None:
    while True:
        time.sleep(_TRIM_SECONDS)
        library.malloc_trim(0)
