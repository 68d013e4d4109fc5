"""Static large objects on the wire: ``multipart-manifest=put``, ``get`` and ``delete``."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
from django.core.handlers.wsgi import WSGIRequest

from pithos_api.errors import InvalidRequest
from pithos_api.http.conditions import write_conditions
from pithos_api.http.documents import Document, open_document
from pithos_api.http.headers import share_change
from pithos_api.http.inputs.objects import read_body_etag, read_details
from pithos_api.http.names import object_path
from pithos_api.http.swift.inputs import META_LIMIT
from pithos_api.services.segment_lists import MAX_SEGMENTS, RANGE, Entry
from pithos_api.services.segments import Segment, read_list
from pithos_api.services.uploads import Body, Upload
from pithos_api.values import MD5_SIZE, ObjectPath, ObjectState

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


def manifest_verb(request: WSGIRequest) -> str:
    """Return what is to be done with a manifest itself: put, get, delete; "" if nothing is."""
    if not request.META["QUERY_STRING"]:
        return ""
    verb: str = request.GET.get(PARAMETER, "").lower()
    return verb


def read_manifest(request: WSGIRequest, path: ObjectPath) -> tuple[Upload, list[Segment]]:
    """Return what a PUT of a static large object says of it, and its segments.

    Raises: InvalidManifestError, InvalidRequest; UploadTooLargeError, NoLengthError.
    """
    upload = Upload(
        details=replace(read_details(request, path.name, META_LIMIT), manifest=None),
        body=Body(lambda _: 0, 0),
        conditions=write_conditions(request),
        etag=read_body_etag(request),
        share=share_change(request),
    )
    with open_document(request, MAX_MANIFEST_SIZE) as body:
        return upload, [
            _segment(path, number, entry) for number, entry in enumerate(_entries(body))
        ]


def _entries(body: Document) -> Iterator[Any]:
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


def _parsed(number: int, entry: bytes) -> Any:
    try:
        return orjson.loads(entry)
    except orjson.JSONDecodeError as error:
        raise InvalidManifestError(f"has an entry {number} that is not JSON") from error


def _segment(large: ObjectPath, number: int, entry: Any) -> Segment:
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


def _path(large: ObjectPath, number: int, value: object) -> ObjectPath:
    text = value.lstrip("/") if isinstance(value, str) else ""
    container, _, name = text.partition("/")
    if not (container and name):
        raise InvalidManifestError(f"has a path in entry {number} not like /container/object")
    path = object_path(large.account, container, name)
    if path == large:
        raise InvalidManifestError(f"names itself in entry {number}")
    return path


def _etag(number: int, value: object) -> bytes | None:
    if value is None or value == "":
        return None
    try:
        etag = bytes.fromhex(value.strip('"')) if isinstance(value, str) else b""
    except ValueError:
        etag = b""
    if len(etag) != MD5_SIZE:
        raise InvalidManifestError(f"has an etag in entry {number} that is no MD5 in hex")
    return etag


def _size(number: int, value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MAX_SIZE:
        raise InvalidManifestError(f"has a size_bytes in entry {number} that is no size")
    return value


def _range(number: int, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not RANGE.fullmatch(value.strip()):
        raise InvalidManifestError(f"has a range in entry {number} not like 0-99")
    return value.strip()


def raw_list(state: ObjectState) -> bytes:
    """Return a manifest's list as a PUT takes it (``format=raw``).

    Raises: BrokenListError.
    """
    return orjson.dumps([_raw(entry) for entry in read_list(state)])


def _raw(entry: Entry) -> dict[str, object]:
    raw: dict[str, object] = {
        "path": f"/{entry.container}/{entry.name}",
        "etag": entry.etag,
        "size_bytes": entry.size,
    }
    return {**raw, "range": entry.range} if entry.range else raw
