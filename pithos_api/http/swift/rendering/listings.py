"""What Swift's clients are told besides, and listings with the fields that they know."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import orjson
from lxml import etree

from pithos_api.values import (
    ContainerState,
    FieldValue,
    ListedField,
    Listing,
    ListingForm,
)
from web.documents import element, listing_document, text_lines
from web.negotiation import Format

Fields = dict[str, FieldValue]


def timestamp(moment: datetime) -> tuple[str, str]:
    """Return X-Timestamp: decimal seconds with five decimals."""
    return "X-Timestamp", f"{moment.timestamp():.5f}"


def swift_time(moment: datetime) -> str:
    """Return a time of a listing: UTC with six decimals and no zone."""
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds")


# What a listing says of each object: once for SQL and once for Python. Times have no zone.
OBJECTS = ListingForm(
    "swift",
    (
        ListedField("name", "to_json(v.name)", "name"),
        ListedField("hash", "encode(v.etag, 'hex')", "etag", quoted=True),
        ListedField(
            "bytes",
            "coalesce(v.segmented_size, v.size)",
            lambda _, entry: entry.size if entry.whole_size is None else entry.whole_size,
        ),
        ListedField("content_type", "to_json(v.content_type)", "content_type"),
        ListedField(
            "last_modified",
            """to_char(v.valid_from, 'YYYY-MM-DD"T"HH24:MI:SS.US')""",
            lambda _, entry: swift_time(entry.modified),
            quoted=True,
        ),
        ListedField(
            "slo_etag",
            """'"\\"' || encode(v.segmented_etag, 'hex') || '\\""'""",
            lambda _, entry: entry.whole_etag and f'"{entry.whole_etag}"',
            optional=True,
        ),
    ),
    folders_hide=True,
)


def render_entries(form: Format, listing: Listing) -> bytes:
    """Return a container's listing."""
    if listing.json is not None:
        return f"[{listing.json}]".encode()
    if form is Format.TEXT:
        return text_lines(entry.folder or entry.name for entry in listing.entries)
    fields = _objects_fields(listing)
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


def _objects_fields(listing: Listing) -> Iterator[Fields]:
    entries = listing.entries
    named = iter(OBJECTS.show(listing, [entry for entry in entries if entry.folder is None]))
    for entry in entries:
        yield next(named) if entry.folder is None else {"subdir": entry.folder}


def _container_fields(state: ContainerState | str) -> Fields:
    if isinstance(state, str):
        return {"subdir": state}
    counted = {"count": state.object_count, "bytes": state.byte_count} if state.owned else {}
    return {"name": state.name, **counted, "last_modified": swift_time(state.noted)}


def _xml(root: tuple[str, str], item: str, entries: Iterable[Fields]) -> bytes:
    return listing_document(root, (_entry(item, fields) for fields in entries))


def _entry(item: str, fields: Fields) -> etree._Element:
    if "subdir" not in fields:
        return element(item, fields)
    name = str(fields["subdir"])
    folder = etree.Element("subdir", name=name)
    etree.SubElement(folder, "name").text = name
    return folder
