"""The list of a static large object as a PUT brings it: each entry a segment, or what is wrong."""

import base64
import re
from collections.abc import Iterator

import orjson

from pithos_api.http.bodies.documents import Document, open_document
from pithos_api.http.parsing.paths import object_path
from pithos_api.services.objects.large_objects.segment_lists import (
    MAX_INLINE,
    MAX_SEGMENTS,
    RANGE,
)
from pithos_api.services.objects.large_objects.static_large_objects import AnySegment
from pithos_api.values import ETAG_SIZES, ObjectPath
from pithos_api.values.requests import InlineSegment, Segment, WrongSegment
from web.bodies.body import RequestBody
from web.errors import InvalidPathError, InvalidRequest
from web.json_values import JSONValue
from web.numbers import whole_number

MAX_MANIFEST_SIZE = 8 * 1024 * 1024

# Of an entry: room for a container's and an object's name with every character escaped.
# and for bytes that stand in the list itself, in base64.
MAX_ENTRY_SIZE = 96 * 1024

_KEYS = frozenset({"path", "etag", "size_bytes", "range"})
_INLINE = frozenset({"data"})
_MAX_SIZE = 2**63 - 1

_SPACE = rb"[ \t\r\n]*+"
_START = re.compile(_SPACE + rb"\[")
_ENTRY = re.compile(
    _SPACE + rb'(\{(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+\})' + _SPACE + rb"([,\]])", re.DOTALL
)
_END = re.compile(_SPACE)


class WrongEntryError(Exception):
    """An entry of the list is no segment; it is told together with all others."""


class InvalidManifestError(InvalidRequest):
    """The body is no list of segments."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the manifest {reason}")


def read_segments(body: RequestBody, path: ObjectPath) -> list[AnySegment]:
    """Return the segments that the body lists, of the large object at ``path``.

    Entries that are none are among them, so that all that is wrong is told at once.

    Raises: InvalidManifestError: it is no list; as ``open_document``.
    """
    with open_document(body, MAX_MANIFEST_SIZE) as document:
        return [
            _any_segment(path, number, entry) for number, entry in enumerate(_entries(document))
        ]


def _any_segment(large: ObjectPath, number: int, entry: JSONValue) -> AnySegment:
    try:
        if isinstance(entry, dict) and "data" in entry:
            return _inline(entry)
        return _segment(large, entry)
    except (WrongEntryError, InvalidPathError) as error:
        path = entry.get("path") if isinstance(entry, dict) else None
        shown = path if isinstance(path, str) and path else f"Index {number}"
        return WrongSegment(f"Index {number}: {shown}" if shown == path else shown, str(error))


def _inline(entry: dict[str, JSONValue]) -> InlineSegment:
    """Return bytes that stand in the list. Raises: WrongEntryError."""
    text = entry["data"]
    if entry.keys() != _INLINE:
        raise WrongEntryError("data stands alone")
    try:
        data = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except ValueError as error:
        raise WrongEntryError("data is not base64") from error
    if not 0 < len(data) <= MAX_INLINE:
        raise WrongEntryError(f"data is base64 of 1 to {MAX_INLINE} bytes")
    return InlineSegment(data)


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


def _segment(large: ObjectPath, entry: JSONValue) -> Segment:
    """Return the segment that an entry names. Raises: WrongEntryError, InvalidPathError."""
    if not isinstance(entry, dict) or not entry.keys() <= _KEYS:
        raise WrongEntryError(f"has other keys than {', '.join(sorted(_KEYS))}")
    return Segment(
        path=_path(large, entry.get("path")),
        etag=_etag(entry.get("etag")),
        size=_size(entry.get("size_bytes")),
        range=_range(entry.get("range")),
    )


def _path(large: ObjectPath, value: JSONValue) -> ObjectPath:
    text = value.lstrip("/") if isinstance(value, str) else ""
    container, _, name = text.partition("/")
    if not (container and name):
        raise WrongEntryError("the path is not like /container/object")
    path = object_path(large.account, container, name)
    if path == large:
        raise WrongEntryError("the large object cannot be its own segment")
    return path


def _etag(value: JSONValue) -> bytes | None:
    if value is None or value == "":
        return None
    try:
        etag = bytes.fromhex(value.strip('"')) if isinstance(value, str) else b""
    except ValueError:
        etag = b""
    if len(etag) not in ETAG_SIZES:
        raise WrongEntryError("the etag is no MD5 in hex")
    return etag


def _size(value: JSONValue) -> int | None:
    if value is None:
        return None
    if isinstance(value, str):
        value = whole_number(value, 18)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MAX_SIZE:
        raise WrongEntryError("size_bytes is no size")
    return value


def _range(value: JSONValue) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not RANGE.fullmatch(value.strip()):
        raise WrongEntryError("the range is not like 0-99")
    return value.strip()
