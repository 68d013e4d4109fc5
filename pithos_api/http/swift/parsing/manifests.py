"""Static large objects on the wire: ``multipart-manifest=put``, ``get`` and ``delete``."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import orjson

from pithos_api.http.bodies.documents import Document, open_document
from pithos_api.http.parsing.deletions import read_deletion
from pithos_api.http.parsing.paths import object_path
from pithos_api.http.swift.parsing.reading import read_object
from pithos_api.http.swift.parsing.requests import read_upload
from pithos_api.services.objects.large_objects.opening import Readable
from pithos_api.services.objects.large_objects.segment_lists import (
    MAX_SEGMENTS,
    RANGE,
    SegmentEntry,
)
from pithos_api.services.objects.large_objects.static_large_objects import read_list
from pithos_api.values import ETAG_SIZES, DeleteConditions, ObjectPath, ObjectState
from pithos_api.values.requests import ReadObject, Segment, Upload
from web.bodies.body import RequestBody
from web.errors import InvalidRequest
from web.json_values import JSONValue
from web.negotiation import Format, negotiate
from web.numbers import whole_number
from web.request_head import RequestHead

PARAMETER = "multipart-manifest"
MAX_MANIFEST_SIZE = 8 * 1024 * 1024

# Of an entry: room for a container's and an object's name with every character escaped.
MAX_ENTRY_SIZE = 32 * 1024

_KEYS = frozenset({"path", "etag", "size_bytes", "range"})
_MAX_SIZE = 2**63 - 1

_SPACE = rb"[ \t\r\n]*+"
_START = re.compile(_SPACE + rb"\[")
_ENTRY = re.compile(
    _SPACE + rb'(\{(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+\})' + _SPACE + rb"([,\]])", re.DOTALL
)
_END = re.compile(_SPACE)


class InvalidManifestError(InvalidRequest):
    """The body is no list of segments."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the manifest {reason}")


@dataclass(frozen=True, slots=True)
class ManifestRead:
    """A manifest that is read itself. raw: its list as a PUT takes it, if it is a static one."""

    wanted: ReadObject
    raw: bool


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


def read_manifest_upload(head: RequestHead, path: ObjectPath) -> Upload:
    """Return what a PUT of a static large object says of it. Raises: InvalidRequest."""
    upload = read_upload(head, path)
    return replace(upload, details=replace(upload.details, manifest=None))


def read_segments(body: RequestBody, path: ObjectPath) -> list[Segment]:
    """Return the segments that the body lists, of the large object at ``path``.

    Raises: InvalidManifestError; as ``open_document``.
    """
    with open_document(body, MAX_MANIFEST_SIZE) as document:
        return [_segment(path, number, entry) for number, entry in enumerate(_entries(document))]


def _entries(body: Document) -> Iterator[JSONValue]:
    """Yield the objects of a list one by one: a parser would make gigabytes of 8 MiB.

    Raises: InvalidManifestError.
    """
    start = _START.match(body)
    if start is None:
        raise InvalidManifestError(f"is not a list of 1 to {MAX_SEGMENTS} segments")
    stop = start.end()
    for number in range(MAX_SEGMENTS):
        entry = _ENTRY.match(body, stop, stop + MAX_ENTRY_SIZE)
        if entry is None:
            raise InvalidManifestError(
                f"has no entry {number} that is a JSON object of up to {MAX_ENTRY_SIZE} bytes"
            )
        yield _parsed(number, entry[1])
        stop = entry.end()
        if entry[2] == b"]":
            break
    else:
        raise InvalidManifestError(f"has more than {MAX_SEGMENTS} segments")
    if not _END.fullmatch(body, stop):
        raise InvalidManifestError("has something after its list")


def _parsed(number: int, entry: bytes) -> JSONValue:
    try:
        found: JSONValue = orjson.loads(entry)
    except orjson.JSONDecodeError as error:
        raise InvalidManifestError(f"has an entry {number} that is not JSON") from error
    return found


def _segment(large: ObjectPath, number: int, entry: JSONValue) -> Segment:
    """Return the segment that an entry names.

    Raises: InvalidManifestError.
    """
    if not isinstance(entry, dict) or not entry.keys() <= _KEYS:
        keys = ", ".join(sorted(_KEYS))
        raise InvalidManifestError(f"has an entry {number} with other keys than {keys}")
    return Segment(
        path=_path(large, number, entry.get("path")),
        etag=_etag(number, entry.get("etag")),
        size=_size(number, entry.get("size_bytes")),
        range=_range(number, entry.get("range")),
    )


def _path(large: ObjectPath, number: int, value: JSONValue) -> ObjectPath:
    text = value.lstrip("/") if isinstance(value, str) else ""
    container, _, name = text.partition("/")
    if not (container and name):
        raise InvalidManifestError(f"has a path in entry {number} not like /container/object")
    path = object_path(large.account, container, name)
    if path == large:
        raise InvalidManifestError(f"names itself in entry {number}")
    return path


def _etag(number: int, value: JSONValue) -> bytes | None:
    if value is None or value == "":
        return None
    try:
        etag = bytes.fromhex(value.strip('"')) if isinstance(value, str) else b""
    except ValueError:
        etag = b""
    if len(etag) not in ETAG_SIZES:
        raise InvalidManifestError(f"has an etag in entry {number} that is no MD5 in hex")
    return etag


def _size(number: int, value: JSONValue) -> int | None:
    if value is None:
        return None
    if isinstance(value, str):
        value = whole_number(value, 18)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MAX_SIZE:
        raise InvalidManifestError(f"has a size_bytes in entry {number} that is no size")
    return value


def _range(number: int, value: JSONValue) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not RANGE.fullmatch(value.strip()):
        raise InvalidManifestError(f"has a range in entry {number} not like 0-99")
    return value.strip()


def raw_list(state: ObjectState) -> Readable:
    """Return a manifest's list as a PUT takes it (``format=raw``), with an ETag of its own.

    Raises: BrokenListError.
    """
    text = orjson.dumps([_raw(entry) for entry in read_list(state)])
    etag = hashlib.md5(text, usedforsecurity=False).digest()
    version = replace(state.version, size=len(text), etag=etag)
    return Readable(replace(state, version=version), lambda start, stop: iter([text[start:stop]]))


def _raw(entry: SegmentEntry) -> dict[str, object]:
    raw: dict[str, object] = {
        "path": f"/{entry.container}/{entry.name}",
        "etag": entry.etag,
        "size_bytes": entry.size,
    }
    return {**raw, "range": entry.range} if entry.range else raw
