"""Garbage collection in the background of a server: gently, by one worker of all at a time."""

import logging
import threading
import time
from datetime import timedelta

from django.conf import settings
from django.db import Error
from django.db.models.functions import Now

from pithos_api.models import Collection
from pithos_api.services import connections
from pithos_api.services.locks import Job, sole_worker
from pithos_api.services.upkeep.collector.clock_leaps import leaps
from pithos_api.services.upkeep.collector.passes import Place, advance, find_place, keep_place
from pithos_api.services.upkeep.collector.steps import CollectionTerms
from web.errors import PithosError

log = logging.getLogger(__name__)

BY = "serve"
_BATCH = 500

# Of ten seconds a pass works for one: nine times as long as a step took, it rests.
_REST = 9
_LEAST_REST_SECONDS = 0.1
_MOST_REST_SECONDS = 5.0

# How often a worker asks whether a pass is due.
_IDLE_SECONDS = 60.0


def start() -> None:
    """Start the thread that collects; none if PITHOS_GARBAGE_INTERVAL is 0."""
    if settings.PITHOS_GARBAGE_INTERVAL:
        leaps()  # the clock is watched from now on
        threading.Thread(target=_run, name="garbage", daemon=True).start()


def collect_a_little() -> bool:
    """Do the next step of the server's own pass; False if none is due or another worker does it."""
    with sole_worker(Job.COLLECT_GARBAGE) as ours:
        place = _due_place() if ours else None
        if place is None:
            return False
        terms = CollectionTerms(settings.PITHOS_GARBAGE_GRACE, batch=_BATCH, apply=True)
        place, _ = advance(place, terms)
        keep_place(BY, place)
    return True


def _due_place() -> Place | None:
    """Return where to go on: in a pass under way, or at the start of one that is due."""
    place = find_place(BY)
    if not place.ended:
        return place
    if not Collection.objects.filter(by=BY).exists():
        keep_place(BY, place)  # the first pass is due an interval after the first start
    interval = timedelta(seconds=settings.PITHOS_GARBAGE_INTERVAL)
    due = Collection.objects.filter(by=BY, moved__lte=Now() - interval).exists()
    return Place() if due else None


def _run() -> None:
    idle = min(_IDLE_SECONDS, settings.PITHOS_GARBAGE_INTERVAL)
    while True:
        began, worked = time.monotonic(), False
        try:
            worked = collect_a_little()
        except (Error, PithosError) as error:
            log.warning("garbage collection waits: %s", str(error).strip())
        connections.release()
        rest = _REST * (time.monotonic() - began)
        time.sleep(min(max(rest, _LEAST_REST_SECONDS), _MOST_REST_SECONDS) if worked else idle)
