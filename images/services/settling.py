"""When changes of images can be told: those that are not committed yet, those of one's own."""

import time
from datetime import datetime
from typing import Final

from django.db import connection

_PATIENCE_SECONDS: Final = 2.0
_PAUSE_SECONDS: Final = 0.002

# The triggers of migration 0001 hold the lock (11, 0) from before the time of a change until the
# commit. The moment is taken before the locks are looked at.
_CHANGING: Final = """
    SELECT statement_timestamp(), ARRAY(
        SELECT virtualtransaction FROM pg_locks
         WHERE locktype = 'advisory' AND classid = 11 AND objid = 0 AND objsubid = 2
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND pid <> pg_backend_pid())"""


def settled_until() -> datetime:
    """Return a moment such that every change of an image up to it is committed, or never will be.

    It waits for those whose transactions are open: some milliseconds, and two seconds at most.
    """
    moment, waited_for = _changing()
    end = time.monotonic() + _PATIENCE_SECONDS
    changing = waited_for
    while waited_for & changing and time.monotonic() < end:
        time.sleep(_PAUSE_SECONDS)
        _, changing = _changing()
    return moment


def settle_at_once() -> None:
    """Let the registry follow each statement of this transaction, not only its end.

    So images can be read in the transaction that changes who sees them. The triggers' lock is then
    held from the first such change to the end (docs/adr/0029-images.md).
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS image_is_shared, image_settles IMMEDIATE")


def _changing() -> tuple[datetime, set[str]]:
    """Return the time, and the transactions that are changing images."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGING)
        moment, transactions = cursor.fetchone()
    return moment, set(transactions)
