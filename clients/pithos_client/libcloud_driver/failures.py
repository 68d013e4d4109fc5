"""Errors of the library as Libcloud's."""

from collections.abc import Iterator
from contextlib import contextmanager

from libcloud.common.types import InvalidCredsError, LibcloudError
from libcloud.storage.base import StorageDriver
from libcloud.storage.types import (
    ContainerDoesNotExistError,
    ObjectDoesNotExistError,
    ObjectHashMismatchError,
)

from pithos_client.errors import (
    ContainerNotFoundError,
    CredentialsError,
    HashMismatchError,
    NotFoundError,
    PithosClientError,
    RequestError,
)

_CHECKSUM_REFUSED = 422


@contextmanager
def translated(driver: StorageDriver, container: str = "", name: str = "") -> Iterator[None]:
    """Raise Libcloud's error for what fails inside. container, name: what it is about."""
    try:
        yield
    except PithosClientError as error:
        raise _libcloud_error(error, driver, container, name) from error


def _libcloud_error(
    error: PithosClientError, driver: StorageDriver, container: str, name: str
) -> LibcloudError:
    told = str(error)
    if isinstance(error, CredentialsError):
        return InvalidCredsError(told, driver)
    if isinstance(error, ContainerNotFoundError):
        return ContainerDoesNotExistError(told, driver, container)
    if isinstance(error, NotFoundError):
        return ObjectDoesNotExistError(told, driver, name)
    refused = isinstance(error, RequestError) and error.status == _CHECKSUM_REFUSED
    if refused or isinstance(error, HashMismatchError):
        return ObjectHashMismatchError(told, driver, name)
    return LibcloudError(told, driver)
