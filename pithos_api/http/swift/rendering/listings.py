"""What Swift's clients are told besides, and listings with the fields that they know."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from lxml import etree

from pithos_api.values import ContainerState, Entry, Listing
from web.documents import element, listing_document, text_lines
from web.negotiation import Format

Fields = dict[str, Any]


def timestamp(moment: datetime) -> tuple[str, str]:
    """Return X-Timestamp: decimal seconds with five decimals."""
    return "X-Timestamp", f"{moment.timestamp():.5f}"


def swift_time(moment: datetime) -> str:
    """Return a time of a listing: UTC with six decimals and no zone."""
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds")


def render_entries(form: Format, listing: Listing) -> bytes:
    """Return a container's listing."""
    if listing.json is not None:
        return f"[{listing.json}]".encode()
    if form is Format.TEXT:
        return text_lines(entry.folder or entry.name for entry in listing.entries)
    fields = map(_object_fields, listing.entries)
    if form is Format.JSON:
        return orjson.dumps(list(fields))
    return _xml(("container", listing.path.container), "object", fields)


def render_states(form: Format, account: str, states: list[ContainerState | str]) -> bytes:
    """Return an account's listing of containers and, as text, what they collapse into."""
    if form is Format.TEXT:
        return text_lines(each if isinstance(each, str) else each.name for each in states)
    fields = map(_container_fields, states)
    if form is Format.JSON:
        return orjson.dumps(list(fields))
    return _xml(("account", f"AUTH_{account}"), "container", fields)


def _object_fields(entry: Entry) -> Fields:
    if entry.folder is not None:
        return {"subdir": entry.folder}
    fields = {
        "name": entry.name,
        "hash": entry.etag,
        "bytes": entry.size if entry.whole_size is None else entry.whole_size,
        "content_type": entry.content_type,
        "last_modified": swift_time(entry.modified),
    }
    return fields if entry.whole_etag is None else {**fields, "slo_etag": f'"{entry.whole_etag}"'}


def _container_fields(state: ContainerState | str) -> Fields:
    if isinstance(state, str):
        return {"subdir": state}
    counted = {"count": state.object_count, "bytes": state.byte_count} if state.owned else {}
    return {"name": state.name, **counted, "last_modified": swift_time(state.modified)}


def _xml(root: tuple[str, str], item: str, entries: Iterable[Fields]) -> bytes:
    return listing_document(root, (_entry(item, fields) for fields in entries))


def _entry(item: str, fields: Fields) -> etree._Element:
    if "subdir" not in fields:
        return element(item, fields)
    folder = etree.Element("subdir", name=fields["subdir"])
    etree.SubElement(folder, "name").text = fields["subdir"]
    return folder
