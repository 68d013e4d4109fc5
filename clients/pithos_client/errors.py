"""What can go wrong between a program and a store."""


class PithosClientError(Exception):
    """The root of all errors of this library. Its text never has a token in it."""


class RequestError(PithosClientError):
    """The store refused a request. status: of its answer; message: what the store says."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{message} ({status})")
        self.status = status
        self.message = message


class CredentialsError(RequestError):
    """401: the token is not valid, or not any more."""


class NotAllowedError(RequestError):
    """403: the account may not do this."""


class NotFoundError(RequestError):
    """404: there is no such container, object or version."""


class ContainerNotFoundError(NotFoundError):
    """The container does not exist."""


class ObjectNotFoundError(NotFoundError):
    """The container exists, and the object does not."""


class NotEmptyError(RequestError):
    """409: a container with objects in it is not deleted."""


class ChangedError(RequestError):
    """412: the object is not any more what it was."""


class QuotaError(RequestError):
    """413: there is no room for it."""


class HashMismatchError(PithosClientError):
    """The bytes that arrived are not those that were sent. expected, found: hex."""

    def __init__(self, name: str, expected: str, found: str) -> None:
        super().__init__(f"{name!r} has the hash {found}, not {expected}")
        self.expected = expected
        self.found = found


class SourceChangedError(PithosClientError):
    """A file was changed while it was uploaded."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} was changed while it was uploaded")


class NotPithosError(PithosClientError):
    """What answers is an object store of another kind, such as plain Swift."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(
            f"{endpoint} does not speak Pithos: its containers tell no block size. "
            "For Swift's dialect there are clients of Swift."
        )


class UnavailableError(PithosClientError):
    """The store does not answer, or cannot for now. It was asked several times."""

    def __init__(self, endpoint: str, reason: str) -> None:
        super().__init__(f"{endpoint} cannot be reached: {reason}")
