"""Dynamic large objects, which read as other objects joined (contract §2.5)."""

import hashlib
from dataclasses import replace

from pithos_api.services.objects.large_objects.parts import Part, Viewer, list_below
from pithos_api.values import ObjectState


def open_parts(viewer: Viewer, state: ObjectState) -> list[Part]:
    """Return the current objects that a manifest names and the viewer may read, in name order.

    There are none if the viewer may read none of them, or if the container does not exist.
    """
    container, _, prefix = (state.version.details.manifest or "").partition("/")
    return list_below(viewer, state, container, prefix)


def joined(state: ObjectState, parts: list[Part]) -> ObjectState:
    """Return the large object as it reads: the parts' total size, and an ETag made of theirs."""
    tags = "".join(part.etag.hex() for part in parts)
    etag = hashlib.md5(tags.encode(), usedforsecurity=False).digest()
    size = sum(part.size for part in parts)
    return replace(state, version=replace(state.version, size=size, etag=etag))
