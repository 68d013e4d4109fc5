"""Objects that a list of segments names, as what they read as for who reads the list."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pithos_api.models.statements.objects.references.read_parts import PartRow, find_parts
from pithos_api.services.objects.large_objects.parts import Viewer
from pithos_api.services.objects.symlinks import columns
from pithos_api.values import MOST_SYMLINKS, ObjectPath, Segmented


@dataclass(frozen=True, slots=True)
class FoundPart:
    """An object as a part, and what a list of segments says of it.

    serial: of a symlink, that of what it leads to.
    size, etags: of what it reads as; the etags all stand for it, and the first is shown; see
    ``StoredVersion``. whole: of a static large object.
    is_dynamic: it is the manifest of a dynamic one, which no list takes.
    """

    serial: int
    size: int
    etags: tuple[bytes, ...]
    content_type: str
    modified: datetime
    is_dynamic: bool
    whole: Segmented | None


@dataclass(frozen=True, slots=True)
class _Trail:
    """Where a symlink in the list leads to. wanted: ETags that what is there must have."""

    listed: ObjectPath
    place: ObjectPath
    wanted: frozenset[bytes] = frozenset()


def find_all(
    viewer: Viewer, owner: int, paths: Iterable[ObjectPath]
) -> dict[ObjectPath, FoundPart]:
    """Return those of the paths that are there for the viewer.

    One statement, and one more for all symlinks of a level. A symlink is what it leads to in the
    same account; it is as if absent where it leads nowhere, too far, or out of the account.

    owner: row id of the account that all paths are in.
    """
    trails = [_Trail(path, path) for path in dict.fromkeys(paths)]
    found: dict[ObjectPath, FoundPart] = {}
    for _ in range(1 + MOST_SYMLINKS):
        rows = _rows(viewer, owner, {trail.place for trail in trails})
        for trail in trails:
            row = rows.get(trail.place)
            if row is not None and row.symlink is None:
                part = _found(row)
                if trail.wanted <= {*part.etags}:
                    found[trail.listed] = part
        trails = list(_next(trails, rows))
        if not trails:
            break
    return found


def _next(trails: Iterable[_Trail], rows: Mapping[ObjectPath, PartRow]) -> Iterator[_Trail]:
    """Yield where those lead to that are at a symlink."""
    for trail in trails:
        row = rows.get(trail.place)
        if row is None or row.symlink is None:
            continue
        symlink = columns.read(row.symlink)
        place = symlink.leads_from(trail.place.account)
        if place.account == trail.place.account:
            wanted = set() if symlink.etag is None else {symlink.etag}
            yield _Trail(trail.listed, place, trail.wanted | wanted)


def _rows(viewer: Viewer, owner: int, paths: Iterable[ObjectPath]) -> dict[ObjectPath, PartRow]:
    """Return what is stored at those of the paths that the viewer may read."""
    wanted = sorted((path for path in paths if viewer.reaches(path)), key=str)
    if not wanted:
        return {}
    containers = [path.container for path in wanted]
    rows = find_parts.all(
        {
            "viewer": viewer.user,
            "referrer": viewer.referrer,
            "owner": owner,
            "places": sorted(set(containers)),
            "containers": containers,
            "names": [path.name for path in wanted],
        }
    )
    account = wanted[0].account
    return {ObjectPath(account, row.container, row.name): row for row in rows}


def _found(row: PartRow) -> FoundPart:
    described = (row.content_type, row.modified, row.is_dynamic)
    if row.whole_size is None or row.whole_etag is None:
        etags = (bytes(row.etag), bytes(row.merkle))
        return FoundPart(row.serial, row.size, etags, *described, None)
    whole = Segmented(row.whole_size, bytes(row.whole_etag))
    return FoundPart(row.serial, whole.size, (whole.etag,), *described, whole)
