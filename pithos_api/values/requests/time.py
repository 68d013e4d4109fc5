"""What is asked of a container's or an account's past (contract/time.md)."""

from dataclasses import dataclass

from web.negotiation import Format


@dataclass(frozen=True, slots=True)
class ArchiveRequest:
    """What an archive is to hold: objects whose names begin with ``prefix``.

    until: seconds since the epoch, the states before it; None is the present.
    names: only these, all of which begin with the prefix. A name that ends with a slash stands for
        all that begins with it, too. None is everything.
    """

    prefix: str = ""
    until: float | None = None
    names: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class UsageRequest:
    """Of what the usage is asked: names that begin with ``prefix``.

    until: seconds since the epoch; what a purge until then would free is asked, too.
    """

    prefix: str = ""
    until: float | None = None


@dataclass(frozen=True, slots=True)
class ChangesRequest:
    """Two moments, seconds since the epoch, and which page of what differs between them is wanted.

    until: None is the present. marker: only names after it. limit: how many at most.
    """

    since: float
    form: Format
    until: float | None = None
    prefix: str = ""
    marker: str = ""
    limit: int = 10_000


@dataclass(frozen=True, slots=True)
class MomentsRequest:
    """From when until when changes are summed up, and over how many stretches of time at most.

    since, until: seconds since the epoch; None is the first and the last change.
    """

    prefix: str = ""
    since: float | None = None
    until: float | None = None
    buckets: int = 100


@dataclass(frozen=True, slots=True)
class RestoreRequest:
    """To which time names that begin with ``prefix`` are restored, seconds since the epoch.

    keep_newer: what was not there then stays. rehearse: only tell what would be done.
    """

    until: float
    prefix: str = ""
    keep_newer: bool = False
    rehearse: bool = False
