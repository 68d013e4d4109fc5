"""What a listing says of each object (contract §2.3): once for SQL and once for Python."""

import orjson

from pithos_api.http.pithos.rendering.fields import keys_of
from pithos_api.http.rendering.lists import epoch_time
from pithos_api.values import Entry, FieldValue, ListedField, Listing, ListingForm
from web.documents import iso_time

# What needs more than the row comes marked: a writer other than the owner by their id between
# U+0001, metadata between U+0002; no stored text has these characters.
_WRITER = """CASE WHEN v.modified_by_id = %(owner)s::bigint
    THEN %(owner_name)s::text ELSE chr(1) || v.modified_by_id || chr(1) END"""
_META = "CASE WHEN v.meta <> '{}' THEN chr(2) || v.meta::text || chr(2) END"
_TIME = """to_char(v.valid_from, 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00')"""


def _modified(_: Listing, entry: Entry) -> FieldValue:
    """Orjson writes times as we do, except that it drops a fraction of zero."""
    return entry.modified if entry.modified.microsecond else iso_time(entry.modified)


def _meta(_: Listing, entry: Entry) -> FieldValue:
    return None if entry.meta == "{}" else keys_of(orjson.loads(entry.meta))


OBJECTS = ListingForm(
    "pithos",
    (
        ListedField("name", "to_json(v.name)", "name"),
        ListedField("bytes", "v.size", "size"),
        ListedField("hash", "encode(v.etag, 'hex')", "etag", quoted=True),
        ListedField("content_type", "to_json(v.content_type)", "content_type"),
        ListedField("last_modified", _TIME, _modified, quoted=True),
        ListedField("x_object_hash", "encode(v.merkle, 'hex')", "merkle", quoted=True),
        ListedField("x_object_uuid", "v.uuid", "uuid", quoted=True),
        ListedField("x_object_version", "v.serial", "serial"),
        ListedField(
            "x_object_version_timestamp",
            "extract(epoch FROM v.valid_from)",
            lambda _, entry: epoch_time(entry.modified),
            quoted=True,
        ),
        ListedField(
            "x_object_modified_by",
            _WRITER,
            lambda listing, entry: listing.writers.get(entry.writer, ""),
        ),
        ListedField(
            "content_encoding",
            "to_json(v.content_encoding)::text",
            "content_encoding",
            optional=True,
        ),
        ListedField(
            "content_disposition",
            "to_json(v.content_disposition)::text",
            "content_disposition",
            optional=True,
        ),
        ListedField(
            "x_object_manifest",
            "to_json(v.manifest)::text",
            "manifest",
            optional=True,
        ),
        ListedField("x_object_meta", _META, _meta, optional=True),
    ),
    tells_sharing=True,
)
