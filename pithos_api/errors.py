"""What can go wrong in the store: facts, each of a category of ``web.errors``."""

from collections.abc import Mapping

from web.errors import (
    ChecksumMismatch,
    Conflict,
    Forbidden,
    InsufficientStorage,
    InvalidRequest,
    LengthRequired,
    NotFound,
    PithosError,
    RequestTimeout,
    TooLarge,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)


class InvalidTokenError(Unauthorized):
    """There is no token, or it is not valid."""

    def __init__(self) -> None:
        super().__init__("a valid X-Auth-Token is needed")


class MissingCredentialsError(InvalidRequest):
    """A request for a token; so nobody asks it for one first."""

    def __init__(self) -> None:
        super().__init__("X-Auth-Token is needed, or both X-Auth-User and X-Auth-Key")


class TokenThrottledError(TooManyRequests):
    """Too many wrong tokens came lately. seconds: until the next is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many wrong tokens or keys; try again in {seconds} s")
        self.seconds = seconds


class InvalidSignatureError(Unauthorized):
    """The signature of a signed URL or form is wrong or has expired."""

    def __init__(self) -> None:
        super().__init__("the signature is wrong or has expired")


class NotAllowedError(Forbidden):
    """The caller has no right to do this. The message tells nothing else."""

    def __init__(self) -> None:
        super().__init__("you may not do this here")


class LimitedTokenError(Forbidden):
    """act: what the token may not do, as in "it may not …"."""

    def __init__(self, act: str) -> None:
        super().__init__(f"this token is limited: it may not {act}")


class AccountSuspendedError(NotFound):
    """The account's owner is suspended, and so is what others could have of it."""

    def __init__(self) -> None:
        super().__init__("this account is suspended: there is nothing for others here now")


class NoAccountError(NotFound):
    """A reseller names an account that nobody has, or whose owner is suspended."""

    def __init__(self) -> None:
        super().__init__("there is no such account, or it is suspended")


class ContainerNotFoundError(NotFound):
    """The account has no such container."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no container {name!r}")


class ObjectNotFoundError(NotFound):
    """The container has no such object."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no object {name!r}")


class VersionNotFoundError(NotFound):
    """The object has no version of this number."""

    def __init__(self, name: str) -> None:
        super().__init__(f"object {name!r} has no such version")


class PublicNotFoundError(NotFound):
    """No published object has this key."""

    def __init__(self) -> None:
        super().__init__("there is no such public object")


class ContainerNotEmptyError(Conflict):
    """Only an empty container can be deleted."""

    def __init__(self, name: str) -> None:
        super().__init__(f"container {name!r} is not empty")


class StoreNotEmptyError(Conflict):
    """users: how many accounts the store has, which something would replace."""

    def __init__(self, users: int) -> None:
        super().__init__(f"the store is not empty: it has {users} users")


class StoreInUseError(Conflict):
    """Other processes use the database. connections: how many they have."""

    def __init__(self, connections: int) -> None:
        super().__init__(f"{connections} others use the database: stop the server first")


class BackupUnusableError(Conflict):
    """place: the file or directory that cannot be used, as a path."""

    def __init__(self, place: object, reason: str) -> None:
        super().__init__(f"the backup at {place} cannot be used: {reason}")


class GrantConflictError(Conflict):
    """paths: ``account/container/object`` of the grants in the way, in order."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__("a path above or below is shared already: " + ", ".join(paths))
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
    """Source and destination of a folder are one within the other."""

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
    """The headers of replies would be too long.

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
    """The request treats an object as a static large object, which it is not."""

    def __init__(self, name: str) -> None:
        super().__init__(f"object {name!r} is not a static large object")


class InvalidBulkPathError(InvalidRequest):
    """A line of a bulk deletion cannot be decoded."""

    def __init__(self) -> None:
        super().__init__("a path is not percent-encoded UTF-8")


class InvalidSegmentListError(InvalidRequest):
    """problems: path of a segment to what is wrong with it."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        listed = "; ".join(f"{path}: {problem}" for path, problem in problems.items())
        super().__init__(f"the segments are not as listed: {listed}")
        self.problems = problems


class InvalidPolicyError(InvalidRequest):
    """A policy of containers cannot have this value. name: the policy's, lower-case."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(f"X-Container-Policy-{name.title()} cannot be {value!r}")


class ClientGoneError(RequestTimeout):
    """The client hung up during long work. One that ended only its own side gets the answer."""

    def __init__(self) -> None:
        super().__init__("the client hung up before the work was done")


class QuotaExceededError(TooLarge):
    """The write would need more bytes than the account or container may have."""

    def __init__(self) -> None:
        super().__init__("the quota of the account or the container would be exceeded")


class UnnamedBlocksError(TooLarge):
    """The user has sent PITHOS_UNNAMED_LIMIT bytes in blocks that no object names."""

    def __init__(self) -> None:
        super().__init__("too many blocks were sent that no object names yet")


class SegmentChangedError(Conflict):
    """number: which segment is gone, or is not what the large object was made of; from 1.

    Its name is not told: a reader by a public link must not learn it.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"segment {number} of the object is gone or is not what it was")


class BrokenListError(Conflict):
    """The stored list of a static large object cannot be used. reason: why."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the list of segments that the object is made of is broken: {reason}")


class StaticLargeObjectError(Conflict):
    """The bytes of a static large object cannot be changed in place."""

    def __init__(self) -> None:
        super().__init__(
            "the object is a static large object: it is changed by storing it anew,"
            " and takes no X-Object-Manifest"
        )


class ForeignPartsError(Conflict):
    """A joined copy would show parts that the user who set the manifest may not read."""

    def __init__(self) -> None:
        super().__init__(
            "whoever set the manifest may not read all of its parts: set it anew,"
            " or copy the manifest itself"
        )


class ObjectChangedError(Conflict):
    """The version that a change was built upon is not the current one any more."""

    def __init__(self) -> None:
        super().__init__("the object was changed meanwhile")


class NoContentTypeError(LengthRequired):
    """Only with PITHOS_STRICT_CONTENT_TYPE (contract Δ20)."""

    def __init__(self) -> None:
        super().__init__("Content-Type is needed")


class RangeLengthError(InvalidRequest):
    """expected, received: bytes."""

    def __init__(self, expected: int, received: int) -> None:
        super().__init__(f"Content-Range takes {expected} bytes, the request has {received}")


class ShortSourceError(InvalidRequest):
    """wanted, size: bytes."""

    def __init__(self, wanted: int, size: int) -> None:
        super().__init__(f"Content-Range takes {wanted} bytes, the source object has {size}")


class InconsistentSizeError(InvalidRequest):
    """Size and digests of a hashmap contradict. reason: as in "the hashmap …"."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the hashmap {reason}")


class ETagMismatchError(ChecksumMismatch):
    """expected: what the client said; received: MD5 in hex."""

    def __init__(self, expected: str, received: str) -> None:
        super().__init__(f"the body's MD5 is {received}, the ETag header says {expected[:40]!r}")


class NoMD5Error(ChecksumMismatch):
    """expected: what the client said, which cannot be the MD5 of any body."""

    def __init__(self, expected: str) -> None:
        super().__init__(f"the ETag header says {expected[:40]!r}, which is no MD5 in hex")


class BlockNotFoundError(Unavailable):
    """digest: 32 bytes. A version names a block that the store has not: data is missing."""

    def __init__(self, digest: bytes) -> None:
        super().__init__("a part of the object cannot be read now")
        self.digest = digest


class PieceNotFoundError(Unavailable):
    """serial: of the version. It names digests that the store has not: data is missing."""

    def __init__(self, serial: int) -> None:
        super().__init__("a part of the object cannot be read now")
        self.serial = serial


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


class BlockStoreURLError(PithosError):
    """There is no store at a URL that an operator has set. reason: as in "is not …"."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"the block store {url!r} {reason}")


class BlockStoreFullError(InsufficientStorage):
    """The block store has no room for another block."""

    def __init__(self) -> None:
        super().__init__("the block store is full")


class BusyError(Unavailable):
    """As many requests as may already do what takes long, or wait for it."""

    def __init__(self) -> None:
        super().__init__("too many requests do what takes long now; try again")


class IdentityUnavailableError(Unavailable):
    """provider: the identity backend that does not answer; logged there, not shown."""

    def __init__(self, provider: str) -> None:
        super().__init__("the token cannot be checked now")
        self.provider = provider
