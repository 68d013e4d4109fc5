"""What large objects of both kinds read as, and with whose rights."""

from accounts.credentials import Credentials
from pithos_api.errors import ForeignPartsError, SegmentChangedError
from pithos_api.services import manifests, segments
from pithos_api.services.parts import Part, Viewer, setter_of, viewer_of
from pithos_api.values import ObjectState


def open_large(
    state: ObjectState, credentials: Credentials | None
) -> tuple[ObjectState, list[Part]]:
    """Return a manifest as it reads for the caller, and the parts that it is made of.

    credentials: None is a public link.

    Raises: BrokenListError, SegmentChangedError: of a static one.
    """
    parts = _open_parts(viewer_of(state, credentials), state)
    if state.version.details.segmented is not None:
        return segments.as_whole(state), parts
    return manifests.joined(state, parts), parts


def require_setters(state: ObjectState, parts: list[Part]) -> None:
    """Make sure that whoever set a manifest may read the parts, too, which then leave it.

    Else a writer could plant a manifest for its owner to make an object of, for all to read.

    Raises: ForeignPartsError.
    """
    setter = setter_of(state, None)
    if setter.user == state.access.actor:
        return
    try:
        theirs = {part.path for part in _open_parts(setter, state)}
    except SegmentChangedError as error:
        raise ForeignPartsError from error
    if not {part.path for part in parts} <= theirs:
        raise ForeignPartsError


def _open_parts(viewer: Viewer, state: ObjectState) -> list[Part]:
    if state.version.details.segmented is not None:
        return segments.open_segments(viewer, state)
    return manifests.open_parts(viewer, state)
