"""What to do when the database has fewer connections than there are threads.

A thread keeps its connection while it works, since a new one costs more than most requests. It
gives the connection back when it waits for its client, and when the thread ends. If Postgres has
refused a connection, that is not enough: some threads would have none, while others keep one that
they do not need. So for a while after a refusal each thread gives its connection back at once.
"""

import mmap
import time
from functools import cache
from typing import Final

from django.db import connection

_SCARCE_SECONDS: Final = 5.0


@cache
def _scarce_until() -> "memoryview[float]":
    """Return until when connections are scarce (monotonic clock); forked processes share it."""
    return memoryview(mmap.mmap(-1, mmap.PAGESIZE)).cast("d")


def share_with_workers() -> None:
    """Let the workers tell each other of refusals; to be called before they are forked."""
    _scarce_until()


def note_loss() -> None:
    """Close this thread's connection after an error, and note if it was refused or lost."""
    if connection.connection is None:
        _scarce_until()[0] = time.monotonic() + _SCARCE_SECONDS
    connection.close()


def release() -> None:
    """Close this thread's connection, if it has one and is not in a transaction."""
    if connection.connection is not None and not connection.in_atomic_block:
        connection.close()


def spare() -> None:
    """Close this thread's connection if there may be too few; else, nearly always, do nothing."""
    if _scarce_until()[0] > time.monotonic() and not connection.in_atomic_block:
        connection.close()
