"""What Swift's clients are told besides, and listings with the fields that they know."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

import orjson
from lxml import etree

from pithos_api.http.swift.rendering.places import place_of
from pithos_api.services.objects.symlinks import columns
from pithos_api.services.objects.versions.archiving import DELETED
from pithos_api.values import (
    ContainerField,
    ContainerListing,
    ContainerListingForm,
    ContainerPath,
    ContainerState,
    Entry,
    FieldValue,
    ListedField,
    Listing,
    ListingForm,
    Symlink,
    VersionEntry,
)
from web.documents import element, json_list, listing_document, text_lines
from web.negotiation import Format

Fields = dict[str, FieldValue]


def timestamp(moment: datetime) -> tuple[str, str]:
    """Return X-Timestamp: decimal seconds with five decimals."""
    return "X-Timestamp", f"{moment.timestamp():.5f}"


def swift_time(moment: datetime) -> str:
    """Return a time of a listing: UTC with six decimals and no zone."""
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds")


def _path_of(account: str, symlink: Symlink) -> str:
    return place_of(symlink.leads_from(account))


def _etag_of(_: str, symlink: Symlink) -> str | None:
    return None if symlink.etag is None else symlink.etag.hex()


def _bytes_of(_: str, symlink: Symlink) -> int | None:
    return symlink.size


# What a listing tells of a symlink besides, by the account that it is in and what it names.
_OF_SYMLINKS: dict[str, Callable[[str, Symlink], FieldValue]] = {
    "symlink_path": _path_of,
    "symlink_etag": _etag_of,
    "symlink_bytes": _bytes_of,
}


def _of_symlink(name: str) -> Callable[[Listing, Entry], FieldValue]:
    """Return what takes this field of an entry, None where that is no symlink."""
    field = _OF_SYMLINKS[name]

    def value(listing: Listing, entry: Entry) -> FieldValue:
        if entry.symlink is None:
            return None
        return field(listing.path.account, columns.read(entry.symlink))

    return value


# The path of what a symlink names, percent-encoded as by ``place_of``, and what else is told of it:
# one look at each row, as most are none.
_SYMLINK = """
    CASE WHEN v.symlink IS NOT NULL THEN (
        SELECT '"/v1/AUTH_' || string_agg(
                   CASE WHEN letter ~ '[A-Za-z0-9_.~/-]' THEN letter
                        ELSE regexp_replace(upper(encode(convert_to(letter, 'UTF8'), 'hex')),
                                            '(..)', chr(37) || '\\1', 'g') END,
                   '' ORDER BY place) || '"'
          FROM regexp_split_to_table(
               coalesce(v.symlink ->> 'account',
                        (SELECT owner.account FROM accounts_user owner
                           JOIN container c ON c.account_id = owner.id AND c.id = v.container_id))
               || '/' || (v.symlink ->> 'container') || '/' || (v.symlink ->> 'name'), '')
               WITH ORDINALITY AS letters (letter, place))
        || coalesce(',"symlink_etag":"' || (v.symlink ->> 'etag')
                    || '","symlink_bytes":' || (v.symlink ->> 'size'), '') END"""

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
        ListedField("symlink_path", _SYMLINK, _of_symlink("symlink_path"), optional=True),
        ListedField("symlink_etag", "", _of_symlink("symlink_etag"), optional=True),
        ListedField("symlink_bytes", "", _of_symlink("symlink_bytes"), optional=True),
    ),
    folders_hide=True,
)


_NOTED = """to_char(c.noted, 'YYYY-MM-DD"T"HH24:MI:SS.US')"""
CONTAINERS = ContainerListingForm(
    "swift",
    (
        ContainerField("name", "to_json(c.name)", lambda state: state.name),
        ContainerField("count", "c.object_count", lambda state: state.object_count),
        ContainerField("bytes", "c.byte_count", lambda state: state.byte_count),
        ContainerField("last_modified", _NOTED, lambda state: swift_time(state.noted), quoted=True),
    ),
)


def render_entries(form: Format, listing: Listing) -> bytes:
    """Return a container's listing."""
    if listing.json is not None:
        return json_list(piece.encode() for piece in listing.json)
    if form is Format.TEXT:
        return text_lines(entry.folder or entry.name for entry in listing.entries)
    fields = _objects_fields(listing)
    if form is Format.JSON:
        return orjson.dumps(list(fields))
    return _xml(("container", listing.path.container), "object", fields)


def render_containers(form: Format, account: str, listing: ContainerListing) -> bytes:
    """Return an account's listing of containers and of what they collapse into."""
    if listing.json is not None:
        return json_list([listing.json.encode()])
    states = listing.containers
    if form is Format.TEXT:
        return text_lines(each if isinstance(each, str) else each.name for each in states)
    fields = map(_container_fields, states)
    if form is Format.JSON:
        return orjson.dumps(list(fields))
    return _xml(("account", f"AUTH_{account}"), "container", fields)


_NO_BYTES = hashlib.md5(b"", usedforsecurity=False).hexdigest()


def render_versions(
    form: Format, path: ContainerPath, entries: Sequence[VersionEntry | str]
) -> bytes:
    """Return a listing of versions and, as text, of folders."""
    if form is Format.TEXT:
        return text_lines(each if isinstance(each, str) else each.name for each in entries)
    fields = (_version_fields(path.account, each) for each in entries)
    if form is Format.JSON:
        return orjson.dumps(list(fields))
    return _xml(("container", path.container), "object", fields)


def _version_fields(account: str, entry: VersionEntry | str) -> Fields:
    if isinstance(entry, str):
        return {"subdir": entry}
    fields: Fields = {
        "name": entry.name,
        "hash": _NO_BYTES if entry.deleted else entry.etag,
        "bytes": entry.size,
        "content_type": DELETED if entry.deleted else entry.content_type,
        "last_modified": swift_time(entry.modified),
        "version_id": str(entry.serial),
        "is_latest": entry.is_latest,
    }
    if entry.symlink is not None:
        symlink = columns.read(entry.symlink)
        told = {name: field(account, symlink) for name, field in _OF_SYMLINKS.items()}
        fields |= {name: value for name, value in told.items() if value is not None}
    return fields


def _objects_fields(listing: Listing) -> Iterator[Fields]:
    entries = listing.entries
    named = iter(OBJECTS.show(listing, [entry for entry in entries if entry.folder is None]))
    for entry in entries:
        yield next(named) if entry.folder is None else {"subdir": entry.folder}


def _container_fields(state: ContainerState | str) -> Fields:
    if isinstance(state, str):
        return {"subdir": state}
    if not state.owned:
        return {"name": state.name, "last_modified": swift_time(state.noted)}
    return CONTAINERS.show(state)


def _xml(root: tuple[str, str], item: str, entries: Iterable[Fields]) -> bytes:
    return listing_document(root, (_entry(item, fields) for fields in entries))


def _entry(item: str, fields: Fields) -> etree._Element:
    if "subdir" not in fields:
        return element(item, fields)
    name = str(fields["subdir"])
    folder = etree.Element("subdir", name=name)
    etree.SubElement(folder, "name").text = name
    return folder
