"""Listings as text, JSON and XML, each from rows to bytes in one pass (contract §2, §3.9)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import orjson
from lxml import etree

from pithos_api.http.pithos.rendering.fields import keys_of
from pithos_api.http.pithos.rendering.objects import OBJECTS
from pithos_api.http.rendering.fields import public_url, sharing_text
from pithos_api.services.access.sharing import governing
from pithos_api.values import Entry, Listing, ObjectPath
from web.documents import (
    document,
    element,
    iso_time,
    json_list,
    listing_document,
    text_lines,
)
from web.negotiation import Format
from web.views import Origin

Fields: TypeAlias = dict[str, Any]

_WRITER = re.compile("\x01[0-9]+\x01")
_META = re.compile("\x02(.*?)\x02")


def objects_fields(listing: Listing, origin: Origin) -> Iterator[Fields]:
    """Yield each object's or folder's entry under the names of contract §2.3.

    origin: as of ``public_url``.
    """
    entries = listing.entries
    named = iter(OBJECTS.show(listing, [entry for entry in entries if entry.folder is None]))
    is_shared = bool(listing.grants or listing.public_keys)
    for entry in entries:
        if entry.folder is not None:
            yield {"subdir": entry.folder}
        elif is_shared:
            yield {**next(named), **_sharing_fields(listing, entry, origin)}
        else:
            yield next(named)


def _sharing_fields(listing: Listing, entry: Entry, origin: Origin) -> Fields:
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
        fields["x_object_public"] = public_url(listing.public_keys[entry.name], origin)
    return fields


def render_objects(form: Format, listing: Listing, origin: Origin) -> bytes:
    """Return a container's listing. origin: as of ``public_url``."""
    if listing.json is not None:
        return json_list(finished(piece, listing.writers) for piece in listing.json)
    entries = listing.entries
    if form is Format.TEXT:
        return text_lines(entry.folder or entry.name for entry in entries)
    fields = list(objects_fields(listing, origin))
    if form is Format.JSON:
        return orjson.dumps(fields)
    return listing_in_xml(("container", listing.path.container), "object", fields)


def finished(text: str, writers: Mapping[int, str] = {}) -> bytes:
    """Return entries that came as JSON text with what is marked in them filled in.

    writers: of objects, row id to account.
    """
    for number, account in writers.items():
        text = text.replace(f"\x01{number}\x01", orjson.dumps(account).decode())
    if "\x01" in text:
        text = _WRITER.sub('""', text)  # who is not there any more
    if "\x02" in text:
        text = _META.sub(lambda found: orjson.dumps(keys_of(orjson.loads(found[1]))).decode(), text)
    return text.encode()


def render_accounts(form: Format, accounts: Sequence[tuple[str, datetime]]) -> bytes:
    """Return the listing of accounts that share with the caller."""
    if form is Format.TEXT:
        return text_lines(name for name, _ in accounts)
    entries = [{"name": name, "last_modified": iso_time(at)} for name, at in accounts]
    if form is Format.JSON:
        return orjson.dumps(entries)
    root = etree.Element("accounts")
    root.extend(element("account", fields) for fields in entries)
    return document(root)


def listing_in_xml(root: tuple[str, str], item: str, entries: Iterable[Fields]) -> bytes:
    """Return a listing; clients rely on the line break behind the root."""
    return listing_document(root, (_entry(item, fields) for fields in entries), lead="\n")


def _entry(item: str, fields: Fields) -> etree._Element:
    if "subdir" in fields:
        return etree.Element("subdir", name=fields["subdir"])
    return element(item, fields)
