"""Manifest objects: what they read as is the concatenation of others (contract §2.5)."""

import hashlib
from dataclasses import replace

from pithos_api.services.parts import Part, Viewer, list_below
from pithos_api.values import ObjectState


def open_parts(viewer: Viewer, state: ObjectState) -> list[Part]:
    """Return the current objects that a manifest names, in name order, as the viewer may read.

    Where they may read none, or there is no such container, there are none.
    """
    container, _, prefix = (state.version.details.manifest or "").partition("/")
    return list_below(viewer, state, container, prefix)


def joined(state: ObjectState, parts: list[Part]) -> ObjectState:
    """Return the manifest as it reads: the parts' total size, an ETag made of theirs."""
    tags = "".join(part.etag.hex() for part in parts)
    etag = hashlib.md5(tags.encode(), usedforsecurity=False).digest()
    size = sum(part.size for part in parts)
    return replace(state, version=replace(state.version, size=size, etag=etag))
