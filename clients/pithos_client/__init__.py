"""Storage in a Pithos object store, for programs.

from pithos_client import connect

driver = connect("https://store.example/v1", "alice", token)
photos = driver.create_container("photos")
photos.upload_object("sunset.jpg", "2026/sunset.jpg")
"""

from pithos_client.driver import Driver, connect
from pithos_client.errors import (
    ChangedError,
    ContainerNotFoundError,
    CredentialsError,
    HashMismatchError,
    NotAllowedError,
    NotEmptyError,
    NotFoundError,
    NotPithosError,
    ObjectNotFoundError,
    PithosClientError,
    QuotaError,
    RequestError,
    SourceChangedError,
    UnavailableError,
)
from pithos_client.resources import Container, Object

__all__ = [
    "ChangedError",
    "Container",
    "ContainerNotFoundError",
    "CredentialsError",
    "Driver",
    "HashMismatchError",
    "NotAllowedError",
    "NotEmptyError",
    "NotFoundError",
    "NotPithosError",
    "Object",
    "ObjectNotFoundError",
    "PithosClientError",
    "QuotaError",
    "RequestError",
    "SourceChangedError",
    "UnavailableError",
    "connect",
]
