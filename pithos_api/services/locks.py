"""The advisory locks that order writers of a name, deleters of a container and upkeep."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from functools import wraps
from hashlib import blake2b
from typing import Final, ParamSpec, TypeVar

from django.conf import settings
from django.db import Error, OperationalError, connection

from pithos_api.values import Access, ContainerPath, ObjectPath

P = ParamSpec("P")
R = TypeVar("R")

_DEADLOCK: Final = "40P01"
_ATTEMPTS: Final = 3


def anew_after_circles(work: Callable[P, R]) -> Callable[P, R]:
    """Do ``work``, which is one transaction, anew if it and others waited for each other.

    For who locks several containers, in their order: a transaction that makes or deletes
    containers (the management API's) has them in any order. Postgres ends one of them after a
    second. Within a transaction of the caller's it is done once: that one has come to nothing.
    """

    @wraps(work)
    def attempts(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(_ATTEMPTS - 1):
            if connection.in_atomic_block:
                break
            try:
                return work(*args, **kwargs)
            except OperationalError as error:
                if getattr(error.__cause__, "pgcode", "") != _DEADLOCK:
                    raise
        return work(*args, **kwargs)

    return attempts


def container_lock(path: ContainerPath | ObjectPath) -> int:
    """Return the 32-bit key under which writers share a container and its deleter has it alone."""
    return _key(f"{path.account}/{path.container}", 4)


def name_lock(path: ObjectPath) -> int:
    """Return the 64-bit key that one writer of a name holds at a time."""
    return _key(str(path), 8)


def _key(text: str, size: int) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=size).digest(), "big", signed=True)


def account_lock(access: Access) -> int:
    """Return the 32-bit key of an account in the locks under which its users take turns."""
    return access.owner & 0x7FFFFFFF


def lock_account(access: Access) -> None:
    """Become the only writer of the account, as far as it has a quota, until the transaction ends.

    It is the last lock that anybody takes.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(3, %s)", [account_lock(access)])


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


def lock_container_set(access: Access, path: ContainerPath) -> None:
    """Become the only one who makes or deletes containers of the account, and shut out writers.

    The account's turn comes first: who makes several in one transaction, in any order, waits for
    nobody who waits for it.
    """
    keys = [account_lock(access), container_lock(path)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(9, %s), pg_advisory_xact_lock(1, %s)", keys)


_ASK_AGAIN_SECONDS = 0.2


class Job(IntEnum):
    """Work on the whole store that one process at a time may do: the lock ``(4, job)``."""

    COLLECT_GARBAGE = 1
    SCRUB = 2
    START = 3
    REPAIR = 4
    MAKE_MD5 = 5
    RECORD_USAGE = 6


@contextmanager
def sole_worker(job: Job) -> Iterator[bool]:
    """Hold ``job`` within the block; yield False if others do it or pause it.

    A session's lock, not a transaction's: it outlives commits and dies with the connection, so
    a killed process leaves nothing behind. Behind a pooler that shares connections between
    transactions it protects nothing: such processes need a connection of their own.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(4, %s)", [job])
        [ours] = cursor.fetchone()
    try:
        yield ours
    finally:
        if ours:
            _release("SELECT pg_advisory_unlock(4, %s)", job)


def lock_job(job: Job) -> None:
    """Do ``job`` alone until the transaction ends; wait for another process that does it now.

    The next statement sees what that process has done, even if it was killed: the database
    still carries out the statement that a dead process has sent.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(4, %s)", [job])


@contextmanager
def in_turn(job: Job) -> Iterator[None]:
    """Do ``job`` when the process that does it now has ended; see ``sole_worker``.

    It asks again and again instead of waiting in the database: a statement that waits holds a
    snapshot, and CREATE INDEX CONCURRENTLY would wait for that in turn. Behind a pooler nobody
    waits: the lock would stay with a connection that is somebody else's by then.
    """
    if not settings.PITHOS_PREPARED_STATEMENTS:
        yield
        return
    while True:
        with sole_worker(job) as ours:
            if ours:
                yield
                return
        time.sleep(_ASK_AGAIN_SECONDS)


@contextmanager
def paused(job: Job) -> Iterator[None]:
    """Let nobody do ``job`` within the block; wait first until a process that does it has ended.

    Several may pause it at once. A session's lock, see ``sole_worker``.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(4, %s)", [job])
    try:
        yield
    finally:
        _release("SELECT pg_advisory_unlock_shared(4, %s)", job)


def _release(statement: str, job: Job) -> None:
    with suppress(Error), connection.cursor() as cursor:  # a lost connection has released it
        cursor.execute(statement, [job])
