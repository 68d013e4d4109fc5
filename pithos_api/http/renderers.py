"""Listings as text, JSON and XML, each from rows to bytes in one pass (contract §2, §3.9)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any, TypeAlias

import orjson
from lxml import etree

from pithos_api.http.negotiation import Format
from pithos_api.values import ContainerState, Entry

Fields: TypeAlias = dict[str, Any]


def iso_time(moment: datetime) -> str:
    """Return ISO 8601 UTC with six decimals, also where they are zeros."""
    return moment.isoformat(timespec="microseconds")


def _key(name: str) -> str:
    """``Some-Key`` as listings write it: ``some_key``."""
    return name.lower().replace("-", "_")


def _keys(meta: Mapping[str, str]) -> dict[str, str]:
    return {_key(name): value for name, value in meta.items()}


def object_fields(entry: Entry) -> Fields:
    """Return an object's or folder's entry under the names of contract §2.3."""
    if entry.folder is not None:
        return {"subdir": entry.folder}
    moment = entry.modified
    fields: Fields = {
        "name": entry.name,
        "bytes": entry.size,
        "hash": entry.etag,
        "content_type": entry.content_type,
        "last_modified": iso_time(moment),
        "x_object_hash": entry.merkle,
        "x_object_uuid": entry.uuid,
        "x_object_version": entry.serial,
        "x_object_version_timestamp": f"{moment.timestamp():.6f}",
        "x_object_modified_by": entry.modified_by,
    }
    if entry.content_encoding:
        fields["content_encoding"] = entry.content_encoding
    if entry.content_disposition:
        fields["content_disposition"] = entry.content_disposition
    if entry.manifest:
        fields["x_object_manifest"] = entry.manifest
    if entry.meta != "{}":
        fields["x_object_meta"] = _keys(orjson.loads(entry.meta))
    return fields


def container_fields(state: ContainerState) -> Fields:
    """Return a container's entry under the names of contract §2.2."""
    fields: Fields = {
        "name": state.name,
        "count": state.object_count,
        "bytes": state.byte_count,
        "last_modified": iso_time(state.modified),
        "x_container_policy": {"quota": str(state.quota), "versioning": state.versioning},
    }
    if state.meta:
        fields["x_container_meta"] = _keys(state.meta)
    return fields


def render_objects(form: Format, container: str, entries: list[Entry]) -> bytes:
    """Return a container's listing."""
    if form is Format.TEXT:
        return _lines(entry.folder or entry.name for entry in entries)
    if form is Format.JSON:
        return orjson.dumps(list(map(object_fields, entries)))
    return _xml("container", container, "object", map(object_fields, entries))


def render_containers(form: Format, account: str, states: list[ContainerState]) -> bytes:
    """Return an account's listing."""
    if form is Format.TEXT:
        return _lines(state.name for state in states)
    if form is Format.JSON:
        return orjson.dumps(list(map(container_fields, states)))
    return _xml("account", account, "container", map(container_fields, states))


def render_accounts(form: Format, names: list[str]) -> bytes:
    """Return the listing of accounts that share with the caller."""
    if form is Format.TEXT:
        return _lines(names)
    entries: list[Fields] = [{"name": name} for name in names]
    if form is Format.JSON:
        return orjson.dumps(entries)
    root = etree.Element("accounts")
    root.extend(_element("account", fields) for fields in entries)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def render_digests(form: Format, digests: Iterable[bytes]) -> bytes:
    """Return a list of block digests in hex."""
    names = [digest.hex() for digest in digests]
    return _DIGEST_LISTS[form](names)


def _lines(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()


def _digest_xml(names: list[str]) -> bytes:
    root = etree.Element("items")
    for name in names:
        etree.SubElement(root, "item").text = name
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


_DIGEST_LISTS: dict[Format, Callable[[list[str]], bytes]] = {
    Format.TEXT: _lines,
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
            child.text = str(value)
    return element
