"""What is loaded is shared by the processes, and what a worker has freed goes back to the system.

glibc gives each thread an arena of its own and keeps what was freed there, tens of megabytes for
each, so that a worker stayed as large as its largest requests at once had made it. Here threads
share one arena, since Python lets few of them allocate at once anyhow, and it is trimmed.
"""

import ctypes
import gc
import threading
import time
from collections.abc import Callable
from typing import Final

_TRIM_SECONDS: Final = 5.0
_ARENA_MAX: Final = -8  # M_ARENA_MAX of malloc.h
_MMAP_THRESHOLD: Final = -3  # M_MMAP_THRESHOLD
_OWN_MAPPING: Final = 1 << 20  # bytes from which something is a mapping, and goes when it is freed


def share() -> None:
    """Let workers share what this process has loaded; call it once before the first fork.

    The garbage collector writes into all that it looks at, and what a process has written to is a
    copy of its own from then on. So it is never to look at what there is now.
    """
    gc.collect()
    gc.freeze()
    _trimming()(0)


def keep_small(*free: Callable[[], None]) -> None:
    """Return freed memory every five seconds; call it before other threads start.

    free: what is called before, to free what is not needed. Nothing else is done where the C
    library is not glibc.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_ARENA_MAX, 1)
        # Left alone, the threshold rises to the largest block that was ever freed.
        library.mallopt(_MMAP_THRESHOLD, _OWN_MAPPING)
    threading.Thread(target=_trim, args=(free, _trimming()), name="heap", daemon=True).start()


def _trimming() -> Callable[[int], object]:
    """Return what gives freed memory back, or does nothing."""
    return getattr(ctypes.CDLL(None), "malloc_trim", _nothing)


def _nothing(_: int) -> None:
    """Do nothing."""


def _trim(free: tuple[Callable[[], None], ...], trim: Callable[[int], object]) -> None:
    while True:
        time.sleep(_TRIM_SECONDS)
        for each in free:
            each()
        trim(0)
