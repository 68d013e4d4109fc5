"""What can go wrong with blobs; each error is of one category of ``web.errors``."""

from web.errors import (
    Conflict,
    Forbidden,
    InsufficientStorage,
    InvalidRequest,
    NotFound,
    Unauthorized,
)


class InvalidBlobError(InvalidRequest):
    """A part of the request breaks a rule. what, reason: as in "the id is not …"."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what} {reason}")


class BlobSizesError(InvalidRequest):
    """A stream has other bytes than its sizes say. wanted: their sum; found: None is less."""

    def __init__(self, wanted: int, found: int | None) -> None:
        more = "fewer" if found is None or found < wanted else "more"
        super().__init__(f"{more} bytes follow than the sizes say, which are {wanted} together")


class NamedTokenError(Unauthorized):
    """The token is not of the user that the request names with it."""

    def __init__(self) -> None:
        super().__init__("the token is not that user's")


class ServiceTokenError(Unauthorized):
    """There is no token of a service, or not a valid one."""

    def __init__(self) -> None:
        super().__init__("this takes the token of a service")


class NotLocalError(Forbidden):
    """Only programs on the store's own machine may do this."""

    def __init__(self) -> None:
        super().__init__("only programs on this machine may do this")


class UserNotFoundError(NotFound):
    """Nobody of this name has blobs."""

    def __init__(self, user: str) -> None:
        super().__init__(f"there is no user {user[:100]!r} for whom this could be kept")


class BlobNotFoundError(NotFound):
    """The user has no such blob."""

    def __init__(self, blob: str) -> None:
        super().__init__(f"there is no blob {blob[:100]!r}")


class BlobExistsError(Conflict):
    """There is a blob of that name, and blobs never change."""

    def __init__(self, blob: str) -> None:
        super().__init__(f"there is already a blob {blob[:100]!r}")


class BlobReservedError(Conflict):
    """Somebody else is processing the blob."""

    def __init__(self, blob: str) -> None:
        super().__init__(f"the blob {blob[:100]!r} is being processed")


class NoRoomError(InsufficientStorage):
    """The blob would exceed the user's quota."""

    def __init__(self) -> None:
        super().__init__("there is no room for it within the quota")
