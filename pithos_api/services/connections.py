"""What to do when the database has fewer connections than there are threads.

A thread keeps its connection while it works on a request. It lets the connection rest for others
when it waits for its client, and when it has answered. If Postgres has refused a connection, that
is not enough: some workers would have none, while others keep one that they do not need. So for a
while after a refusal each thread closes its connection at once.
"""

import mmap
import time
from functools import cache
from typing import Final

from django.db import connection

_SCARCE_SECONDS: Final = 5.0
_SHORT_PIECES: Final = 3  # of the socket, up to 64 KiB or some more; after them a body is long


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
    """Let this thread's connection rest, if it has one and is not in a transaction.

    If there may be too few, close it.
    """
    spare()
    connection.rest()  # type: ignore[attr-defined]  # of our backend, settings/postgres


def spare() -> None:
    """Close this thread's connection if there may be too few; else, nearly always, do nothing."""
    if _scarce_until()[0] > time.monotonic() and not connection.in_atomic_block:
        connection.close()


class WhileReceiving:
    """Called before each piece of a body that a thread receives.

    A long body is mostly waited for, so the thread lets its connection rest.
    """

    __slots__ = ("_pieces",)

    def __init__(self) -> None:
        self._pieces = 0

    def __call__(self) -> None:
        """Let the connection rest if the body is long; else spare it."""
        self._pieces += 1
        if self._pieces > _SHORT_PIECES:
            release()
        else:
            spare()
