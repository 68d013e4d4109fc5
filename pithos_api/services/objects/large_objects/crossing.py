"""What copies and moves must keep on their way to another place, or they are refused."""

from collections.abc import Iterable, Iterator, Sequence

from accounts.tokens.credentials import Credentials
from pithos_api.errors import NotAllowedError
from pithos_api.models.statements.objects.folders import FolderObject
from pithos_api.services.objects.large_objects import static_large_objects
from pithos_api.services.objects.large_objects.finding import FoundPart, find_all
from pithos_api.services.objects.large_objects.nesting import (
    MAX_DEPTH,
    NestingError,
    SegmentPlace,
    nested_entries,
    parse_content,
)
from pithos_api.services.objects.large_objects.parts import Viewer, contents_of
from pithos_api.services.objects.large_objects.segment_lists import SegmentEntry
from pithos_api.values import Access, ObjectState, Right, Segmented
from pithos_api.values.requests import Copy, Segment

# Lists of up to 1000 segments each that are looked through at once.
_LISTS_AT_ONCE = 10

# Large objects in the lists of one copy, in all levels.
_LISTS_IN_ALL = 1000


def require_segments(
    credentials: Credentials, target: Access, copy: Copy, source: ObjectState
) -> None:
    """Make sure that the copy of a static large object can be read at its destination.

    The segments are those of the account it goes to, as far as the caller may read them.

    Raises: InvalidSegmentListError: names each segment that is not there as listed;
        BrokenListError.
    """
    if source.version.details.segmented is not None and copy.source != copy.destination:
        account = copy.destination.account
        _require(credentials, target, account, static_large_objects.read_list(source))


def require_all_kept(
    credentials: Credentials, target: Access, copy: Copy, objects: Sequence[FolderObject]
) -> None:
    """Make sure of the same for a folder, and that everything in it may expire when it does.

    Raises: as ``require_segments``; NotAllowedError: the caller may not delete at the destination.
    """
    if not target.may(Right.DELETE) and any(each.expires for each in objects):
        raise NotAllowedError
    if copy.source.account == copy.destination.account:
        return
    lists = [each for each in objects if each.segmented_size is not None]
    for at in range(0, len(lists), _LISTS_AT_ONCE):
        entries = _entries(lists[at : at + _LISTS_AT_ONCE])
        _require(credentials, target, copy.destination.account, entries)


def _entries(lists: Sequence[FolderObject]) -> Iterable[SegmentEntry]:
    contents = contents_of([each.serial for each in lists])
    for each, content in zip(lists, contents, strict=True):
        whole = Segmented(each.segmented_size or 0, bytes(each.segmented_etag or b""))
        yield from parse_content(content, whole)


def _require(
    credentials: Credentials, target: Access, account: str, entries: Iterable[SegmentEntry]
) -> None:
    place = SegmentPlace(Viewer(target.actor, credentials), account, target.owner)
    budget = _LISTS_IN_ALL
    for depth in range(MAX_DEPTH):
        inside = list(_nested(place, entries))
        budget -= len(inside)
        if not inside:
            return
        if depth == MAX_DEPTH - 1 or budget < 0:
            raise NestingError(MAX_DEPTH)
        entries = [entry for part in inside for entry in _list_of(part)]


def _nested(place: SegmentPlace, entries: Iterable[SegmentEntry]) -> Iterator[FoundPart]:
    """Check a level of lists; yield each large object that is named there, once.

    Raises: InvalidSegmentListError.
    """
    segments = [
        Segment(
            path=place.path(entry),
            etag=bytes.fromhex(entry.etag),
            size=entry.size,
            range=entry.range,
        )
        for entry in entries
        if entry.data is None
    ]
    found = find_all(place.viewer, place.owner, [segment.path for segment in segments])
    static_large_objects.require_listed(segments, found)
    yield from (part for part in found.values() if part.whole is not None)


def _list_of(part: FoundPart) -> Sequence[SegmentEntry]:
    return nested_entries(part.serial, part.whole) if part.whole is not None else ()
