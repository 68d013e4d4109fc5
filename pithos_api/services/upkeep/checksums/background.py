"""MD5s are made in the background of a server, by one worker of all at a time."""

import logging
import threading
import time
from typing import Final

from django.conf import settings
from django.db import Error

from pithos_api.services import connections
from pithos_api.services.locks import Job, sole_worker
from pithos_api.services.upkeep.checksums.making import ChecksumMaker
from web.errors import PithosError

log = logging.getLogger(__name__)

INTERVAL_SECONDS: Final = 2.0
"""How often each worker of a server looks whether there is something to be made."""


def start() -> None:
    """Start the thread that makes MD5s; none if PITHOS_MD5_RATE is 0."""
    if settings.PITHOS_MD5_RATE:
        threading.Thread(target=_run, name="md5", daemon=True).start()


def _run() -> None:
    while True:
        time.sleep(INTERVAL_SECONDS)
        try:
            with sole_worker(Job.MAKE_MD5) as ours:
                if ours:
                    _make()
        except (Error, PithosError) as error:
            log.warning("making MD5s waits: %s", str(error).strip())
        connections.release()


def _make() -> None:
    for turn in ChecksumMaker(settings.PITHOS_MD5_RATE).turns():
        if not turn.sound:
            log.error("no MD5 of %s: blocks are missing or damaged", turn.merkle.hex())
