"""Block digests in bulk: lists of hundreds of thousands, without an object for each."""

from binascii import hexlify
from collections.abc import Sequence

from lxml import etree

from web.documents import document


def digests_in_json(digests: Sequence[bytes]) -> bytes:
    """Return digests in hex as a JSON list."""
    return b"[%b]" % in_hex(digests, b'"%b"', b",")


def with_digests(root: etree._Element, item: bytes, digests: Sequence[bytes]) -> bytes:
    """Return ``root`` with an element for each digest; as a tree they would take 300 bytes each."""
    root.text = "-"
    start, _, end = document(root).rpartition(b"-</")
    return b"%b%b</%b" % (start, in_hex(digests, b"<%b>%%b</%b>" % (item, item)), end)


def in_hex(digests: Sequence[bytes], form: bytes, between: bytes = b"") -> bytes:
    """Return digests in hex, each as ``form`` has it; a thousand at a time are objects."""
    pieces = (digests[at : at + 1000] for at in range(0, len(digests), 1000))
    return between.join(between.join([form % hexlify(each) for each in piece]) for piece in pieces)
