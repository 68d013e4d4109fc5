"""What can go wrong with a request, whatever protocol it speaks.

``PithosError`` has one subclass a category, and each category is one HTTP status
(contract/oos.md §4; ``web/faults.py`` maps them). Leaves state a fact and carry its data:

    InvalidRequest 400        malformed path, header, parameter, body or limit passed
    Unauthorized 401          no token, or one that is not valid (any more)
    Forbidden 403             the caller may not do this here, whether the target exists or not
    NotFound 404              container, object or version absent
    RequestTimeout 408        the body stopped coming
    Conflict 409              container not empty, blocks missing
    LengthRequired 411        neither a length nor a chunked body
    PreconditionFailed 412    If-Match and its kin
    TooLarge 413              upload limit or quota
    UnsupportedMediaType 415  the body is of a type that this resource does not take
    RangeNotSatisfiable 416   no byte of the object is selected
    ChecksumMismatch 422      the body is not what its ETag header says
    TooManyRequests 429       a client tries one token after the other
    Unavailable 503           database or block store away or damaged
    InsufficientStorage 507   the block store is full
"""


class PithosError(Exception):
    """The root of all errors that the store foresees; its text is shown to the client."""


class InvalidRequest(PithosError):  # noqa: N818 - a category, not a leaf
    """400: the request is malformed; the message names the part that is wrong."""


class Unauthorized(PithosError):  # noqa: N818
    """401: no token, or one that is not valid (any more)."""


class Forbidden(PithosError):  # noqa: N818
    """403: the caller may not do this; says nothing about whether the target exists."""


class NotFound(PithosError):  # noqa: N818
    """404: something in the path is absent."""


class RequestTimeout(PithosError):  # noqa: N818
    """408: the client stopped sending."""


class Conflict(PithosError):  # noqa: N818
    """409: the state of the target does not allow this."""


class LengthRequired(PithosError):  # noqa: N818
    """411: a body must say how long it is, or be chunked."""


class PreconditionFailed(PithosError):  # noqa: N818
    """412: a condition of the request does not hold.

    validators: the reply's fields that say which state was found, so that a client can compare;
    none where it may not know.
    """

    validators: tuple[tuple[str, str], ...] = ()


class TooLarge(PithosError):  # noqa: N818
    """413: more bytes than allowed."""


class UnsupportedMediaType(PithosError):  # noqa: N818
    """415: the body is of a type that this resource does not take."""


class RangeNotSatisfiable(PithosError):  # noqa: N818
    """416: no byte of the object is selected. validators: as of ``PreconditionFailed``."""

    validators: tuple[tuple[str, str], ...] = ()


class ChecksumMismatch(PithosError):  # noqa: N818
    """422: the body is not what the client said it is."""


class TooManyRequests(PithosError):  # noqa: N818
    """429: not now; the same request may succeed after ``seconds``."""

    seconds = 1


class Unavailable(PithosError):  # noqa: N818
    """503: the store cannot answer now; the same request may succeed later."""


class InsufficientStorage(PithosError):  # noqa: N818
    """507: no room for new bytes; reading and deleting still work."""


class InvalidHeaderError(InvalidRequest):
    """A header's value breaks a rule. reason: as in "the header X …"."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"the header {name} {reason}")


class InvalidPathError(InvalidRequest):
    """The path breaks a rule. reason: as in "the path …"."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the path {reason}")


class NotTextError(InvalidPathError):
    """The path is no text in UTF-8, or has a NUL."""

    def __init__(self) -> None:
        super().__init__("is not UTF-8, or has a NUL")


class NulInPathError(NotTextError):
    """The path has a NUL, which no key of an object or a link has: those answer it with 404."""


class InvalidLengthError(InvalidRequest):
    """Content-Length is no number."""

    def __init__(self, value: str) -> None:
        super().__init__(f"Content-Length {value[:30]!r} is not a length")


class InvalidFormError(InvalidRequest):
    """The form breaks a rule. reason: as in "the form …"."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the form {reason}")


class UnknownEndpointError(InvalidRequest):
    """No route has this path."""

    def __init__(self) -> None:
        super().__init__("there is nothing at this path")


class MethodNotAllowed(PithosError):  # noqa: N818 - a category, and its only leaf
    """405. allowed: the methods that the resource has."""

    def __init__(self, method: str | None, allowed: list[str]) -> None:
        super().__init__(f"{method} is not allowed here")
        self.allowed = allowed


class OriginNotAllowedError(Unauthorized):
    """The container allows no scripts of this origin."""

    def __init__(self) -> None:
        super().__init__("scripts of this origin may not do this here")


class ConditionFailedError(PreconditionFailed):
    """header: the request header whose condition does not hold."""

    def __init__(self, header: str) -> None:
        super().__init__(f"the condition of {header} does not hold")


class RangeError(RangeNotSatisfiable):
    """size: bytes of the object, for Content-Range."""

    def __init__(self, size: int) -> None:
        super().__init__(f"no byte of the {size} bytes of the object is in the range")
        self.size = size


class NoLengthError(LengthRequired):
    """The request does not say where its body ends."""

    def __init__(self) -> None:
        super().__init__("Content-Length or Transfer-Encoding: chunked is needed")


class BrokenBodyError(InvalidRequest):
    """The body ended early or its chunks are malformed."""

    def __init__(self) -> None:
        super().__init__("the body ended before it was complete")


class IncompleteBodyError(InvalidRequest):
    """expected, received: bytes."""

    def __init__(self, expected: int, received: int) -> None:
        super().__init__(f"the body has {received} bytes where Content-Length says {expected}")


class SlowBodyError(RequestTimeout):
    """The client sent nothing for too long, or too little."""

    def __init__(self) -> None:
        super().__init__("the body stopped coming")


class NoRoomToWaitError(InsufficientStorage):
    """There is no room on the disk on which bodies wait for slow clients."""

    def __init__(self) -> None:
        super().__init__("there is no room for a body that comes slowly")


class UploadTooLargeError(TooLarge):
    """limit: bytes that one request may carry."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"a request may carry at most {limit} bytes")


class TooManySlowBodiesError(Unavailable):
    """As many slow requests as may wait: of strangers, of one address or account, or of all."""

    def __init__(self) -> None:
        super().__init__("too many slow requests at once; send the body again later")
