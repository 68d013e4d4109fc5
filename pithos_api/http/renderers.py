"""Listings as text, JSON and XML, each from rows to bytes in one pass (contract §2, §3.9)."""

import re
from binascii import hexlify
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, TypeAlias

import orjson
from django.conf import settings
from lxml import etree

from pithos_api.http.negotiation import Format
from pithos_api.http.outputs import public_url, sharing_text
from pithos_api.services.sharing import governing
from pithos_api.values import ContainerState, Entry, HashMap, Listing, ObjectPath

Fields: TypeAlias = dict[str, Any]

_WRITER = re.compile("\x01[0-9]+\x01")
_META = re.compile("\x02(.*?)\x02")


def iso_time(moment: datetime) -> str:
    """Return ISO 8601 UTC with six decimals, also where they are zeros."""
    return moment.isoformat(timespec="microseconds")


def epoch_time(moment: datetime) -> str:
    """Return decimal seconds since the epoch, as text with six decimals."""
    return f"{moment.timestamp():.6f}"


def _key(name: str) -> str:
    """``Some-Key`` as listings write it: ``some_key``."""
    return name.lower().replace("-", "_")


def _keys(meta: Mapping[str, str]) -> dict[str, str]:
    return {_key(name): value for name, value in meta.items()}


def object_fields(listing: Listing, entry: Entry) -> Fields:
    """Return an object's or folder's entry under the names of contract §2.3."""
    if entry.folder is not None:
        return {"subdir": entry.folder}
    moment = entry.modified
    fields: Fields = {
        "name": entry.name,
        "bytes": entry.size,
        "hash": entry.etag,
        "content_type": entry.content_type,
        # orjson writes times as we do, except that it drops a fraction of zero.
        "last_modified": moment if moment.microsecond else iso_time(moment),
        "x_object_hash": entry.merkle,
        "x_object_uuid": entry.uuid,
        "x_object_version": entry.serial,
        "x_object_version_timestamp": epoch_time(moment),
        "x_object_modified_by": listing.writers.get(entry.writer, ""),
    }
    if entry.content_encoding:
        fields["content_encoding"] = entry.content_encoding
    if entry.content_disposition:
        fields["content_disposition"] = entry.content_disposition
    if entry.manifest:
        fields["x_object_manifest"] = entry.manifest
    if entry.meta != "{}":
        fields["x_object_meta"] = _keys(orjson.loads(entry.meta))
    if listing.grants or listing.public_keys:
        fields.update(_sharing_fields(listing, entry))
    return fields


def _sharing_fields(listing: Listing, entry: Entry) -> Fields:
    fields: Fields = {}
    path = ObjectPath(listing.path.account, listing.path.container, entry.name)
    grant = governing(listing.grants, path)
    if grant is not None:
        fields["x_object_sharing"] = sharing_text(grant)
        if grant.path != entry.name:
            fields["x_object_shared_by"] = f"{listing.path}/{grant.path}"
        if grant.path in listing.allowed:
            fields["x_object_allowed_to"] = listing.allowed[grant.path]
    if entry.name in listing.public_keys:
        fields["x_object_public"] = public_url(listing.public_keys[entry.name])
    return fields


def container_fields(state: ContainerState) -> Fields:
    """Return a container's entry under the names of contract §2.2; others see less."""
    if not state.owned:
        return {"name": state.name, "last_modified": iso_time(state.modified)}
    fields: Fields = {
        "name": state.name,
        "count": state.object_count,
        "bytes": state.byte_count,
        "last_modified": iso_time(state.modified),
        "x_container_policy": _policies(state),
    }
    if state.until_change is not None:
        fields["x_container_until_timestamp"] = int(state.until_change.timestamp())
    if state.meta:
        fields["x_container_meta"] = _keys(state.meta)
    return fields


def _policies(state: ContainerState) -> dict[str, str]:
    kept = {"keep_days": state.keep_days, "keep_versions": state.keep_versions}
    limits = {name: str(limit) for name, limit in kept.items() if limit is not None}
    return {"quota": str(state.quota), "versioning": state.versioning, **limits}


def render_objects(form: Format, listing: Listing) -> bytes:
    """Return a container's listing."""
    if listing.json is not None:
        return _finished(listing.json, listing.writers)
    entries = listing.entries
    if form is Format.TEXT:
        return text_lines(entry.folder or entry.name for entry in entries)
    fields = [object_fields(listing, entry) for entry in entries]
    if form is Format.JSON:
        return orjson.dumps(fields)
    return _xml("container", listing.path.container, "object", fields)


def _finished(text: str, writers: Mapping[int, str]) -> bytes:
    """Return entries that came as JSON text, with what is marked in them filled in."""
    for number, account in writers.items():
        text = text.replace(f"\x01{number}\x01", orjson.dumps(account).decode())
    if "\x01" in text:
        text = _WRITER.sub('""', text)  # who is not there any more
    if "\x02" in text:
        text = _META.sub(lambda found: orjson.dumps(_keys(orjson.loads(found[1]))).decode(), text)
    return f"[{text}]".encode()


def render_containers(form: Format, account: str, states: list[ContainerState]) -> bytes:
    """Return an account's listing."""
    if form is Format.TEXT:
        return text_lines(state.name for state in states)
    if form is Format.JSON:
        return orjson.dumps(list(map(container_fields, states)))
    return _xml("account", account, "container", map(container_fields, states))


def render_accounts(form: Format, accounts: Sequence[tuple[str, datetime]]) -> bytes:
    """Return the listing of accounts that share with the caller."""
    if form is Format.TEXT:
        return text_lines(name for name, _ in accounts)
    entries = [{"name": name, "last_modified": iso_time(at)} for name, at in accounts]
    if form is Format.JSON:
        return orjson.dumps(entries)
    root = etree.Element("accounts")
    root.extend(_element("account", fields) for fields in entries)
    return _document(root)


def render_versions(form: Format, name: str, versions: Sequence[tuple[int, datetime]]) -> bytes:
    """Return an object's versions in JSON or XML (contract §2.4, ``version=list``)."""
    pairs = [[serial, epoch_time(moment)] for serial, moment in versions]
    if form is not Format.XML:
        return orjson.dumps({"versions": pairs})
    root = etree.Element("object", name=name)
    for serial, moment in pairs:
        etree.SubElement(root, "version", timestamp=str(moment)).text = str(serial)
    return _document(root)


def render_hashmap(form: Format, name: str, hashmap: HashMap) -> bytes:
    """Return an object's blocks in JSON or XML (contract §2.4, ``hashmap``)."""
    size, block_size = hashmap.size, settings.PITHOS_BLOCK_SIZE
    if form is not Format.XML:
        return b'{"block_hash":"sha256","hashes":%b,"block_size":%d,"bytes":%d}' % (
            _digests_in_json(hashmap.digests),
            block_size,
            size,
        )
    about = {"name": name, "bytes": str(size), "block_size": str(block_size)}
    root = etree.Element("object", {**about, "block_hash": "sha256"})
    return _with_digests(root, b"hash", hashmap.digests)


def render_missing(form: Format, digests: Sequence[bytes]) -> bytes:
    """Return the blocks that a map lacks, which may be all of 240,000."""
    if form is Format.TEXT:
        return _in_hex(digests, b"%b\n")
    if form is Format.JSON:
        return _digests_in_json(digests)
    return _with_digests(etree.Element("conflicts"), b"conflict", digests)


def _digests_in_json(digests: Sequence[bytes]) -> bytes:
    return b"[%b]" % _in_hex(digests, b'"%b"', b",")


def _with_digests(root: etree._Element, item: bytes, digests: Sequence[bytes]) -> bytes:
    """Return ``root`` with an element for each digest; as a tree they would take 300 bytes each."""
    root.text = "-"
    start, _, end = _document(root).rpartition(b"-</")
    return b"%b%b</%b" % (start, _in_hex(digests, b"<%b>%%b</%b>" % (item, item)), end)


def _in_hex(digests: Sequence[bytes], form: bytes, between: bytes = b"") -> bytes:
    """Return digests in hex, each as ``form`` has it; a thousand at a time are objects."""
    pieces = (digests[at : at + 1000] for at in range(0, len(digests), 1000))
    return between.join(between.join([form % hexlify(each) for each in piece]) for piece in pieces)


def render_conflicts(form: Format, conflicts: Sequence[str]) -> bytes:
    """Return what stands in the way: missing blocks, or paths with sharing of their own."""
    if form is Format.TEXT:
        return text_lines(conflicts)
    if form is Format.JSON:
        return orjson.dumps(list(conflicts))
    root = etree.Element("conflicts")
    for conflict in conflicts:
        etree.SubElement(root, "conflict").text = conflict
    return _document(root)


def _document(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def render_digests(form: Format, digests: Iterable[bytes]) -> bytes:
    """Return a list of block digests in hex."""
    names = [digest.hex() for digest in digests]
    return _DIGEST_LISTS[form](names)


def text_lines(names: Iterable[str]) -> bytes:
    """Return names as text, each with a line of its own."""
    return "".join(f"{name}\n" for name in names).encode()


def _digest_xml(names: list[str]) -> bytes:
    root = etree.Element("items")
    for name in names:
        etree.SubElement(root, "item").text = name
    return _document(root)


_DIGEST_LISTS: dict[Format, Callable[[list[str]], bytes]] = {
    Format.TEXT: text_lines,
    Format.JSON: orjson.dumps,
    Format.XML: _digest_xml,
}


def _xml(root: str, name: str, item: str, entries: Iterable[Fields]) -> bytes:
    """Return a listing, written as it is made; clients rely on the line break behind the root."""
    out = BytesIO()
    with etree.xmlfile(out, encoding="UTF-8") as file:
        file.write_declaration()
        with file.element(root, name=name):
            file.write("\n")
            for fields in entries:
                if "subdir" in fields:
                    file.write(etree.Element("subdir", name=fields["subdir"]))
                else:
                    file.write(_element(item, fields))
    return out.getvalue()


def _element(name: str, fields: Fields) -> etree._Element:
    element = etree.Element(name)
    for key, value in fields.items():
        child = etree.SubElement(element, key)
        if isinstance(value, dict):
            for inner, text in value.items():
                etree.SubElement(child, "key").text = inner
                etree.SubElement(child, "value").text = text
        else:
            child.text = iso_time(value) if isinstance(value, datetime) else str(value)
    return element
