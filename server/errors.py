"""What can go wrong with a body or a response.

An application lets body errors pass or answers their ``status``.
"""


class BodyError(OSError):
    """The body cannot be read to its end; ``status`` is the answer to give."""

    status = 400


class TruncatedBodyError(BodyError):
    """The client hung up before the end of the body."""


class MalformedBodyError(BodyError):
    """The chunked coding is wrong."""


class BodyTimeoutError(BodyError):
    """The client sent nothing for the time allowed, or next to nothing for long."""

    status = 408


class TooManyWaitError(BodyError):
    """Too many clients wait: strangers, clients at one address, or of one party."""

    status = 503


class SpoolFullError(BodyError):
    """More waits for slow clients than may: see ``server.spool``."""

    status = 503


class SpoolDiskError(BodyError):
    """What waits cannot be written to the disk."""

    status = 507


class ConnectionGoneError(Exception):
    """Nothing more can be sent: the client hung up, or took nothing for too long."""


class BrokenResponseError(Exception):
    """The application's response cannot be sent as it says."""
