"""Static large objects on the wire: ``multipart-manifest=put``, ``get`` and ``delete``."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import orjson

from pithos_api.http.parsing.deletions import read_deletion
from pithos_api.http.swift.parsing.reading import read_object
from pithos_api.http.swift.parsing.requests import is_true, read_upload
from pithos_api.services.objects.large_objects.opening import Readable
from pithos_api.services.objects.large_objects.segment_lists import (
    SegmentEntry,
)
from pithos_api.services.objects.large_objects.static_large_objects import read_list
from pithos_api.values import DeleteConditions, ObjectPath, ObjectState
from pithos_api.values.requests import (
    ReadObject,
    Upload,
)
from web.negotiation import Format, negotiate
from web.request_head import RequestHead

PARAMETER = "multipart-manifest"


@dataclass(frozen=True, slots=True)
class ManifestRead:
    """A manifest that is read itself. raw: its list as a PUT takes it, if it is a static one."""

    wanted: ReadObject
    raw: bool


@dataclass(frozen=True, slots=True)
class ManifestUpload:
    """A list of segments that is stored. heartbeat: the outcome is told in a body in ``form``."""

    upload: Upload
    heartbeat: bool
    form: Format


@dataclass(frozen=True, slots=True)
class ManifestDeletion:
    """A static large object to be deleted with its segments. form: of what came of it."""

    conditions: DeleteConditions | None
    form: Format


def is_manifest_request(verb: str) -> Callable[[RequestHead], bool]:
    """Return a test for requests about a manifest itself. verb: put, get or delete."""
    return lambda head: bool(head.query) and head.query.get(PARAMETER, "").lower() == verb


def read_manifest_itself(head: RequestHead, path: ObjectPath) -> ManifestRead:
    """Return how a manifest itself is to be read."""
    return ManifestRead(read_object(head, path), head.query.get("format") == "raw")


def read_manifest_deletion(head: RequestHead, path: ObjectPath) -> ManifestDeletion:
    """Return how a static large object is to be deleted with its segments.

    Raises: VersionRefusedError, InvalidHeaderError.
    """
    return ManifestDeletion(read_deletion(head, path).conditions, negotiate(head))


def read_manifest_upload(head: RequestHead, path: ObjectPath) -> ManifestUpload:
    """Return what a PUT of a static large object says of it. Raises: InvalidRequest."""
    upload = read_upload(head, path)
    upload = replace(upload, details=replace(upload.details, manifest=None))
    return ManifestUpload(upload, is_true(head.query.get("heartbeat")), negotiate(head))


def raw_list(state: ObjectState) -> Readable:
    """Return a manifest's list as a PUT takes it (``format=raw``), with an ETag of its own.

    Raises: BrokenListError.
    """
    text = orjson.dumps([_raw(entry) for entry in read_list(state)])
    etag = hashlib.md5(text, usedforsecurity=False).digest()
    version = replace(state.version, size=len(text), etag=etag)
    return Readable(replace(state, version=version), lambda start, stop: iter([text[start:stop]]))


def _raw(entry: SegmentEntry) -> dict[str, object]:
    if entry.data is not None:
        return {"data": base64.b64encode(entry.data).decode()}
    raw: dict[str, object] = {
        "path": f"/{entry.container}/{entry.name}",
        "etag": entry.etag,
        "size_bytes": entry.size,
    }
    return {**raw, "range": entry.range} if entry.range else raw
