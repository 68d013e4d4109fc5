"""Bodies of hashmap uploads (contract §2.4, PUT with ``hashmap``)."""

import re
from binascii import unhexlify
from dataclasses import dataclass
from secrets import token_hex
from typing import Any, Final

import orjson
from django.conf import settings
from lxml import etree

from pithos_api.blocks.hashing import EMPTY_DIGEST
from pithos_api.http.bodies.documents import Document, open_document
from pithos_api.values import DIGEST_SIZE, HashMap
from web.bodies.body import RequestBody
from web.errors import InvalidRequest
from web.json_values import JSONObject, JSONValue
from web.negotiation import Format
from web.numbers import whole_number

# 16 MiB of JSON name 240,000 blocks: an object of 960 GB.
MAX_BODY: Final = 16 * 1024 * 1024
MAX_SIZE: Final = 2**63 - 1

# What a parser sees: its objects take up to 50 times the bytes that they are made of. A list of
# hashes, which is all that a map needs more for, is read without one.
MAX_PARSED: Final = 64 * 1024

# Of the whole map, one per attribute and more in the object's name: libxml2 compares each
# attribute of an element with all others.
MAX_EQUAL_SIGNS: Final = 2000

# Read as UTF-8 whatever it says, so that what is counted above is what libxml2 sees.
_OTHER_ENCODING = re.compile(
    rb"""\s*<\?xml[^>]{0,99}?encoding\s*=\s*["'](?!(?:utf-8|us-ascii)["'])""", re.IGNORECASE
)
_XML = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8"
)

_FIRST = re.compile(rb"\s*+(.?)", re.DOTALL)
_HASH = re.compile(rb"[0-9A-Fa-f]{64}")


@dataclass(frozen=True, slots=True)
class _Notation:
    """How hashes are written one after the other.

    first: the beginning of the list, by 16 of them; a comment may name one. others: up to 1000.
    instead: how any text is written in their place.
    """

    first: re.Pattern[bytes]
    others: re.Pattern[bytes]
    instead: bytes

    @classmethod
    def of(cls, first: bytes, other: bytes, instead: bytes) -> "_Notation":
        beginning = re.compile(first + b"(?:%b){15}" % other)
        # Not "}+": before 3.11.5 Python takes the beginning of one that does not match as well.
        return cls(beginning, re.compile(b"(?:%b){1,1000}" % other), instead)


_SPACE = rb"[ \t\r\n]*+"
_STRING = rb'"[0-9A-Fa-f]{64}"' + _SPACE
_ELEMENT = b"<hash>[0-9A-Fa-f]{64}</hash>" + _SPACE
_NOTATIONS = {
    Format.JSON: _Notation.of(rb"\[" + _SPACE + _STRING, b"," + _SPACE + _STRING, b'["%b"'),
    Format.XML: _Notation.of(_ELEMENT, _ELEMENT, b"<hash>%b</hash>"),
}


@dataclass(frozen=True, slots=True)
class _Outline:
    """A map's text with ``name`` in the place of ``digests``; whole if there are none of them."""

    text: bytes
    name: str = ""
    digests: tuple[bytes, ...] = ()


class InvalidHashMapError(InvalidRequest):
    """The body is no hashmap. reason: as in "the hashmap …"."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the hashmap {reason}")


def read_hashmap(body: RequestBody, form: Format | None) -> HashMap:
    """Return the map that the body is, in the form that is given or else as it looks.

    Raises: InvalidHashMapError; UploadTooLargeError and others as ``open_document``.
    """
    with open_document(body, MAX_BODY) as document:
        form = form or _looks_like(document)
        outline = _outline(document, form)
    fields = _from_xml(outline.text) if form is Format.XML else _from_json(outline.text)
    _check_blocks(fields)
    return _hashmap(fields.get("bytes"), _digests(fields.get("hashes"), outline))


def _looks_like(body: Document) -> Format:
    first = _FIRST.match(body)
    return Format.XML if first is not None and first[1] == b"<" else Format.JSON


def _outline(body: Document, form: Format) -> _Outline:
    """Return what of a map a parser shall see.

    Raises: InvalidHashMapError: it is more than 64 KiB.
    """
    if len(body) <= MAX_PARSED:
        return _Outline(body[:])
    notation = _NOTATIONS[form]
    first = notation.first.search(body, 0, MAX_PARSED)
    start, stop = (0, 0) if first is None else first.span()
    digests = [] if first is None else _found(first[0])
    while first is not None and (others := notation.others.match(body, stop)) is not None:
        digests += _found(others[0])
        stop = others.end()
    if len(body) - (stop - start) > MAX_PARSED:
        shown = body[stop : stop + 70].decode(errors="replace")
        raise InvalidHashMapError(f"has more than {MAX_PARSED} bytes besides hashes: {shown!r}")
    # Nobody can know the name, so where a parser finds it, there the digests were.
    name = token_hex(16)
    text = body[:start] + notation.instead % name.encode() + body[stop:]
    return _Outline(text, name, tuple(digests))


def _found(text: bytes) -> list[bytes]:
    return list(map(unhexlify, _HASH.findall(text)))


def _from_json(body: bytes) -> JSONObject:
    try:
        fields = orjson.loads(body)
    except ValueError as error:
        raise InvalidHashMapError("is not JSON") from error
    if not isinstance(fields, dict):
        raise InvalidHashMapError("is not an object")
    return fields


def _from_xml(body: bytes) -> JSONObject:
    if _OTHER_ENCODING.match(body):
        raise InvalidHashMapError("is not in UTF-8")
    if body.count(b"=") > MAX_EQUAL_SIGNS:
        raise InvalidHashMapError("has too many attributes")
    try:
        root = etree.fromstring(body, _XML)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InvalidHashMapError("is not XML") from error
    about: Any = root.getroottree().docinfo  # the stubs know little of it
    if about.doctype or root.tag != "object":
        raise InvalidHashMapError("is not an object element without a DOCTYPE")
    fields: dict[str, JSONValue] = {str(key): value for key, value in root.items()}
    for name in ("bytes", "block_size"):
        if name in fields:
            fields[name] = _whole(root.get(name, ""))
    fields["hashes"] = [child.text or "" for child in root.iter("hash")]
    return fields


def _whole(text: str) -> int:
    number = whole_number(text, 19)
    if number is None:
        raise InvalidHashMapError(f"has {text[:30]!r} where a number belongs")
    return number


def _check_blocks(fields: JSONObject) -> None:
    """A map may say how it was made; then it must be how we do it."""
    if fields.get("block_size", settings.PITHOS_BLOCK_SIZE) != settings.PITHOS_BLOCK_SIZE:
        raise InvalidHashMapError(f"must have block_size {settings.PITHOS_BLOCK_SIZE}")
    if fields.get("block_hash", "sha256") != "sha256":
        raise InvalidHashMapError("must have block_hash sha256")


def _digests(hashes: JSONValue, outline: _Outline) -> tuple[bytes, ...]:
    if not isinstance(hashes, list):
        raise InvalidHashMapError("must have a list of hashes")
    if not outline.digests:
        return tuple(map(_digest, hashes))
    if hashes == [outline.name]:
        return outline.digests
    found: list[bytes] = []
    for text in hashes:
        found += outline.digests if text == outline.name else [_digest(text)]
    return tuple(found)


def _digest(text: JSONValue) -> bytes:
    try:
        digest = bytes.fromhex(text) if isinstance(text, str) else b""
    except ValueError:
        digest = b""
    if len(digest) != DIGEST_SIZE or len(str(text)) != 2 * DIGEST_SIZE:
        raise InvalidHashMapError(f"has {str(text)[:70]!r} where a SHA-256 in hex belongs")
    return digest


def _hashmap(size: JSONValue, digests: tuple[bytes, ...]) -> HashMap:
    if type(size) is not int or not 0 <= size <= MAX_SIZE:
        raise InvalidHashMapError("must say how many bytes the object has")
    count, expected = len(digests), -(-size // settings.PITHOS_BLOCK_SIZE)
    if count != expected and not (size == 0 and count == 1):
        raise InvalidHashMapError(f"has {count} hashes where its size needs {expected}")
    return _checked_empty(HashMap(size, digests))


def _checked_empty(hashmap: HashMap) -> HashMap:
    if hashmap.size == 0 and hashmap.digests not in {(), (EMPTY_DIGEST,)}:
        raise InvalidHashMapError("of an empty object may name the empty block only")
    return hashmap
