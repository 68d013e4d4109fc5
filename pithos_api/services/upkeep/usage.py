"""Work in the background of a server: usage, expired objects, logins that have ended."""

import logging
import threading
import time

from django.db import Error, connection

from accounts.logins.logins import forget_ended_logins
from pithos_api.models.statements.containers.fold_usage import fold_usage
from pithos_api.services import connections
from pithos_api.services.upkeep.expiry import tombstone_expired

log = logging.getLogger(__name__)

INTERVAL_SECONDS = 1.0
_BATCH = 10_000
_LOGINS_SECONDS = 5.0

# Rows after which the table is swept; autovacuum looks at it once a minute only.
_SWEEP_AFTER = 2_000


def start() -> threading.Thread:
    """Start the upkeep thread of this process; it ends with the process."""
    thread = threading.Thread(target=_run, name="upkeep", daemon=True)
    thread.start()
    return thread


def fold_pending_usage() -> int:
    """Fold what writers have left into the containers' counters; return how many rows."""
    folded = 0
    while True:
        row = fold_usage.one({"limit": _BATCH})
        count = row.rows if row else 0
        folded += count
        if count < _BATCH:
            return folded


def sweep_folded_usage() -> None:
    """Free what folded rows leave behind: reading counters passes over them until then."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (SKIP_LOCKED) usage_delta")


def _run() -> None:
    folded = 0
    logins_due = 0.0
    while True:
        time.sleep(INTERVAL_SECONDS)
        try:
            folded += fold_pending_usage()
            tombstone_expired()
            if time.monotonic() >= logins_due:
                forget_ended_logins()
                logins_due = time.monotonic() + _LOGINS_SECONDS
            if folded >= _SWEEP_AFTER:
                sweep_folded_usage()
                folded = 0
        except Error as error:
            log.warning("upkeep waits for the database: %s", str(error).strip())
        connections.release()
