"""The advisory locks that order the writers of a name and the deletion of a container."""

from hashlib import blake2b

from django.db import connection

from pithos_api.values import Access, ContainerPath, ObjectPath


def container_lock(path: ContainerPath | ObjectPath) -> int:
    """Return the 32-bit key under which writers share a container and its deleter has it alone."""
    return _key(f"{path.account}/{path.container}", 4)


def name_lock(path: ObjectPath) -> int:
    """Return the 64-bit key that one writer of a name holds at a time."""
    return _key(str(path), 8)


def _key(text: str, size: int) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=size).digest(), "big", signed=True)


def account_lock(access: Access) -> int:
    """Return the 32-bit key that the writers of an account with a quota take turns with."""
    return access.owner & 0x7FFFFFFF


def lock_names(*paths: ObjectPath) -> None:
    """Become the only writer of all these names until the transaction ends.

    Whoever takes several takes them in the same order, so nobody waits in a circle.
    """
    containers = sorted({container_lock(path) for path in paths})
    names = sorted({name_lock(path) for path in paths})
    calls = ["pg_advisory_xact_lock_shared(1, %s)"] * len(containers)
    calls += ["pg_advisory_xact_lock(%s)"] * len(names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(calls)}", [*containers, *names])


def lock_containers(*paths: ContainerPath | ObjectPath) -> None:
    """Shut out every writer of these containers until the transaction ends."""
    with connection.cursor() as cursor:
        for key in sorted({container_lock(path) for path in paths}):
            cursor.execute("SELECT pg_advisory_xact_lock(1, %s)", [key])
