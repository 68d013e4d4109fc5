"""What an object reads as, for every protocol, and with whose rights.

An object is stored as it reads, or it is a manifest: of a dynamic large object, which reads as all
objects below a prefix, or of a static one, which reads as the segments of its list.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from accounts.tokens.credentials import Credentials
from pithos_api.blocks.base import Piece
from pithos_api.errors import ForeignPartsError, SegmentChangedError
from pithos_api.services.objects import reading
from pithos_api.services.objects.large_objects import dynamic_large_objects, static_large_objects
from pithos_api.services.objects.large_objects.nesting import SegmentRow
from pithos_api.services.objects.large_objects.parts import Parts, Viewer, setter_of, viewer_of
from pithos_api.services.objects.symlinks.following import followed
from pithos_api.services.storage.contents import send_content
from pithos_api.values import ObjectPath, ObjectState
from web.conditions import Subject

_NO_PARTS = Parts((), ())


@dataclass(frozen=True, slots=True)
class Readable:
    """An object as it reads: what describes it, and its bytes.

    read: yields the bytes from its first argument up to its second, exclusive. It raises
    BlockNotFoundError or BlockDamagedError, and never yields wrong bytes instead.
    parts: of a large object; none of any other.
    """

    state: ObjectState
    read: Callable[[int, int], Iterator[Piece]]
    parts: Parts | SegmentRow = _NO_PARTS

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self.state.version.size

    @property
    def etag(self) -> bytes:
        """As of ``StoredVersion``; of a large object the MD5 of its parts' ETags in hex."""
        return self.state.version.etag

    @property
    def subject(self) -> Subject:
        """What conditions are judged against."""
        return self.state.subject


def open_readable(
    credentials: Credentials,
    path: ObjectPath,
    version: int | None = None,
    *,
    follows: bool = False,
) -> Readable:
    """Return what an object reads as for the caller, so far as they may read its parts.

    version: serial; None is the current one. follows: a symlink is what it leads to; else it is an
    object without bytes. One statement for an object as it is stored, one more for the parts of a
    large one, and one more where a symlink is followed.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ObjectNotFoundError,
        VersionNotFoundError.
        BrokenListError, SegmentChangedError: of a static large object.
        TooManySymlinksError, SymlinkTargetChangedError, InvalidSignatureError: as ``followed``.
    """
    state = open_stored(credentials, path, version, content=True, follows=follows)
    return readable(state, credentials)


def describe(
    credentials: Credentials,
    path: ObjectPath,
    version: int | None = None,
    *,
    follows: bool = False,
) -> ObjectState:
    """Return what describes the object as it reads, for who wants none of its bytes.

    Raises: as ``open_readable``; not SegmentChangedError: segments are not looked at.
    """
    state = open_stored(credentials, path, version, content=False, follows=follows)
    if state.version.details.segmented is not None:
        return static_large_objects.as_whole(state)
    if state.version.details.manifest:
        return readable(state, credentials).state
    return state


def open_public(key: str) -> Readable:
    """Return what the object that is published under ``key`` reads as, for anybody.

    Its parts are those that whoever set the manifest may read.

    Raises: PublicNotFoundError, BrokenListError, SegmentChangedError.
    """
    return readable(reading.open_public(key), None)


def open_stored(
    credentials: Credentials,
    path: ObjectPath,
    version: int | None,
    *,
    content: bool,
    follows: bool = False,
) -> ObjectState:
    """Return the object as it is stored, also a manifest. version, follows: as ``open_readable``.

    Raises: as ``reading.open_object`` and ``reading.open_version``; ``followed``.
    """
    if version is None:
        state = reading.open_object(credentials, path, content=content)
    else:
        state = reading.open_version(credentials, path, version, content=content)
    return followed(credentials, state, content=content) if follows else state


def readable(state: ObjectState, credentials: Credentials | None) -> Readable:
    """Return what an object that was opened with its content reads as.

    credentials: None is a public link.

    Raises: BrokenListError, SegmentChangedError: of a static large object.
    """
    if not reading.is_manifest(state):
        return as_stored(state)
    whole, parts = _open(viewer_of(state, credentials), state)
    return Readable(whole, parts.read, parts)


def as_stored(state: ObjectState) -> Readable:
    """Return the object's own bytes, also of a manifest."""
    content = reading.content_of(state.version)
    return Readable(state, lambda start, stop: send_content(content, start, stop))


def require_setters(state: ObjectState, parts: Parts | SegmentRow) -> None:
    """Make sure that the user who set a manifest may read all of its parts before they are joined.

    Otherwise a writer could plant a manifest, of which the owner then makes an object for all. What
    is in lists within the list is not looked at: it is never joined for another than the setter.

    Raises: ForeignPartsError.
    """
    setter = setter_of(state, None)
    if setter.user == state.access.actor:
        return
    if isinstance(parts, SegmentRow) and parts.nests:
        raise ForeignPartsError
    try:
        _, theirs = _open(setter, state)
    except SegmentChangedError as error:
        raise ForeignPartsError from error
    if not set(parts.serials) <= set(theirs.serials):
        raise ForeignPartsError


def _open(viewer: Viewer, state: ObjectState) -> tuple[ObjectState, Parts | SegmentRow]:
    if state.version.details.segmented is not None:
        return static_large_objects.as_whole(state), static_large_objects.open_segment_list(
            viewer, state
        )
    return dynamic_large_objects.open_parts(viewer, state)
