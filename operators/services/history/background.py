"""History is recorded in the background of a server."""

import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import Error

from operators.models import StoreDay
from operators.services import overview
from operators.services.history import reading, recording
from pithos_api.services import connections
from pithos_api.services.locks import Job, sole_worker

log = logging.getLogger(__name__)

REQUESTS_SECONDS: Final = 15.0
"""How often a server notes what it has answered: so much of it is lost at worst."""

STORE_EVERY: Final = timedelta(hours=1)
"""How old the figures of the whole store may become, which take a look at each container."""

_BEGIN_AFTER_SECONDS: Final = 60.0


def start() -> None:
    """Start the thread that records."""
    threading.Thread(target=_run, name="history", daemon=True).start()


def record_if_due() -> bool:
    """Note what the store and its accounts hold, unless somebody has done so lately.

    Returns: whether it was done.

    Raises: django.db.Error.
    """
    with sole_worker(Job.RECORD_USAGE) as ours:
        lately = StoreDay.objects.filter(recorded__gt=datetime.now(UTC) - STORE_EVERY)
        if not ours or lately.exists():
            return False
        day = reading.today()
        recording.record_accounts(day)
        recording.forget_old_days(day)
        found = overview.read_figures()
        if found is not None:  # last, for its time says that all is done
            recording.record_store(day, found)
    return found is not None


def _run() -> None:
    begin = time.monotonic() + _BEGIN_AFTER_SECONDS
    while True:
        time.sleep(REQUESTS_SECONDS)
        try:
            recording.record_requests(reading.today())
            if time.monotonic() >= begin:
                record_if_due()
                begin = time.monotonic() + _BEGIN_AFTER_SECONDS
        except Error as error:
            log.warning("history is not recorded: %s", str(error).strip())
        connections.release()
