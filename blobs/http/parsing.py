"""What requests about blobs ask for, of path and parameters."""

from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from blobs.errors import InvalidBlobError
from blobs.services.cutting import preceded
from blobs.values.blobs import DEFAULT_NAMESPACE, checked_name, unknown_flag
from blobs.values.requests import ArrivingBlob
from pithos_api.values.requests import ReadObject
from web.bodies.body import RequestBody
from web.bodies.pausing import keep, new_queue
from web.errors import RangeError
from web.fields.ranges import parse_ranges
from web.request_head import RequestHead

_ORDERS: Final = {"date": "date", "+date": "+date", " date": "+date", "-date": "-date"}
_OFF: Final = frozenset({"", "0", "false"})
_KEPT: Final = "blobs.beginning"
_PIECE: Final = 64 * 1024
_DIRECTIONS: Final = ("download", "upload")

MOST_IDS: Final = 1 << 24
"""Bytes of the list of ids or sizes that begins a stream."""

MOST_BLOBS: Final = 10_000
"""Blobs of a stream: what is said of all of them is at hand at once, and published at once."""


@dataclass(frozen=True, slots=True)
class BlobsWanted:
    """What is to be listed. counts: only how many there are. The rest is as in ``list_blobs``."""

    counts: bool
    order_by: str | None
    deleted: bool
    filter_flag: str | None


def namespace_of(head: RequestHead) -> str:
    """Return the namespace that is meant. Raises: InvalidBlobError."""
    return checked_name(head.query.get("namespace") or DEFAULT_NAMESPACE, "the namespace")


def has_flag(head: RequestHead, name: str) -> bool:
    """Return whether a parameter says yes: it has any text but ``0`` and ``false``."""
    return head.query.get(name, "").lower() not in _OFF


def read_list(head: RequestHead) -> BlobsWanted:
    """Return what is to be listed. Raises: InvalidBlobError."""
    order_by = head.query.get("order_by") or None
    if order_by is not None and order_by not in _ORDERS:
        raise InvalidBlobError("order_by", "is none of date, +date and -date")
    flag = head.query.get("filter_flag") or None
    if flag is not None and unknown_flag([flag]):
        raise InvalidBlobError("filter_flag", "is no flag")
    return BlobsWanted(
        counts=has_flag(head, "only_count"),
        order_by=order_by and _ORDERS[order_by],
        deleted=has_flag(head, "deleted"),
        filter_flag=flag,
    )


def read_range(head: RequestHead, size: int) -> ReadObject:
    """Return which bytes of a blob are wanted. size: of the blob.

    Raises: RangeError: what is sent selects none of them, or is no range.
    """
    asked = head.fields.get("HTTP_RANGE")
    if not asked or head.fields.get("HTTP_IF_RANGE"):  # no tag and no date names a blob's state
        return ReadObject()
    if parse_ranges(asked, size) is None:
        raise RangeError(size)
    return ReadObject(range=asked)


def read_direction(head: RequestHead) -> str:
    """Return which way a stream goes. Raises: InvalidBlobError."""
    direction = head.query.get("direction", "")
    if direction not in _DIRECTIONS:
        raise InvalidBlobError("direction", "is neither download nor upload")
    return direction


def parse_ids(text: bytes) -> list[str]:
    """Return the ids of blobs to send, in order. Raises: InvalidBlobError."""
    ids = _loaded(text)
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise InvalidBlobError("the body", "is not a list of ids")
    _require_few(ids, "the body")
    return [checked_name(each, "an id") for each in ids]


def read_arriving(body: RequestBody) -> tuple[list[ArrivingBlob], RequestBody]:
    """Return the blobs that an upload stream announces in its first line, and what follows it.

    Raises: InvalidBlobError; whatever reading the body raises.
    """
    line, rest = keep(body.pausing, _KEPT, lambda: _Beginning(body)).read()
    pairs = _loaded(line)
    if not isinstance(pairs, list):
        raise InvalidBlobError("the first line", "is not a list of ids and sizes")
    _require_few(pairs, "the first line")
    arriving = [_arriving(each) for each in pairs]
    if len({each.id for each in arriving}) < len(arriving):
        raise InvalidBlobError("the first line", "names a blob twice")
    return arriving, rest


class _Beginning:
    """The first line of a stream, and what follows it. A request keeps them."""

    def __init__(self, body: RequestBody) -> None:
        self._body = body
        self._line = new_queue(body.pausing)
        self._size = self._received = 0  # bytes of the line, and with what came behind it
        self._rest: RequestBody | None = None

    def read(self) -> tuple[bytes, RequestBody]:
        """Return the line without its end, and the rest as a body.

        Raises: InvalidBlobError; BodyPauses; whatever reading the body raises.
        """
        while self._rest is None:
            self._receive()
        line = memoryview(bytearray(self._size))
        filled = 0
        while filled < len(line):
            filled += self._line.readinto(line[filled:])
        self._line.write(line)
        return bytes(line), self._rest

    def _receive(self) -> None:
        piece = memoryview(bytearray(_PIECE))
        count = self._body.receive(piece)
        if not count:
            raise InvalidBlobError("the body", "has no first line")
        begun, end, more = bytes(piece[:count]).partition(b"\n")
        self._line.write(memoryview(begun))
        self._size += len(begun)
        self._received += count
        if self._size > MOST_IDS:
            raise InvalidBlobError("the first line", f"has more than {MOST_IDS} bytes")
        if end:
            length = self._body.length
            left = None if length is None else length - self._received
            self._rest = preceded(more, replace(self._body, length=left))

    def close(self) -> None:
        """Forget the line."""
        self._line.close()


def _require_few(blobs: list[Any], what: str) -> None:
    if len(blobs) > MOST_BLOBS:
        raise InvalidBlobError(what, f"names {len(blobs)} blobs; a stream has {MOST_BLOBS} at most")


def _arriving(pair: object) -> ArrivingBlob:
    match pair:
        case [str() as blob, int() as size] if size >= 0 and not isinstance(size, bool):
            return ArrivingBlob(checked_name(blob, "an id"), size)
    raise InvalidBlobError("the first line", "has something else than an id and a size")


def _loaded(text: bytes) -> object:
    """Return what a JSON text says. Raises: InvalidBlobError."""
    try:
        found: object = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidBlobError("the body", "does not begin with JSON") from error
    return found
