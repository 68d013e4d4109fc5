"""What is asked of a container's or an account's past (contract/time.md)."""

from pithos_api.http.bodies.names import parse_names
from pithos_api.http.parsing.listings import comparable, read_limit
from pithos_api.http.parsing.times import read_moment, read_until
from pithos_api.services.time.moments import MOST_BUCKETS
from pithos_api.values import ContainerPath
from pithos_api.values.requests import (
    ArchiveRequest,
    ChangesRequest,
    MomentsRequest,
    RestoreRequest,
    UsageRequest,
)
from web.errors import InvalidRequest
from web.negotiation import negotiate
from web.numbers import whole_number
from web.request_head import RequestHead


def read_archive(head: RequestHead, _: ContainerPath) -> ArchiveRequest:
    """Return what an archive is to hold; a body may select names, too.

    Raises: InvalidTimeError, InvalidNamesError.
    """
    prefix = comparable(head.query.get("prefix", ""))
    names = head.query.get("names")
    selected = None if names is None else parse_names(names, prefix)
    return ArchiveRequest(prefix, read_until(head), selected)


def read_usage(head: RequestHead, path: ContainerPath | str) -> UsageRequest:
    """Return of what the usage is asked; an account is told as a whole.

    Raises: InvalidTimeError.
    """
    prefix = "" if isinstance(path, str) else comparable(head.query.get("prefix", ""))
    return UsageRequest(prefix, read_until(head))


def read_changes(head: RequestHead, _: ContainerPath) -> ChangesRequest:
    """Return which changes are wanted. Raises: InvalidTimeError: also where ``since`` is absent."""
    return ChangesRequest(
        since=read_moment(head, "since"),
        form=negotiate(head),
        until=read_until(head),
        prefix=comparable(head.query.get("prefix", "")),
        marker=comparable(head.query.get("marker", "")),
        limit=read_limit(head),
    )


class InvalidBucketsError(InvalidRequest):
    """``buckets`` is no number that can be."""

    def __init__(self, value: str) -> None:
        super().__init__(f"buckets={value[:20]!r} is not a number from 1 to {MOST_BUCKETS}")


def read_moments(head: RequestHead, path: ContainerPath | str) -> MomentsRequest:
    """Return over which stretches of time changes are summed up; of an account all of them.

    Raises: InvalidTimeError, InvalidBucketsError.
    """
    sent = head.query.get("buckets", "")
    buckets = whole_number(sent, 4) if sent else MomentsRequest().buckets
    if not buckets or buckets > MOST_BUCKETS:
        raise InvalidBucketsError(sent)
    return MomentsRequest(
        prefix="" if isinstance(path, str) else comparable(head.query.get("prefix", "")),
        since=read_moment(head, "since") if head.query.get("since", "") else None,
        until=read_until(head),
        buckets=buckets,
    )


def read_restore(head: RequestHead, _: ContainerPath) -> RestoreRequest:
    """Return to which time what is to be restored.

    Raises: InvalidTimeError: also where none is named.
    """
    return RestoreRequest(
        until=read_moment(head, "until"),
        prefix=comparable(head.query.get("prefix", "")),
        keep_newer="keep-newer" in head.query,
        rehearse="rehearse" in head.query,
    )
