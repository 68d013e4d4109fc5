"""The objects that a manifest names, as far as somebody may read them (contract §2.5).

What one may not see is as if it were not there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.credentials import Credentials
from pithos_api.blocks.base import Piece
from pithos_api.models.statements.read_parts import find_parts, list_parts
from pithos_api.ordering import after
from pithos_api.services.contents import Content, send_content
from pithos_api.services.versions import split_digests
from pithos_api.values import ObjectPath, ObjectState


@dataclass(frozen=True, slots=True)
class Part:
    """One object of a manifest, or a range of it. etag: of the object, MD5, 16 bytes.

    first, size: bytes of the content that belong to the manifest.
    """

    path: ObjectPath
    etag: bytes
    content: Content
    first: int
    size: int


@dataclass(frozen=True, slots=True)
class FoundPart:
    """A whole object as a part, and what else a list of segments says of it."""

    part: Part
    content_type: str
    modified: datetime
    is_manifest: bool


@dataclass(frozen=True, slots=True)
class Viewer:
    """With whose rights parts are read. user: their row id, 0 is anybody.

    credentials: what limits them besides; None does not.
    """

    user: int
    credentials: Credentials | None

    def reaches(self, path: ObjectPath) -> bool:
        """Return whether a limited token or signature has the path."""
        found = self.credentials
        return found is None or found.reach(path.account, path.container, path.name)

    def narrowed(self, account: str, container: str, prefix: str) -> str | None:
        """Return what the names in reach among those below ``prefix`` begin with; None: none is."""
        found = self.credentials
        if found is None or found.reach(account, container, prefix):
            return prefix
        inside = found.prefix.startswith(prefix)
        return found.prefix if inside and found.reach(account, container, found.prefix) else None


def viewer_of(state: ObjectState, credentials: Credentials | None) -> Viewer:
    """Return with whose rights the parts of a manifest are read: the caller's, if they have any.

    credentials: None is a public link. Who comes by it, or by a signed URL, has no rights of
    their own; then it is whoever set the manifest.
    """
    if credentials is None or credentials.signed:
        return setter_of(state, credentials)
    return Viewer(state.access.actor, credentials)


def setter_of(state: ObjectState, credentials: Credentials | None) -> Viewer:
    """Return whoever set the manifest, within the limits of ``credentials``."""
    setter = state.version.details.manifest_by
    return Viewer(state.access.actor if setter is None else setter, credentials)


def list_below(viewer: Viewer, state: ObjectState, container: str, prefix: str) -> list[Part]:
    """Return the current objects below ``prefix`` that the viewer may read, in name order.

    They are of the same account as ``state``. One statement.
    """
    account = state.path.account
    first = viewer.narrowed(account, container, prefix)
    if first is None:
        return []
    rows = list_parts.all(
        {
            "viewer": viewer.user,
            "owner": state.access.owner,
            "container": container,
            "first": first,
            "beyond": after(first),
        }
    )
    return [_found(ObjectPath(account, container, row[1]), row).part for row in rows]


def find_all(
    viewer: Viewer, owner: int, paths: Iterable[ObjectPath]
) -> dict[ObjectPath, FoundPart]:
    """Return those of the paths that are there for the viewer. One statement.

    owner: row id of the account that all paths are in.
    """
    wanted = [path for path in dict.fromkeys(paths) if viewer.reaches(path)]
    if not wanted:
        return {}
    containers = [path.container for path in wanted]
    rows = find_parts.all(
        {
            "viewer": viewer.user,
            "owner": owner,
            "places": sorted(set(containers)),
            "containers": containers,
            "names": [path.name for path in wanted],
        }
    )
    account = wanted[0].account
    found = ((ObjectPath(account, row[0], row[1]), row) for row in rows)
    return {path: _found(path, row) for path, row in found}


def _found(path: ObjectPath, row: tuple[Any, ...]) -> FoundPart:
    _, _, size, etag, merkle, joint, kind, modified, is_manifest = row
    digests = (bytes(merkle),) if joint is None else split_digests(bytes(joint))
    part = Part(path, bytes(etag), Content(size, digests), 0, size)
    return FoundPart(part, kind, modified, is_manifest)


def read_parts(parts: Iterable[Part], start: int, stop: int) -> Iterator[Piece]:
    """Yield the bytes ``start`` to ``stop`` of the parts in a row.

    Raises: as ``send_content``.
    """
    offset = 0
    for part in parts:
        first, last = max(start - offset, 0), min(stop - offset, part.size)
        if first < last:
            yield from send_content(part.content, part.first + first, part.first + last)
        offset += part.size
