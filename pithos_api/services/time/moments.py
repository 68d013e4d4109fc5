"""When how much of an account, a container or a folder changed: what a slider or a chart needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from accounts.tokens.credentials import Credentials
from pithos_api.models import Container
from pithos_api.models.statements.time import moments as statements
from pithos_api.ordering import after
from pithos_api.services.access.permissions import authorize, require_container
from pithos_api.services.containers.account import authorize_account
from pithos_api.services.storage.long_reads import read_in_time
from pithos_api.values import ContainerPath, Right
from pithos_api.values.requests import MomentsRequest

MOST_BUCKETS: Final = 500

_INSTANT: Final = timedelta(microseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TimeStretch:
    """A stretch of time, without its end, and what began in it.

    changes: states and deletions. added, removed: names that came and went. size: bytes of the
    states.
    """

    start: datetime
    end: datetime
    changes: int
    added: int
    removed: int
    size: int


@dataclass(frozen=True, slots=True)
class Moments:
    """The first and the last change, None where there is none; the stretches that have any."""

    first: datetime | None = None
    last: datetime | None = None
    buckets: Sequence[TimeStretch] = ()


def moments_of_container(
    credentials: Credentials, path: ContainerPath, wanted: MomentsRequest
) -> Moments:
    """Return when how much of a container or a folder changed: three statements.

    Raises: InvalidTokenError, NotAllowedError, ContainerNotFoundError, TooLongError, BusyError,
        ClientGoneError.
    """
    access = authorize(credentials, path, Right.OWN, wanted.prefix)
    containers = [require_container(access, path)]
    return read_in_time(access.actor, lambda: _moments_of(containers, wanted))


def moments_of_account(credentials: Credentials, account: str, wanted: MomentsRequest) -> Moments:
    """Return when how much in all containers of an account changed: four statements.

    Raises: InvalidTokenError, NotAllowedError, TooLongError, BusyError, ClientGoneError.
    """
    access = authorize_account(credentials, account, Right.OWN)
    rows = Container.objects.filter(account_id=access.owner).values_list("id", flat=True)
    containers = list(rows)
    return read_in_time(access.actor, lambda: _moments_of(containers, wanted))


def _moments_of(containers: Sequence[int], wanted: MomentsRequest) -> Moments:
    place = {
        "containers": containers,
        "since": wanted.since,
        "until": wanted.until,
        "first": wanted.prefix,
        "beyond": after(wanted.prefix),
    }
    find, add_up = (
        (statements.find_span_of_folder, statements.sum_moments_of_folder)
        if wanted.prefix
        else (statements.find_span, statements.sum_moments)
    )
    span = find.one(place)
    if span is None or span.first is None or span.last is None:
        return Moments()
    start = _moment(wanted.since) or span.first
    end = min(_moment(wanted.until) or span.last + _INSTANT, span.last + _INSTANT)
    width = max(-((start - end) // wanted.buckets), _INSTANT)
    sums = add_up.all(
        {
            **place,
            "start": start.timestamp(),
            "width": width // _INSTANT,
            "count": -((start - end) // width),
        }
    )
    stretches = [
        TimeStretch(
            start + row.place * width,
            start + (row.place + 1) * width,
            row.changes,
            row.added,
            row.removed,
            row.size,
        )
        for row in sums
    ]
    return Moments(span.first, span.last, stretches)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else _EPOCH + timedelta(microseconds=round(seconds * 1e6))
