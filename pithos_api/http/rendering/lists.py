"""Lists that only Pithos' own parameters ask for, in either dialect: versions, blocks, digests."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import orjson
from django.conf import settings
from lxml import etree

from pithos_api.http.rendering.digests import digests_in_json, with_digests
from pithos_api.values import HashMap
from web.documents import document, text_lines
from web.negotiation import Format


def epoch_time(moment: datetime) -> str:
    """Return decimal seconds since the epoch, as text with six decimals."""
    return f"{moment.timestamp():.6f}"


def render_versions(form: Format, name: str, versions: Sequence[tuple[int, datetime]]) -> bytes:
    """Return an object's versions in JSON or XML (contract §2.4, ``version=list``)."""
    pairs = [[serial, epoch_time(moment)] for serial, moment in versions]
    if form is not Format.XML:
        return orjson.dumps({"versions": pairs})
    root = etree.Element("object", name=name)
    for serial, moment in pairs:
        etree.SubElement(root, "version", timestamp=str(moment)).text = str(serial)
    return document(root)


def render_hashmap(form: Format, name: str, hashmap: HashMap) -> bytes:
    """Return an object's blocks in JSON or XML (contract §2.4, ``hashmap``)."""
    size, block_size = hashmap.size, settings.PITHOS_BLOCK_SIZE
    if form is not Format.XML:
        return b'{"block_hash":"sha256","hashes":%b,"block_size":%d,"bytes":%d}' % (
            digests_in_json(hashmap.digests),
            block_size,
            size,
        )
    about = {"name": name, "bytes": str(size), "block_size": str(block_size)}
    root = etree.Element("object", {**about, "block_hash": "sha256"})
    return with_digests(root, b"hash", hashmap.digests)


def render_digests(form: Format, digests: Iterable[bytes]) -> bytes:
    """Return a list of block digests in hex."""
    names = [digest.hex() for digest in digests]
    return _DIGEST_LISTS[form](names)


def _digest_xml(names: list[str]) -> bytes:
    root = etree.Element("items")
    for name in names:
        etree.SubElement(root, "item").text = name
    return document(root)


_DIGEST_LISTS: dict[Format, Callable[[list[str]], bytes]] = {
    Format.TEXT: text_lines,
    Format.JSON: orjson.dumps,
    Format.XML: _digest_xml,
}
