"""The stored list of a static large object, checked as if anybody could have written it."""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pithos_api.errors import BrokenListError
from pithos_api.values import MAX_CONTAINER_BYTES, MAX_OBJECT_BYTES, Segmented
from web.json_values import JSONValue

MAX_SEGMENTS = 1000
MAX_LIST = 8 * 1024 * 1024
"""Bytes of a stored list."""

RANGE = re.compile(r"[0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18}")
"""Bytes of a segment: ``first-last``, ``first-`` or ``-count``."""

_ETAG = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")
_SIGN = re.compile(r"[ \t\r\n]*([\[,\]])[ \t\r\n]*")
_DECODER = json.JSONDecoder()

MAX_INLINE = 64 * 1024
"""Bytes of a segment that stands in the list itself."""

# Characters of one entry at most. Looking no further keeps JSON made to grow in memory small.
_MAX_ENTRY = 128 * 1024


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment as it was when the list was stored.

    etag: in hex, of what the object reads as; MD5 or Merkle hash. size: bytes of that.
    range: as ``RANGE``, or None. data: of a segment that stands here itself, which has no name.
    """

    container: str
    name: str
    etag: str
    size: int
    range: str | None
    data: bytes | None = None


def parse_list(text: bytes, whole: Segmented) -> list[SegmentEntry]:
    """Return the segments of a list, which must add up to ``whole``.

    Raises: BrokenListError: it is no list of segments, or not the list that was stored.
    """
    if len(text) > MAX_LIST:
        raise BrokenListError(f"it has more than {MAX_LIST} bytes")
    try:
        entries = [_entry(value) for value in _values(text.decode())]
    except (ValueError, RecursionError) as error:  # of both, JSON's and Unicode's are kinds
        raise BrokenListError("it is not a JSON list of segments") from error
    sizes = [cut(entry.size, entry.range)[1] for entry in entries]
    etag = joined_etag((entry.etag, entry.range) for entry in entries)
    if (sum(sizes), etag) != (whole.size, whole.etag):
        raise BrokenListError("it is not the list that was stored")
    return entries


def _values(text: str) -> Iterator[JSONValue]:
    """Yield the values of a JSON list one after the other. Raises: ValueError."""
    sign = _sign(text, 0, "[")
    for _ in range(MAX_SEGMENTS):
        at = sign.end()
        value, length = _DECODER.raw_decode(text[at : at + _MAX_ENTRY])
        yield value
        sign = _sign(text, at + length, ",]")
        if sign[1] == "]":
            break
    if sign[1] != "]" or sign.end() != len(text):
        raise ValueError("no end of the list where it should be")


def _sign(text: str, at: int, allowed: str) -> re.Match[str]:
    sign = _SIGN.match(text, at)
    if sign is None or sign[1] not in allowed:
        raise ValueError(f"none of {allowed} at {at}")
    return sign


def _entry(value: JSONValue) -> SegmentEntry:
    """Return the segment that one value describes. Raises: ValueError."""
    if not isinstance(value, dict):
        raise ValueError("a segment is no object")
    if "data" in value:
        return inline_entry(_data(value["data"]))
    path, etag, size = (value.get(key) for key in ("name", "hash", "bytes"))
    wanted = value.get("range")
    container, name = _names(path)
    if not (isinstance(etag, str) and _ETAG.fullmatch(etag)):
        raise ValueError("an ETag is none")
    if type(size) is not int or not 0 <= size < 2**63:
        raise ValueError("a size is none")
    if wanted is not None and not (isinstance(wanted, str) and RANGE.fullmatch(wanted)):
        raise ValueError("a range is none")
    return SegmentEntry(container, name, etag, size, wanted)


def inline_entry(data: bytes) -> SegmentEntry:
    """Return the entry of bytes that stand in the list themselves."""
    etag = hashlib.md5(data, usedforsecurity=False).hexdigest()
    return SegmentEntry("", "", etag, len(data), None, data)


def _data(value: JSONValue) -> bytes:
    if not isinstance(value, str):
        raise ValueError("data is no text")
    return base64.b64decode(value, validate=True)


def _names(path: JSONValue) -> tuple[str, str]:
    """Return container and object of ``/container/object``. Raises: ValueError."""
    if not isinstance(path, str) or "\0" in path:
        raise ValueError("a name is none")
    container, _, name = path.removeprefix("/").partition("/")
    if not 0 < len(container.encode()) <= MAX_CONTAINER_BYTES:
        raise ValueError("a container's name is none")
    if not 0 < len(name.encode()) <= MAX_OBJECT_BYTES:
        raise ValueError("an object's name is none")
    return container, name


def cut(size: int, wanted: str | None) -> tuple[int, int]:
    """Return first byte and length of a range of ``size`` bytes; length 0 if it selects nothing.

    wanted: as ``RANGE``; None or "" is everything.
    """
    if not wanted:
        return 0, size
    first, _, last = wanted.partition("-")
    if not first:
        start, stop = max(size - int(last), 0), size
    else:
        start, stop = int(first), min(int(last) + 1, size) if last else size
    return start, max(stop - start, 0)


def joined_etag(segments: Iterable[tuple[str, str | None]]) -> bytes:
    """Return the ETag of the whole, from each segment's ETag in hex and its range: 16 bytes."""
    text = "".join(f"{etag}:{wanted};" if wanted else etag for etag, wanted in segments)
    return hashlib.md5(text.encode(), usedforsecurity=False).digest()
