"""What large objects of both kinds read as, and with whose rights."""

from accounts.credentials import Credentials
from pithos_api.errors import ForeignPartsError, SegmentChangedError
from pithos_api.services import manifests, segments
from pithos_api.services.parts import Parts, Viewer, setter_of, viewer_of
from pithos_api.values import ObjectState


def open_large(state: ObjectState, credentials: Credentials | None) -> tuple[ObjectState, Parts]:
    """Return a manifest as it reads for the caller, and the parts that it is made of.

    credentials: None is a public link.

    Raises: BrokenListError, SegmentChangedError: of a static one.
    """
    return _open(viewer_of(state, credentials), state)


def require_setters(state: ObjectState, parts: Parts) -> None:
    """Make sure that whoever set a manifest may read the parts, too, which then leave it.

    Else a writer could plant a manifest for its owner to make an object of, for all to read.

    Raises: ForeignPartsError.
    """
    setter = setter_of(state, None)
    if setter.user == state.access.actor:
        return
    try:
        _, theirs = _open(setter, state)
    except SegmentChangedError as error:
        raise ForeignPartsError from error
    if not set(parts.serials) <= set(theirs.serials):
        raise ForeignPartsError


def _open(viewer: Viewer, state: ObjectState) -> tuple[ObjectState, Parts]:
    if state.version.details.segmented is not None:
        return segments.as_whole(state), segments.open_segments(viewer, state)
    return manifests.open_parts(viewer, state)
