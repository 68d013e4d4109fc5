"""What is asked of a container's or an account's past (contract/time.md)."""

from dataclasses import dataclass


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
