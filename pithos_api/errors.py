"""What can go wrong, in terms of the store.

``PithosError`` has one subclass a category, and each category is one HTTP status
(contract/oos.md §4; ``http/faults.py`` maps them). Leaves state a fact and carry its data:

    InvalidRequest 400        malformed path, header, parameter, body or limit passed
    Unauthorized 401          no token, or one that is not valid (any more)
    Forbidden 403             the caller may not do this here, whether the target exists or not
    NotFound 404              container, object or version absent
    RequestTimeout 408        the body stopped coming
    Conflict 409              container not empty, blocks missing
    LengthRequired 411        neither a length nor a chunked body
    PreconditionFailed 412    If-Match and its kin
    TooLarge 413              upload limit or quota
    RangeNotSatisfiable 416   no byte of the object is selected
    ChecksumMismatch 422      the body is not what its ETag header says
    TooManyRequests 429       a client tries one token after the other
    Unavailable 503           database or block store away or damaged
    InsufficientStorage 507   the block store is full
"""

from collections.abc import Mapping


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
    """412: a condition of the request does not hold."""


class TooLarge(PithosError):  # noqa: N818
    """413: more bytes than allowed."""


class RangeNotSatisfiable(PithosError):  # noqa: N818
    """416: no byte of the object is selected."""


class ChecksumMismatch(PithosError):  # noqa: N818
    """422: the body is not what the client said it is."""


class TooManyRequests(PithosError):  # noqa: N818
    """429: not now; the same request may succeed later."""


class Unavailable(PithosError):  # noqa: N818
    """503: the store cannot answer now; the same request may succeed later."""


class InsufficientStorage(PithosError):  # noqa: N818
    """507: no room for new bytes; reading and deleting still work."""


class InvalidTokenError(Unauthorized):
    def __init__(self) -> None:
        super().__init__("a valid X-Auth-Token is needed")


class TokenGuessedError(TooManyRequests):
    """seconds: after which a wrong token is only a wrong token again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many wrong tokens or keys; try again in {seconds} s")
        self.seconds = seconds


class InvalidSignatureError(Unauthorized):
    def __init__(self) -> None:
        super().__init__("the signature is wrong or has expired")


class OriginNotAllowedError(Unauthorized):
    def __init__(self) -> None:
        super().__init__("scripts of this origin may not do this here")


class NotAllowedError(Forbidden):
    def __init__(self) -> None:
        super().__init__("you may not do this here")


class LimitedTokenError(Forbidden):
    """act: what the token may not do, as in "it may not …"."""

    def __init__(self, act: str) -> None:
        super().__init__(f"this token is limited: it may not {act}")


class ContainerNotFoundError(NotFound):
    def __init__(self, name: str) -> None:
        super().__init__(f"there is no container {name!r}")


class ObjectNotFoundError(NotFound):
    def __init__(self, name: str) -> None:
        super().__init__(f"there is no object {name!r}")


class VersionNotFoundError(NotFound):
    def __init__(self, name: str) -> None:
        super().__init__(f"object {name!r} has no such version")


class PublicNotFoundError(NotFound):
    def __init__(self) -> None:
        super().__init__("there is no such public object")


class ContainerNotEmptyError(Conflict):
    def __init__(self, name: str) -> None:
        super().__init__(f"container {name!r} is not empty")


class StoreNotEmptyError(Conflict):
    """users: how many accounts the store has, which something would replace."""

    def __init__(self, users: int) -> None:
        super().__init__(f"the store is not empty: it has {users} users")


class StoreInUseError(Conflict):
    """sessions: how many others are connected to the database."""

    def __init__(self, sessions: int) -> None:
        super().__init__(f"{sessions} others use the database: stop the server first")


class BackupUnusableError(Conflict):
    """place: the file or directory that cannot be used, as a path."""

    def __init__(self, place: object, reason: str) -> None:
        super().__init__(f"the backup at {place} cannot be used: {reason}")


class GrantConflictError(Conflict):
    """paths: ``account/container/object`` of the grants in the way, in order."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__("other sharing above or below is in the way: " + ", ".join(paths))
        self.paths = paths


class MissingBlocksError(Conflict):
    """digests: the distinct blocks to be sent first, 32 bytes each, as they come in the map."""

    def __init__(self, digests: tuple[bytes, ...]) -> None:
        super().__init__(f"{len(digests)} blocks must be uploaded first")
        self.digests = digests


class NameTooLongError(InvalidRequest):
    """limit: bytes of UTF-8."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"an object name would have more than {limit} bytes of UTF-8")


class OverlappingFoldersError(InvalidRequest):
    def __init__(self) -> None:
        super().__init__("a folder cannot be copied or moved into itself or what it is in")


class MetadataLimitError(InvalidRequest):
    """limit: metadata keys that one resource may have."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"a resource may have at most {limit} metadata keys")


class MetadataSizeError(InvalidRequest):
    """limit: bytes of names and values of the metadata of one resource."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"a resource may have at most {limit} bytes of metadata")


class HeadLimitError(InvalidRequest):
    """What a reply would have to say in its headers is too much.

    size, limit: bytes, percent-encoded as they would be sent.
    """

    def __init__(self, what: str, size: int, limit: int) -> None:
        super().__init__(
            f"{what} would take {size} bytes of headers, percent-encoded; the most is {limit}"
        )


class GroupLimitError(InvalidRequest):
    """limit: groups that one account may have."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"an account may have at most {limit} groups")


class NotStaticError(InvalidRequest):
    def __init__(self, name: str) -> None:
        super().__init__(f"object {name!r} is not a static large object")


class InvalidBulkPathError(InvalidRequest):
    def __init__(self) -> None:
        super().__init__("a path is not percent-encoded UTF-8")


class InvalidSegmentsError(InvalidRequest):
    """problems: path of a segment to what is wrong with it."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        listed = "; ".join(f"{path}: {problem}" for path, problem in problems.items())
        super().__init__(f"the segments are not as listed: {listed}")
        self.problems = problems


class InvalidPolicyError(InvalidRequest):
    def __init__(self, name: str, value: str) -> None:
        super().__init__(f"X-Container-Policy-{name.title()} cannot be {value!r}")


class ConditionFailedError(PreconditionFailed):
    """header: the request header whose condition does not hold."""

    def __init__(self, header: str) -> None:
        super().__init__(f"the condition of {header} does not hold")


class UploadTooLargeError(TooLarge):
    """limit: bytes that one request may carry."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"a request may carry at most {limit} bytes")


class IncompleteBodyError(InvalidRequest):
    """expected, received: bytes."""

    def __init__(self, expected: int, received: int) -> None:
        super().__init__(f"the body has {received} bytes where Content-Length says {expected}")


class BrokenBodyError(InvalidRequest):
    """The body ended early or its chunks are malformed."""

    def __init__(self) -> None:
        super().__init__("the body ended before it was complete")


class SlowBodyError(RequestTimeout):
    def __init__(self) -> None:
        super().__init__("the body stopped coming")


class ClientGoneError(RequestTimeout):
    """Nobody waits any more for what takes long; told to whoever ended its own side alone."""

    def __init__(self) -> None:
        super().__init__("the client hung up before the work was done")


class TooManySlowBodiesError(Unavailable):
    """Threads wait for as many slow bodies of strangers, or of one address, as they may."""

    def __init__(self) -> None:
        super().__init__("too many slow requests at once; send the body again later")


class QuotaExceededError(TooLarge):
    def __init__(self) -> None:
        super().__init__("the quota of the account or the container would be exceeded")


class UnnamedBlocksError(TooLarge):
    def __init__(self) -> None:
        super().__init__("too many blocks were sent that no object names yet")


class SegmentChangedError(Conflict):
    """number: which segment is gone, or is not what the large object was made of; from 1.

    Its name is not told: who reads the whole by a public link does not know it.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"segment {number} of the object is gone or is not what it was")


class BrokenListError(Conflict):
    """reason: what the stored list of a static large object is, or is not."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the list of segments that the object is made of is broken: {reason}")


class StaticLargeObjectError(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "the object is a static large object: it is changed by storing it anew,"
            " and takes no X-Object-Manifest"
        )


class ForeignPartsError(Conflict):
    """Joining a manifest would give away what whoever set it may not read."""

    def __init__(self) -> None:
        super().__init__(
            "whoever set the manifest may not read all of its parts: set it anew,"
            " or copy the manifest itself"
        )


class ObjectChangedError(Conflict):
    """The version that a change was built upon is not the current one any more."""

    def __init__(self) -> None:
        super().__init__("the object was changed meanwhile")


class NoLengthError(LengthRequired):
    def __init__(self) -> None:
        super().__init__("Content-Length or Transfer-Encoding: chunked is needed")


class NoContentTypeError(LengthRequired):
    """Only with PITHOS_STRICT_CONTENT_TYPE (contract Δ20)."""

    def __init__(self) -> None:
        super().__init__("Content-Type is needed")


class RangeError(RangeNotSatisfiable):
    """size: bytes of the object, for Content-Range."""

    def __init__(self, size: int) -> None:
        super().__init__(f"no byte of the {size} bytes of the object is in the range")
        self.size = size


class RangeLengthError(InvalidRequest):
    """expected, received: bytes."""

    def __init__(self, expected: int, received: int) -> None:
        super().__init__(f"Content-Range takes {expected} bytes, the request has {received}")


class ShortSourceError(InvalidRequest):
    """wanted, size: bytes."""

    def __init__(self, wanted: int, size: int) -> None:
        super().__init__(f"Content-Range takes {wanted} bytes, the source object has {size}")


class InconsistentSizeError(InvalidRequest):
    def __init__(self, reason: str) -> None:
        super().__init__(f"the hashmap {reason}")


class ETagMismatchError(ChecksumMismatch):
    """expected, received: MD5 in hex."""

    def __init__(self, expected: str, received: str) -> None:
        super().__init__(f"the body's MD5 is {received}, the ETag header says {expected}")


class BlockNotFoundError(Unavailable):
    """digest: 32 bytes. A version names a block that the store has not: data is missing."""

    def __init__(self, digest: bytes) -> None:
        super().__init__("a part of the object cannot be read now")
        self.digest = digest


class PartGoneError(Unavailable):
    """A part of a manifest was replaced, where no history is kept, before it was read."""

    def __init__(self) -> None:
        super().__init__("a part of the object cannot be read now")


class BlockDamagedError(Unavailable):
    """digest: 32 bytes. The stored bytes are not those that the digest names."""

    def __init__(self, digest: bytes) -> None:
        super().__init__("a part of the object cannot be read now")
        self.digest = digest


class BlockStoreUnavailableError(Unavailable):
    """The block store fails; the cause is logged, not shown."""

    def __init__(self, reason: str) -> None:
        super().__init__("the block store cannot answer now")
        self.reason = reason


class BlockStoreFullError(InsufficientStorage):
    def __init__(self) -> None:
        super().__init__("the block store is full")


class BusyError(Unavailable):
    """As many requests as may already do what takes long, or wait for it."""

    def __init__(self) -> None:
        super().__init__("too many large objects are read for their MD5 now; try again")


class IdentityUnavailableError(Unavailable):
    """provider: the identity backend that does not answer; logged there, not shown."""

    def __init__(self, provider: str) -> None:
        super().__init__("nobody can say now whose the token is")
        self.provider = provider
