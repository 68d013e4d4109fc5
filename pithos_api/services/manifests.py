"""Manifest objects: what they read as is the concatenation of others (contract §2.5)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from accounts.credentials import Credentials
from pithos_api.blocks.base import Piece
from pithos_api.errors import ContainerNotFoundError, NotAllowedError
from pithos_api.models import Container, Version
from pithos_api.models.expressions import Infinity
from pithos_api.ordering import after
from pithos_api.services import searches
from pithos_api.services.contents import Content, send_content
from pithos_api.services.permissions import authorize
from pithos_api.services.sharing import governing, grants_over
from pithos_api.services.versions import split_digests
from pithos_api.values import Access, ContainerPath, ObjectPath, ObjectState, Right


@dataclass(frozen=True, slots=True)
class Part:
    """One object of a manifest, or a range of it. etag: of the object, MD5, 16 bytes.

    first, size: bytes of the content that belong to the manifest.
    """

    etag: bytes
    content: Content
    first: int
    size: int


def open_parts(credentials: Credentials, state: ObjectState) -> list[Part]:
    """Return the current objects that a manifest names, in name order, as the caller may read.

    Raises:
        ContainerNotFoundError: of the parts.
        NotAllowedError: the caller may not read one of them.
    """
    container, _, prefix = (state.version.details.manifest or "").partition("/")
    path = ContainerPath(state.path.account, container)
    access = authorize(credentials, path, Right.READ, below=prefix)
    found = _find(access.container, prefix)
    require_readable(access, [ObjectPath(path.account, container, name) for name, _ in found])
    return [part for _, part in found]


def open_owned_parts(state: ObjectState) -> list[Part]:
    """Return what a published manifest names, with its owner's rights.

    Raises: ContainerNotFoundError: of the parts.
    """
    name, _, prefix = (state.version.details.manifest or "").partition("/")
    container = Container.objects.filter(account_id=state.access.owner, name=name).first()
    if container is None:
        raise ContainerNotFoundError(name)
    return [part for _, part in _find(container.id, prefix)]


def _find(container: int, prefix: str) -> list[tuple[str, Part]]:
    """Return name and part of every current object whose name begins with ``prefix``."""
    rows = Version.objects.filter(
        container_id=container, name__gte=prefix, name__lt=after(prefix), valid_to=Infinity()
    ).order_by("name")
    fields = rows.values_list("name", "size", "etag", "merkle", "hashmap")
    return [
        (name, part_of(size, bytes(etag), bytes(merkle), None if joint is None else bytes(joint)))
        for name, size, etag, merkle, joint in fields
    ]


def part_of(size: int, etag: bytes, merkle: bytes, hashmap: bytes | None) -> Part:
    """Return a whole object as a part, from the columns of its version."""
    digests = (merkle,) if hashmap is None else split_digests(hashmap)
    return Part(etag, Content(size, digests), 0, size)


def require_readable(access: Access, paths: list[ObjectPath]) -> None:
    """Make sure that each of ``paths`` is the caller's, or granted to them."""
    if access.right == Right.OWN:
        return
    called = set(searches.identities(access))
    container = Container.objects.get(id=access.container)
    if called & {*container.readers} or ".r:*" in container.readers:
        return
    grants = grants_over(access.container, paths)
    for path in paths:
        found = governing(grants, path)
        if found is None or not called & {*found.readers, *found.writers}:
            raise NotAllowedError


def joined(state: ObjectState, parts: list[Part]) -> ObjectState:
    """Return the manifest as it reads: the parts' total size, an ETag made of theirs."""
    tags = "".join(part.etag.hex() for part in parts)
    etag = hashlib.md5(tags.encode(), usedforsecurity=False).digest()
    size = sum(part.size for part in parts)
    return replace(state, version=replace(state.version, size=size, etag=etag))


def read_parts(parts: list[Part], start: int, stop: int) -> Iterator[Piece]:
    """Yield the bytes ``start`` to ``stop`` of the parts in a row.

    Raises: as ``send_content``.
    """
    offset = 0
    for part in parts:
        first, last = max(start - offset, 0), min(stop - offset, part.size)
        if first < last:
            yield from send_content(part.content, part.first + first, part.first + last)
        offset += part.size
