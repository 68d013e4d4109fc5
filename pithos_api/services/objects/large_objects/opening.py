"""Opening large objects of both kinds, with the rights of the right user."""

from accounts.tokens.credentials import Credentials
from pithos_api.errors import ForeignPartsError, SegmentChangedError
from pithos_api.services.objects.large_objects import dynamic_large_objects, static_large_objects
from pithos_api.services.objects.large_objects.parts import Part, Viewer, setter_of, viewer_of
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
        return static_large_objects.as_whole(state), parts
    return dynamic_large_objects.joined(state, parts), parts


def require_setters(state: ObjectState, parts: list[Part]) -> None:
    """Make sure that the user who set a manifest may read all of its parts before they are joined.

    Otherwise a writer could plant a manifest, of which the owner then makes an object for all.

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
        return static_large_objects.open_segment_list(viewer, state)
    return dynamic_large_objects.open_parts(viewer, state)
