"""What the path of a request names, and that it may be named."""

from functools import lru_cache

from pithos_api.values import MAX_CONTAINER_BYTES, MAX_OBJECT_BYTES, ContainerPath, ObjectPath
from web.names import check_name, lowered

MAX_ACCOUNT_BYTES = 256


def account_name(account: str) -> str:
    """Return the account that a URL names.

    Raises: InvalidPathError.
    """
    check_name("account", account, MAX_ACCOUNT_BYTES)
    return lowered(account)


def container_path(account: str, container: str) -> ContainerPath:
    """Return the container that a URL names.

    Raises: InvalidPathError.
    """
    check_name("container", container, MAX_CONTAINER_BYTES)
    return ContainerPath(account_name(account), container)


@lru_cache(maxsize=256)  # a request that is done with others is looked at twice
def object_path(account: str, container: str, name: str) -> ObjectPath:
    """Return the object that a URL names.

    Raises: InvalidPathError.
    """
    check_name("container", container, MAX_CONTAINER_BYTES)
    check_name("object", name, MAX_OBJECT_BYTES)
    return ObjectPath(account_name(account), container, name)


def own_object_path(account: str, container: str, name: str) -> ObjectPath:
    """Return the object that a header names. account: "" is the caller's own, and stays so.

    Raises: InvalidPathError.
    """
    if account:
        return object_path(account, container, name)
    check_name("container", container, MAX_CONTAINER_BYTES)
    check_name("object", name, MAX_OBJECT_BYTES)
    return ObjectPath("", container, name)
