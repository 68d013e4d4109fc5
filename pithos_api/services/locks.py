"""The advisory locks that order the writers of a name and the deletion of a container."""

from hashlib import blake2b

from pithos_api.values import ContainerPath, ObjectPath


def container_lock(path: ContainerPath | ObjectPath) -> int:
    """Return the 32-bit key under which writers share a container and its deleter has it alone."""
    return _key(f"{path.account}/{path.container}", 4)


def name_lock(path: ObjectPath) -> int:
    """Return the 64-bit key that one writer of a name holds at a time."""
    return _key(str(path), 8)


def _key(text: str, size: int) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=size).digest(), "big", signed=True)
