"""What copies and moves must keep on their way to another place, or they are refused."""

from collections.abc import Iterable, Sequence

from accounts.tokens.credentials import Credentials
from pithos_api.errors import NotAllowedError
from pithos_api.models.statements.objects.folders import FolderObject
from pithos_api.services.objects.large_objects import static_large_objects
from pithos_api.services.objects.large_objects.parts import Viewer, contents_of, find_all
from pithos_api.services.objects.large_objects.segment_lists import SegmentEntry
from pithos_api.values import Access, ObjectPath, ObjectState, Right, Segmented
from pithos_api.values.requests import Copy, Segment

# Lists of up to 1000 segments each that are looked through at once.
_LISTS_AT_ONCE = 10


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
        yield from static_large_objects.parse_content(content, whole)


def _require(
    credentials: Credentials, target: Access, account: str, entries: Iterable[SegmentEntry]
) -> None:
    segments = [
        Segment(
            path=ObjectPath(account, entry.container, entry.name),
            etag=bytes.fromhex(entry.etag),
            size=entry.size,
            range=entry.range,
        )
        for entry in entries
    ]
    viewer = Viewer(target.actor, credentials)
    found = find_all(viewer, target.owner, [segment.path for segment in segments])
    static_large_objects.require_listed(segments, found)
