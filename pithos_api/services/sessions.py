"""What to do when the database has fewer sessions than there are threads.

A thread keeps its session while it works, since a new one costs more than most requests; it gives
it back when it waits for its client, and at its end. Where one was
refused that would leave some threads without, and others with one that is of no use to them. So
for a while after a refusal each gives its own back as soon as it does not need it.
"""

import mmap
import time
from typing import Final

from django.db import connection

_SCARCE_SECONDS: Final = 5.0

# Until when, by the monotonic clock: in memory that the workers share, who are forked later.
_scarce_until = memoryview(mmap.mmap(-1, mmap.PAGESIZE)).cast("d")


def note_loss() -> None:
    """Close this thread's session after an error; note if it could not be opened, or was lost."""
    if connection.connection is None:
        _scarce_until[0] = time.monotonic() + _SCARCE_SECONDS
    connection.close()


def release() -> None:
    """Close this thread's session, if it has one and is not in a transaction."""
    if connection.connection is not None and not connection.in_atomic_block:
        connection.close()


def spare() -> None:
    """Close this thread's session if there may be too few; else, nearly always, do nothing."""
    if _scarce_until[0] > time.monotonic() and not connection.in_atomic_block:
        connection.close()
