"""How the store is: what operators look at first."""

import logging
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.db import Error

from audit.services import last_event
from observability.single_flight import SingleFlight
from operators.services.history import reading
from operators.values.days import RequestFigures, StoreFigures
from pithos_api.services.operations import health, statistics
from pithos_api.services.operations.statistics import Statistics
from pithos_api.services.upkeep import scrubbing
from pithos_api.services.upkeep.scrubbing import ScrubState

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of the store.

    failing: parts that keep this server from serving, each with the reason.
    figures: None if Postgres does not tell them in time. now: what of them a day's figures are.
    today: what servers answered; None: nothing yet. scrub, backup: None: there was none.
    """

    failing: dict[str, str]
    figures: Statistics | None
    now: StoreFigures | None
    today: RequestFigures | None
    scrub: ScrubState | None
    backup: datetime | None


def read_overview() -> Overview:
    """Return the state of the store, in a few seconds at any size.

    Raises: django.db.Error.
    """
    day = reading.today()
    found = read_figures()
    backup = last_event("backup.end")
    answered = reading.request_days(1, day)
    return Overview(
        failing=health.failures(),
        figures=found,
        now=None if found is None else _as_of(day, found),
        today=answered[0] if answered else None,
        scrub=scrubbing.last_pass(),
        backup=None if backup is None else backup.at,
    )


def read_figures() -> Statistics | None:
    """Return what Postgres knows of the store as a whole; None if it does not tell it in time."""
    try:
        return _flight().result(statistics.PATIENCE_SECONDS)
    except (Error, TimeoutError) as error:
        log.warning("no statistics of the store: %s", str(error).strip() or "no answer in time")
        return None


@cache
def _flight() -> SingleFlight[Statistics]:
    """Return this process's question: however many ask, Postgres is asked once at a time."""
    return SingleFlight(statistics.read_statistics)


def _as_of(day: date, found: Statistics) -> StoreFigures:
    return StoreFigures(
        day=day,
        objects=found.objects,
        object_bytes=found.object_bytes,
        version_bytes=found.version_bytes,
        block_bytes=found.block_bytes,
        garbage_bytes=found.garbage_bytes,
    )
