"""What can go wrong while a body is read; an application lets these pass or answers ``status``."""


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
    """Threads wait for too many bodies of strangers, or of the client's address."""

    status = 503
