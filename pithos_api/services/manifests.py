"""Manifest objects: what they read as is the concatenation of others (contract §2.5)."""

from dataclasses import replace

from pithos_api.services.parts import Parts, Viewer, list_below
from pithos_api.values import ObjectState


def open_parts(viewer: Viewer, state: ObjectState) -> tuple[ObjectState, Parts]:
    """Return a manifest as it reads for the viewer, and its parts in name order.

    Its size is the total of theirs, its ETag is made of theirs. Where they may read none, or there
    is no such container, there are none.
    """
    container, _, prefix = (state.version.details.manifest or "").partition("/")
    parts, etag = list_below(viewer, state, container, prefix)
    return replace(state, version=replace(state.version, size=parts.size, etag=etag)), parts
