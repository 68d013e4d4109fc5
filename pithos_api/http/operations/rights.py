"""What a caller must be allowed for a request to be worth an answer about its form.

Services ask for these rights where they do their work. But a request that is malformed never gets
there: then the door asks, so that who may not do something is told that, and nothing else of it.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NamedTuple, TypeAlias, TypeVar

from accounts.tokens.credentials import Credentials
from pithos_api.http.parsing.updates import source_of
from pithos_api.services.access.permissions import authorize_path, own_path
from pithos_api.services.containers.account import authorize_account
from pithos_api.values import ContainerPath, ObjectPath, Right
from web.errors import InvalidRequest
from web.request_head import RequestHead

P = TypeVar("P", bound=ObjectPath | ContainerPath | str)


class Need(NamedTuple):
    """Rights that a request needs at a path, which for an account is its name.

    part: of a container, no more is meant than what a limited token reaches.
    """

    path: ObjectPath | ContainerPath | str
    least: Right
    part: bool = False


Needs: TypeAlias = Callable[[RequestHead, P], Iterator[Need]]
PathOf: TypeAlias = Callable[[RequestHead, ObjectPath], ObjectPath]

_SHARING = ("HTTP_X_OBJECT_SHARING", "HTTP_X_OBJECT_PUBLIC")
_EXPIRING = ("HTTP_X_DELETE_AT", "HTTP_X_DELETE_AFTER")
_OF_PAST = frozenset({"version", "version-id", "until"})
_DESCRIBING = ("HTTP_X_CONTAINER_META_", "HTTP_X_CONTAINER_POLICY_")


def require(credentials: Credentials, needs: Iterator[Need]) -> None:
    """Make sure that the caller has the rights, as far as the request tells where.

    Raises: InvalidTokenError, NotAllowedError.
    """
    with suppress(InvalidRequest):  # it does not tell
        for need in needs:
            _require(credentials, need)


def _require(credentials: Credentials, need: Need) -> None:
    path = need.path
    if isinstance(path, str):
        authorize_account(credentials, path, need.least)
    elif isinstance(path, ObjectPath):
        authorize_path(credentials, own_path(credentials, path), need.least)
    else:
        below = credentials.prefix if need.part else ""
        authorize_path(credentials, path, need.least, below)


def nothing(_: RequestHead, __: P) -> Iterator[Need]:
    """Need nothing at the path: each line of the body, or nobody, is asked."""
    yield from ()


def owns(_: RequestHead, path: P) -> Iterator[Need]:
    """Be the owner."""
    yield Need(path, Right.OWN)


def manages(_: RequestHead, path: ContainerPath) -> Iterator[Need]:
    """Make and describe containers."""
    yield Need(path, Right.MANAGE)


def reads_state(head: RequestHead, path: ContainerPath | str) -> Iterator[Need]:
    """Read what describes a container or an account; its past is the owner's."""
    yield Need(path, Right.OWN if head.query.get("until") else Right.READ, part=True)


def lists(head: RequestHead, path: ContainerPath | str) -> Iterator[Need]:
    """List what is in a container or an account; what is public is the owner's to ask, too."""
    owned = head.query.get("until") or "public" in head.query
    yield Need(path, Right.OWN if owned else Right.READ, part=True)


def lists_versions(_: RequestHead, path: ContainerPath) -> Iterator[Need]:
    """List what was in a container, too."""
    yield Need(path, Right.READ_HISTORY | Right.LIST, part=True)


def sends_blocks(head: RequestHead, path: ContainerPath) -> Iterator[Need]:
    """Write somewhere in a container; only its owner describes it besides."""
    describes = any(name.startswith(_DESCRIBING) for name in head.fields)
    yield Need(path, Right.OWN if describes else Right.WRITE, part=not describes)


def reads(head: RequestHead, path: ObjectPath) -> Iterator[Need]:
    """Read an object, or a state that it was in."""
    past = not _OF_PAST.isdisjoint(head.query)
    yield Need(path, Right.READ | Right.READ_HISTORY if past else Right.READ)


def reads_history(_: RequestHead, path: ObjectPath) -> Iterator[Need]:
    """Read which versions an object has."""
    yield Need(path, Right.READ_HISTORY)


def writes(head: RequestHead, path: ObjectPath) -> Iterator[Need]:
    """Write an object; only the owner shares it, and who lets it expire may delete it."""
    yield Need(path, _to_write(head))


def restores(_: RequestHead, path: ObjectPath) -> Iterator[Need]:
    """Make a version of an object the current one."""
    yield Need(path, Right.READ | Right.READ_HISTORY | Right.WRITE)


def rewrites(head: RequestHead, path: ObjectPath) -> Iterator[Need]:
    """Write bytes into an object: the answer tells of the others."""
    yield Need(path, _to_write(head) | Right.READ)


def rewrites_from(head: RequestHead, path: ObjectPath) -> Iterator[Need]:
    """Write another object's bytes into an object."""
    yield from rewrites(head, path)
    yield Need(source_of(head), _to_copy(head))


def deletes(_: RequestHead, path: ObjectPath) -> Iterator[Need]:
    """Delete an object, in Swift's dialect."""
    yield Need(path, Right.DELETE)


def deletes_whole(_: RequestHead, path: ObjectPath) -> Iterator[Need]:
    """Delete a static large object and what it lists."""
    yield Need(path, Right.READ | Right.DELETE)


def copies_to(destination_of: PathOf) -> Needs[ObjectPath]:
    """Copy an object to where the request says."""

    def needs(head: RequestHead, source: ObjectPath) -> Iterator[Need]:
        yield Need(source, _to_copy(head))
        yield Need(destination_of(head, source), _to_write(head))

    return needs


def copies_from(source_of: PathOf) -> Needs[ObjectPath]:
    """Copy to an object from where the request says."""

    def needs(head: RequestHead, destination: ObjectPath) -> Iterator[Need]:
        yield Need(destination, _to_write(head))
        yield Need(source_of(head, destination), _to_copy(head))

    return needs


def _to_write(head: RequestHead) -> Right:
    if any(name in head.fields for name in _SHARING):
        return Right.OWN
    expires = any(head.fields.get(name) for name in _EXPIRING)
    return Right.WRITE | Right.DELETE if expires else Right.WRITE


def _to_copy(head: RequestHead) -> Right:
    if head.method == "MOVE" or "HTTP_X_MOVE_FROM" in head.fields or head.query.get("delimiter"):
        return Right.OWN
    past = "HTTP_X_SOURCE_VERSION" in head.fields
    return Right.READ | Right.READ_HISTORY if past else Right.READ
