"""Bodies of hashmap uploads (contract §2.4, PUT with ``hashmap``)."""

import re
from typing import Any

import orjson
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from lxml import etree

from pithos_api.blocks.hashing import EMPTY_DIGEST
from pithos_api.http.parsing.bodies import read_all
from pithos_api.values import DIGEST_SIZE, HashMap
from web.errors import InvalidRequest
from web.negotiation import Format, asked_format

# 16 MiB of JSON name 240,000 blocks: an object of 960 GB.
MAX_BODY = 16 * 1024 * 1024
MAX_SIZE = 2**63 - 1

# Of the whole map, one per attribute and more in the object's name: libxml2 compares each
# attribute of an element with all others.
MAX_EQUAL_SIGNS = 2000

# Read as UTF-8 whatever it says, so that what is counted above is what libxml2 sees.
_OTHER_ENCODING = re.compile(
    rb"""\s*<\?xml[^>]{0,99}?encoding\s*=\s*["'](?!(?:utf-8|us-ascii)["'])""", re.IGNORECASE
)
_XML = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8"
)


class InvalidHashMapError(InvalidRequest):
    def __init__(self, reason: str) -> None:
        super().__init__(f"the hashmap {reason}")


def read_hashmap(request: WSGIRequest) -> HashMap:
    """Return the map that the body is, in the format asked for or else as it looks.

    Raises: InvalidHashMapError; UploadTooLargeError and others as ``read_all``.
    """
    body = read_all(request, MAX_BODY)
    form = asked_format(request)
    if form is None:
        form = Format.XML if body.lstrip()[:1] == b"<" else Format.JSON
    fields = _from_xml(body) if form is Format.XML else _from_json(body)
    _check_blocks(fields)
    return _hashmap(fields.get("bytes"), fields.get("hashes"))


def _from_json(body: bytes) -> dict[str, Any]:
    try:
        fields = orjson.loads(body)
    except ValueError as error:
        raise InvalidHashMapError("is not JSON") from error
    if not isinstance(fields, dict):
        raise InvalidHashMapError("is not an object")
    return fields


def _from_xml(body: bytes) -> dict[str, Any]:
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
    fields: dict[str, Any] = {str(key): value for key, value in root.items()}
    for name in ("bytes", "block_size"):
        if name in fields:
            fields[name] = _whole(fields[name])
    fields["hashes"] = [child.text or "" for child in root.iter("hash")]
    return fields


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise InvalidHashMapError(f"has {text[:30]!r} where a number belongs")
    return int(text)


def _check_blocks(fields: dict[str, Any]) -> None:
    """A map may say how it was made; then it must be how we do it."""
    if fields.get("block_size", settings.PITHOS_BLOCK_SIZE) != settings.PITHOS_BLOCK_SIZE:
        raise InvalidHashMapError(f"must have block_size {settings.PITHOS_BLOCK_SIZE}")
    if fields.get("block_hash", "sha256") != "sha256":
        raise InvalidHashMapError("must have block_hash sha256")


def _hashmap(size: object, hashes: object) -> HashMap:
    if type(size) is not int or not 0 <= size <= MAX_SIZE:
        raise InvalidHashMapError("must say how many bytes the object has")
    if not isinstance(hashes, list):
        raise InvalidHashMapError("must have a list of hashes")
    expected = -(-size // settings.PITHOS_BLOCK_SIZE)
    if len(hashes) != expected and not (size == 0 and len(hashes) == 1):
        raise InvalidHashMapError(f"has {len(hashes)} hashes where its size needs {expected}")
    return _checked_empty(HashMap(size, tuple(map(_digest, hashes))))


def _digest(text: object) -> bytes:
    try:
        digest = bytes.fromhex(text) if isinstance(text, str) else b""
    except ValueError:
        digest = b""
    if len(digest) != DIGEST_SIZE or len(str(text)) != 2 * DIGEST_SIZE:
        raise InvalidHashMapError(f"has {str(text)[:70]!r} where a SHA-256 in hex belongs")
    return digest


def _checked_empty(hashmap: HashMap) -> HashMap:
    if hashmap.size == 0 and hashmap.digests not in {(), (EMPTY_DIGEST,)}:
        raise InvalidHashMapError("of an empty object may name the empty block only")
    return hashmap
